import * as vscode from "vscode";
import type { ReviewHunk } from "../../../review/hunks.ts";
import type { PendingFile } from "../engine.ts";
import { isNotebookFile } from "../notebooks/notebook-texts.ts";
import { cursorCell, revealCell } from "../notebooks/reveal-cell.ts";
import { BASELINE_SCHEME } from "./baselines.ts";
import { hunkAt, type Place } from "./hunk-places.ts";

/** Where the cursor is in a file, whichever kind of editor shows it. */
export function cursorPlace(
  fileAt: (path: string) => PendingFile | undefined = () => undefined,
): Place | undefined {
  const cell = cursorCell((path) => fileAt(path)?.current);
  if (cell) return cell;
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== "file") return undefined;
  return { path: editor.document.uri.fsPath, line: editor.selection.active.line + 1 };
}

/** The file that the cursor is in, or whose old text it is in. */
export function cursorPath(): string | undefined {
  const uri =
    vscode.window.activeTextEditor?.document.uri ?? vscode.window.activeNotebookEditor?.notebook.uri;
  if (uri?.scheme === "vscode-notebook-cell") return vscode.window.activeNotebookEditor?.notebook.uri.fsPath;
  return uri?.fsPath;
}

/** The hunk at the cursor, in the file itself or in the old text beside it. */
export function cursorHunk(
  fileAt: (path: string) => PendingFile | undefined,
): { file: PendingFile; hunk: ReviewHunk; line: number } | undefined {
  const cell = cursorCell((path) => fileAt(path)?.current);
  if (cell) return hunkOfCell(cell, fileAt(cell.path));
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { uri } = editor.document;
  const line = editor.selection.active.line + 1;
  const file = uri.scheme === "file" || uri.scheme === BASELINE_SCHEME ? fileAt(uri.fsPath) : undefined;
  if (!file) return undefined;
  const hunk = uri.scheme === "file" ? hunkAt(line, file) : baseHunkAt(line, file);
  return hunk && { file, hunk, line: uri.scheme === "file" ? line : hunk.start };
}

/** The hunk of the cell that is chosen in a notebook, or of one that was taken out right before it. */
function hunkOfCell({ at, line }: { at: number; line: number }, file: PendingFile | undefined) {
  const hunk = file?.hunks.find(({ units }) => units?.start === at);
  return file && hunk && { file, hunk, line };
}

/** Where lines were put in, the old text has none: the two lines around the place stand for it. */
const baseHunkAt = (line: number, { hunks }: PendingFile): ReviewHunk | undefined =>
  hunks.find(({ baseStart, baseCount }) => line >= baseStart && line < baseStart + baseCount) ??
  hunks.find(({ baseStart, baseCount }) => line >= baseStart - 1 && line <= baseStart + baseCount);

/** In the editor that has the cursor when it shows the file already, be it a diff; else in a tab of its own. */
export async function reveal({ path, line }: Place): Promise<void> {
  if (isNotebookFile(path)) return revealCell(path, line);
  const active = vscode.window.activeTextEditor;
  const editor =
    active && cursorPlace()?.path === path
      ? active
      : await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: true });
  const at = new vscode.Position(line - 1, 0);
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
