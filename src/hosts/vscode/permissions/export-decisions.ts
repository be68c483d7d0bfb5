import * as vscode from "vscode";
import { AgentError } from "../../../core/errors.ts";
import type { Chats } from "../chats.ts";

/** Writes every decision of the open conversation, or of all of this workspace, where the user says. */
export async function exportDecisions(chats: Chats): Promise<void> {
  const chat = await chats.ready();
  const here = vscode.l10n.t("This conversation");
  const all = vscode.l10n.t("All conversations of this workspace");
  const which = await vscode.window.showQuickPick([here, all], {
    title: vscode.l10n.t("Export decisions"),
  });
  if (which === undefined) return;
  const desk = await chat.ruleDesk();
  const lines: string[] = [];
  const session = which === here ? chat.session.id : undefined;
  if (session === undefined || chat.session.events.length > 0)
    for await (const decision of desk.decisions(session)) lines.push(`${JSON.stringify(decision)}\n`);
  if (lines.length === 0)
    throw new AgentError("not_found", vscode.l10n.t("Nothing has been decided there yet."));
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, "plumb-decisions.jsonl") }),
    filters: { [vscode.l10n.t("Decisions, one JSON object a line")]: ["jsonl"] },
  });
  if (target) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(lines.join("")));
}
