import { join, relative } from "node:path";
import * as vscode from "vscode";
import type { Conversations } from "./pending-changes.ts";

/** What is pending in a file goes with it when it, or a folder above it, is renamed or moved in the editor. */
export function followRenames(chats: Conversations): vscode.Disposable {
  return vscode.workspace.onDidRenameFiles(({ files }) => {
    const chat = chats.current;
    for (const path of chat?.ledger.pendingFiles() ?? []) {
      const to = files.flatMap(({ oldUri, newUri }) => movedPath(path, oldUri.fsPath, newUri.fsPath));
      if (to[0] !== undefined) chat?.fileMoved(path, to[0]);
    }
  });
}

function movedPath(path: string, from: string, to: string): string[] {
  const inside = relative(from, path);
  if (inside === "") return [to];
  return inside.startsWith("..") || inside === path ? [] : [join(to, inside)];
}
