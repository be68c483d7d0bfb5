import * as vscode from "vscode";
import { openDocument } from "./vscode-documents.ts";

/** Language services report in several steps (syntax, then types): the last word is the one followed by this much silence. */
const SETTLED_MS = 250;

/** Resolves to true once somebody has reported on `path` and is silent again; to false when `signal` comes first. Never rejects. */
export function nextWord(path: string, signal: AbortSignal): Promise<boolean> {
  const uri = vscode.Uri.file(path).toString();
  let settled: NodeJS.Timeout | undefined;
  const { promise, end } = until(signal, () => {
    clearTimeout(settled);
    return settled !== undefined;
  });
  const subscription = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    if (!uris.some((changed) => changed.toString() === uri)) return;
    clearTimeout(settled);
    settled = setTimeout(() => end(true), SETTLED_MS);
  });
  return promise.finally(() => subscription.dispose());
}

/**
 * Resolves to true once a change that is made now has arrived: the document was saved (by then its formatters have
 * run), or changed where nobody saves it, or was opened; to false when `signal` comes first. Never rejects.
 */
export function nextText(path: string, signal: AbortSignal): Promise<boolean> {
  const wasDirty = openDocument(path)?.isDirty === true;
  const { promise, end } = until(signal, () => false);
  const isIt = (document: vscode.TextDocument): boolean => openDocument(path) === document;
  const subscriptions = [
    vscode.workspace.onDidSaveTextDocument((document) => isIt(document) && end(true)),
    vscode.workspace.onDidOpenTextDocument((document) => isIt(document) && end(true)),
    vscode.workspace.onDidChangeTextDocument(
      // What changes and is clean at once was read again from the disk.
      ({ document, contentChanges }) =>
        contentChanges.length > 0 && isIt(document) && (wasDirty || !document.isDirty) && end(true),
    ),
  ];
  return promise.finally(() => {
    for (const subscription of subscriptions) subscription.dispose();
  });
}

function until(
  signal: AbortSignal,
  tooLate: () => boolean,
): { promise: Promise<boolean>; end: (result: boolean) => void } {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = (): void => resolve(tooLate());
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  return { promise: promise.finally(() => signal.removeEventListener("abort", stop)), end: resolve };
}
