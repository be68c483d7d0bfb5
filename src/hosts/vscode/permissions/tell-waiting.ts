import * as vscode from "vscode";
import type { WaitingRules } from "../engine.ts";

/** What fits into one message; the page shows all of it. */
const MOST_CHARS = 300;
const told = new Set<string>();

/** Says once a window that a project wants to allow something: until somebody agrees, it does not hold. */
export async function tellWaiting(waiting: readonly WaitingRules[]): Promise<void> {
  const news = waiting.flatMap(({ file, added }) => added.map((rule) => `${file.path}\n${rule}`));
  if (news.every((one) => told.has(one))) return;
  for (const one of news) told.add(one);
  const show = vscode.l10n.t("Show");
  const all = waiting.flatMap(({ added }) => added).join(", ");
  const rules = all.length > MOST_CHARS ? `${all.slice(0, MOST_CHARS)}…` : all;
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      "This project's settings want to allow {0} without a question. Until you agree, Plumb asks.",
      rules,
    ),
    show,
  );
  if (chosen === show) await vscode.commands.executeCommand("plumb.openPermissions");
}
