import { basename } from "node:path";
import * as vscode from "vscode";
import { beforeUri } from "../before-images.ts";
import { type Draft, openDocument } from "./drafts.ts";

/** The file as it is on the left, what is proposed on the right, where it can be edited. Opened when somebody asks for it. */
export async function openTab(
  { proposal, uri, view }: Draft,
  { preserveFocus }: { preserveFocus: boolean },
): Promise<void> {
  const { path } = proposal;
  if (proposal.isPlan) return openPlan(uri, preserveFocus);
  const file = vscode.Uri.file(path);
  const left =
    view.before !== undefined
      ? beforeUri(view.path, view.before)
      : (await isThere(file))
        ? file
        : beforeUri(path, "");
  const name = view.cell ? vscode.l10n.t("{0}, cell {1}", basename(path), view.cell.at) : basename(path);
  const title = vscode.l10n.t("{0} (now ↔ proposed, can be edited)", name);
  await speakAs(
    uri,
    view.cell?.language ?? (view.before === undefined ? openDocument(file)?.languageId : "json"),
  );
  await vscode.commands.executeCommand("vscode.diff", left, uri, title, { preview: true, preserveFocus });
}

/** A document of its own: there is nothing to compare it with. */
async function openPlan(uri: vscode.Uri, preserveFocus: boolean): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false, preserveFocus });
}

async function isThere(file: vscode.Uri): Promise<boolean> {
  if (openDocument(file)) return true;
  try {
    return (await vscode.workspace.fs.stat(file)).type !== vscode.FileType.Directory;
  } catch {
    return false;
  }
}

/** The language of the file itself, where somebody chose another one than its name says, or of the cell, where it is known here. */
async function speakAs(uri: vscode.Uri, language: string | undefined): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  if (language === undefined || language === document.languageId) return;
  const known = await vscode.languages.getLanguages();
  if (known.includes(language)) await vscode.languages.setTextDocumentLanguage(document, language);
}

/** The editor may be storing it by itself at the same moment; what takes longer is left to the person. */
const STORED_WITHIN_MS = 5_000;

/** Closes whatever shows it, and never asks: what is in it is stored first. */
export async function closeTabs(uri: vscode.Uri): Promise<void> {
  const late = AbortSignal.timeout(STORED_WITHIN_MS);
  while (!late.aborted) {
    await storeTyped(uri);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => shows(tab, uri));
    const stored = tabs.filter(({ isDirty }) => !isDirty);
    if (stored.length === tabs.length) {
      if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
      return;
    }
    await nextChange(late);
  }
}

/** Resolves when something about a tab has changed, or when it is too late. */
function nextChange(late: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      subscription.dispose();
      late.removeEventListener("abort", end);
      resolve();
    };
    const subscription = vscode.window.tabGroups.onDidChangeTabs(end);
    late.addEventListener("abort", end);
  });
}

/** After that the tab can be closed without a question. */
export async function storeTyped(uri: vscode.Uri): Promise<void> {
  const document = openDocument(uri);
  if (document?.isDirty) await document.save();
}

function shows({ input }: vscode.Tab, uri: vscode.Uri): boolean {
  const shown =
    input instanceof vscode.TabInputTextDiff
      ? input.modified
      : input instanceof vscode.TabInputText
        ? input.uri
        : undefined;
  return shown?.toString() === uri.toString();
}
