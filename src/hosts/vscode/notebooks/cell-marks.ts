import * as vscode from "vscode";
import type { ReviewHunk } from "../../../review/hunks.ts";
import type { PendingFile } from "../engine.ts";
import { JUPYTER } from "./open-notebooks.ts";

/** Where what is pending is known. */
interface PendingCells {
  file(path: string): PendingFile | undefined;
}

/** Below each cell that is under review: that Plumb changed it, and Keep, Undo and Ask for it alone. */
export class CellMarks implements vscode.NotebookCellStatusBarItemProvider {
  readonly #pending: PendingCells;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeCellStatusBarItems = this.#changed.event;

  constructor(pending: PendingCells) {
    this.#pending = pending;
    this.#registration = vscode.notebooks.registerNotebookCellStatusBarItemProvider(JUPYTER, this);
  }

  update(): void {
    this.#changed.fire();
  }

  provideCellStatusBarItems({ index, notebook }: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
    const file = notebook.uri.scheme === "file" ? this.#pending.file(notebook.uri.fsPath) : undefined;
    if (!file) return [];
    const isLast = index === notebook.cellCount - 1;
    return hunksOfCell(file, index + 1, isLast).flatMap((hunk) => itemsOf(notebook.uri, hunk, index + 1));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

/** Of a cell, and of those that were taken out right before it, or behind the last one. */
const hunksOfCell = ({ hunks }: PendingFile, at: number, isLast: boolean): readonly ReviewHunk[] =>
  hunks.filter(({ units }) => {
    if (units === undefined) return false;
    const isGone = units.count === 0;
    return units.start === at || (isLast && isGone && units.start === at + 1);
  });

function itemsOf(uri: vscode.Uri, hunk: ReviewHunk, at: number): vscode.NotebookCellStatusBarItem[] {
  const which = [uri, [hunk.units], 0];
  return [
    item(wordsOf(hunk, at), { command: "plumb.openDiff", arguments: [uri] }),
    item(`$(check) ${vscode.l10n.t("Keep")}`, { command: "plumb.keepHunk", arguments: which }),
    item(`$(discard) ${vscode.l10n.t("Undo")}`, { command: "plumb.undoHunk", arguments: which }),
    item(`$(comment) ${vscode.l10n.t("Ask")}`, { command: "plumb.askHunk", arguments: which }),
  ];
}

function wordsOf({ units, isMixed }: ReviewHunk, at: number): string {
  if (units?.count === 0)
    return units.start === at
      ? vscode.l10n.t("Plumb removed the cell above")
      : vscode.l10n.t("Plumb removed the cell below");
  if (units?.baseCount === 0) return vscode.l10n.t("Plumb added this cell");
  return isMixed
    ? vscode.l10n.t("Plumb and you changed this cell")
    : vscode.l10n.t("Plumb changed this cell");
}

function item(text: string, command: Omit<vscode.Command, "title">): vscode.NotebookCellStatusBarItem {
  const made = new vscode.NotebookCellStatusBarItem(text, vscode.NotebookCellStatusBarAlignment.Left);
  made.command = { ...command, title: text.replace(/^\$\(\w+\) /, "") };
  return made;
}
