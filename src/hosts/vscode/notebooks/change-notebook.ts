import * as vscode from "vscode";
import { AgentError } from "../../../core/errors.ts";
import { type UnitChange, unitChanges } from "../../../review/notebook-changes.ts";
import { asNotebook, isObject, type Notebook, sourceOf } from "../../../review/notebook-text.ts";
import { openDraft } from "./notebook-texts.ts";
import { toCellData } from "./open-notebooks.ts";

/** The editor follows the disk by itself, and this soon, in milliseconds. */
const FOLLOWS_WITHIN_MS = 3_000;

/**
 * Changes an open notebook from one text to another, cell by cell and as one edit: other cells, what they have put out,
 * the cursor and the undo stack stay. Saves it unless it was unsaved. Resolves to whether somebody wrote in it meanwhile;
 * rejects with `stale`, and changes nothing, when it is not what `before` says.
 */
export async function changeNotebook(
  notebook: vscode.NotebookDocument,
  { before, after }: { readonly before: string; readonly after: string },
  signal: AbortSignal,
): Promise<boolean> {
  const path = notebook.uri.fsPath;
  const [base, wanted] = [asNotebook(before), asNotebook(after)];
  if (!base || !wanted)
    throw new AgentError(
      "failed",
      `${path} is open as a notebook, and this would not be one. Ask the user to close it first.`,
    );
  await holds(notebook, base);
  const { version, isDirty: wasDirty } = notebook;
  const edits = await toEdits(path, unitChanges(base.units, wanted.units), wanted);
  signal.throwIfAborted();
  // Between reading and here the user may have typed, or run a cell.
  if (notebook.version !== version || notebook.isClosed) throw stale(path);
  const edit = new vscode.WorkspaceEdit();
  edit.set(notebook.uri, edits);
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new AgentError("failed", `The editor did not accept the change of ${path}; it may be read-only.`);
  const isTyped = !isSame(notebook, wanted);
  const applied = notebook.version;
  if (!wasDirty && !(await notebook.save()) && notebook.isDirty && notebook.version === applied)
    throw new AgentError(
      "failed",
      `${path} was changed in the editor but could not be saved. The change is in the unsaved notebook.`,
    );
  return isTyped;
}

export const stale = (path: string): AgentError =>
  new AgentError("stale", `${path} has changed since it was read.`);

/** Resolves once the notebook is what the text says. One that is saved may still have to follow the disk. */
async function holds(notebook: vscode.NotebookDocument, base: Notebook): Promise<void> {
  if (isSame(notebook, base)) return;
  if (notebook.isDirty) throw stale(notebook.uri.fsPath);
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      subscription.dispose();
      clearTimeout(timer);
    };
    const timer = setTimeout(() => {
      end();
      reject(stale(notebook.uri.fsPath));
    }, FOLLOWS_WITHIN_MS);
    const subscription = vscode.workspace.onDidChangeNotebookDocument((event) => {
      if (event.notebook !== notebook || !isSame(notebook, base)) return;
      end();
      resolve();
    });
  });
}

/** The same sources in the same kinds of cells: what they have put out may be on its way. */
function isSame(notebook: vscode.NotebookDocument, { units }: Notebook): boolean {
  if (notebook.cellCount !== units.length - 1) return false;
  return notebook.getCells().every(({ kind, document }, at) => {
    const cell = units[at + 1]?.cell;
    const isMarkup = cell?.cell_type === "markdown";
    return (
      cell !== undefined &&
      isMarkup === (kind === vscode.NotebookCellKind.Markup) &&
      unix(document.getText()) === unix(sourceOf(cell))
    );
  });
}
const unix = (text: string): string => text.replaceAll("\r\n", "\n");

/** From the end, so that no edit moves the cells of another one. */
async function toEdits(
  path: string,
  changes: readonly UnitChange[],
  wanted: Notebook,
): Promise<vscode.NotebookEdit[]> {
  const ofCells = joined(changes.filter(({ start, end }) => start > 0 || end === start));
  const draft = ofCells.length > 0 ? await openDraft(path, wanted.text) : undefined;
  const cells = draft?.getCells().map(toCellData) ?? [];
  const edits = ofCells.toReversed().map(({ start, end, newStart, newEnd }) => {
    const range = new vscode.NotebookRange(start - 1, end - 1);
    return vscode.NotebookEdit.replaceCells(range, cells.slice(newStart - 1, newEnd - 1));
  });
  const isFrame = changes.some(({ start, end }) => start === 0 && end > 0);
  return isFrame ? [...edits, vscode.NotebookEdit.updateNotebookMetadata(frameOf(wanted))] : edits;
}

/** Neighbours are one edit. */
function joined(changes: readonly UnitChange[]): UnitChange[] {
  const result: UnitChange[] = [];
  for (const change of changes) {
    const last = result.at(-1);
    if (last?.end === change.start && last.newEnd === change.newStart)
      result[result.length - 1] = { ...last, end: change.end, newEnd: change.newEnd };
    else result.push(change);
  }
  return result;
}

/** What is around the cells, in the shape that the editor keeps it in. */
function frameOf({ text }: Notebook): Record<string, unknown> {
  const root: unknown = JSON.parse(text);
  return isObject(root) ? { ...root, cells: [] } : {};
}
