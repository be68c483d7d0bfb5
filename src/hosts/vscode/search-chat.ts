import * as vscode from "vscode";
import { AgentError } from "../../core/errors.ts";
import type { Chats } from "./chats.ts";
import type { ChatEntry, Engine } from "./engine.ts";

interface Item extends vscode.QuickPickItem {
  readonly entry: ChatEntry;
}
const SCHEME = "plumb-chat";

/** Finds words in the open conversation, also where they were summarised or cleared, and shows what stands around them. */
export async function searchChat(chats: Chats, engine: Pick<Engine, "searchChat">): Promise<void> {
  const { session } = await chats.ready();
  if (session.events.length === 0)
    throw new AgentError("not_found", vscode.l10n.t("This conversation is empty."));
  const find = await engine.searchChat(session.events);
  const entry = await pick(find);
  if (entry) await show(entry, session.id);
}

function pick(find: (query: string) => readonly ChatEntry[]): Promise<ChatEntry | undefined> {
  const list = vscode.window.createQuickPick<Item>();
  list.title = vscode.l10n.t("Search this conversation");
  list.placeholder = vscode.l10n.t('Words that must all occur, "phrases" in quotes');
  const fill = (): void => {
    list.items = find(list.value).map(toItem);
  };
  list.onDidChangeValue(fill);
  fill();
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      resolve(list.selectedItems[0]?.entry);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

function toItem(entry: ChatEntry): Item {
  const detail = entry.excerpt.toWellFormed().replaceAll(/\s+/g, " ").trim();
  const description = new Date(entry.at).toLocaleTimeString();
  // It was found by us, who also look into what the line leaves out.
  return { label: speaker(entry.who), description, detail, alwaysShow: true, entry };
}

/** The record names people from the side of the agent. */
function speaker(who: string): string {
  if (who === "User") return vscode.l10n.t("You");
  return who === "You" ? "Plumb" : who;
}

/** Read only, and gone with its tab: it is a view of the record. */
async function show(entry: ChatEntry, sessionId: string): Promise<void> {
  const isSaid = entry.who === "User" || entry.who === "You" || entry.who === "Summary";
  const name = `${speaker(entry.who)} ${entry.seq}.${isSaid ? "md" : "txt"}`;
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: sessionId });
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: () => entry.text,
  });
  try {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  } finally {
    provider.dispose();
  }
}
