import * as vscode from "vscode";
import type { NodeChanges } from "../node/changes/node-changes.ts";

/** A save that is not over by then has failed, and nobody says so. */
const SAVED_WITHIN_MS = 30_000;

/** What the user saves, creates, moves or deletes in the editor while a command runs is not that command's work. */
export function followUser(changes: Pick<NodeChanges, "writing" | "wrote" | "moved">): vscode.Disposable {
  const saving = new Map<string, NodeJS.Timeout>();
  const saved = (path: string): void => {
    clearTimeout(saving.get(path));
    if (saving.delete(path)) changes.wrote(path);
  };
  const save = ({ uri }: vscode.TextDocument): void => {
    if (uri.scheme !== "file") return;
    // The file is on the disk before the editor says so.
    if (!saving.has(uri.fsPath)) changes.writing(uri.fsPath);
    clearTimeout(saving.get(uri.fsPath));
    saving.set(
      uri.fsPath,
      setTimeout(() => saved(uri.fsPath), SAVED_WITHIN_MS),
    );
  };
  const moved = (uri: vscode.Uri): void => {
    if (uri.scheme === "file") changes.moved(uri.fsPath);
  };
  return vscode.Disposable.from(
    { dispose: () => [...saving.values()].forEach(clearTimeout) },
    vscode.workspace.onWillSaveTextDocument(({ document }) => save(document)),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => saved(uri.fsPath)),
    vscode.workspace.onDidSaveNotebookDocument(({ uri }) => moved(uri)),
    vscode.workspace.onDidCreateFiles(({ files }) => files.forEach(moved)),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(moved)),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) {
        moved(oldUri);
        moved(newUri);
      }
    }),
  );
}
