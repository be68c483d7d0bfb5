import * as vscode from "vscode";
import type { ReviewHunk } from "../../../review/hunks.ts";
import type { PendingFile } from "../engine.ts";
import { BASELINE_SCHEME } from "./baselines.ts";
import { hunkAt, type Place } from "./hunk-places.ts";

/** Where the cursor is in a file, whichever kind of editor shows it. */
export function cursorPlace(): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== "file") return undefined;
  return { path: editor.document.uri.fsPath, line: editor.selection.active.line + 1 };
}

/** The hunk at the cursor, in the file itself or in the old text beside it. */
export function cursorHunk(
  fileAt: (path: string) => PendingFile | undefined,
): { file: PendingFile; hunk: ReviewHunk; line: number } | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { uri } = editor.document;
  const line = editor.selection.active.line + 1;
  const file = uri.scheme === "file" || uri.scheme === BASELINE_SCHEME ? fileAt(uri.fsPath) : undefined;
  if (!file) return undefined;
  const hunk = uri.scheme === "file" ? hunkAt(line, file) : baseHunkAt(line, file);
  return hunk && { file, hunk, line: uri.scheme === "file" ? line : hunk.start };
}

/** Where lines were put in, the old text has none: the two lines around the place stand for it. */
const baseHunkAt = (line: number, { hunks }: PendingFile): ReviewHunk | undefined =>
  hunks.find(({ baseStart, baseCount }) => line >= baseStart && line < baseStart + baseCount) ??
  hunks.find(({ baseStart, baseCount }) => line >= baseStart - 1 && line <= baseStart + baseCount);

/** In the editor that has the cursor when it shows the file already, be it a diff; else in a tab of its own. */
export async function reveal({ path, line }: Place): Promise<void> {
  const active = vscode.window.activeTextEditor;
  const editor =
    active && cursorPlace()?.path === path
      ? active
      : await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: true });
  const at = new vscode.Position(line - 1, 0);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
