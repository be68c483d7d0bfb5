import * as vscode from "vscode";
import { linesOfUnits } from "../../../review/notebook-lines.ts";
import { asNotebook } from "../../../review/notebook-text.ts";
import { textOfNotebook } from "./open-notebooks.ts";

/** Shows a notebook at the cell that stands at a one-based line of its file. */
export async function revealCell(path: string, line: number): Promise<void> {
  const uri = vscode.Uri.file(path);
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  const text = notebook.isDirty
    ? await textOfNotebook(notebook)
    : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  const editor = await vscode.window.showNotebookDocument(notebook, { preview: true });
  const at = Math.max(1, Math.min(cellAtLine(text, line), notebook.cellCount));
  if (notebook.cellCount === 0) return;
  const range = new vscode.NotebookRange(at - 1, at);
  editor.selection = range;
  editor.revealRange(range, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
}

/** From 1; the last one that begins at the line or above it. */
function cellAtLine(text: string, line: number): number {
  const notebook = asNotebook(text);
  if (!notebook) return 1;
  const linesOf = linesOfUnits(notebook);
  let at = 1;
  for (let next = 1; next < notebook.units.length && linesOf(next, 1).start <= line; next += 1) at = next;
  return at;
}

/** The one-based line of the file at which the chosen cell of the notebook in front stands. */
export function cursorCell(
  currentOf: (path: string) => string | undefined,
): { path: string; line: number; at: number } | undefined {
  const editor = vscode.window.activeNotebookEditor;
  if (editor?.notebook.uri.scheme !== "file") return undefined;
  const path = editor.notebook.uri.fsPath;
  const text = currentOf(path);
  const notebook = text === undefined ? undefined : asNotebook(text);
  const at = editor.selection.start + 1;
  return { path, at, line: notebook ? linesOfUnits(notebook)(at, 1).start : 1 };
}
