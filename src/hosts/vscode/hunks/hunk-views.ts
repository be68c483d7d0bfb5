import * as vscode from "vscode";
import { CellMarks } from "../notebooks/cell-marks.ts";
import { isNotebookFile, tellNotebookMoved } from "../notebooks/notebook-texts.ts";
import { tellMoved } from "./baselines.ts";
import { ChangesControl, hunksWords } from "./changes-control.ts";
import { HunkLenses } from "./hunk-lenses.ts";
import type { PendingChanges } from "./pending-changes.ts";
import { tellReviewed, watchReviewTab } from "./review-tab.ts";

interface Views {
  readonly control: ChangesControl;
  readonly lenses: HunkLenses;
  readonly status: vscode.StatusBarItem;
  readonly tab: vscode.Disposable;
}

/** Everything in the editor that shows pending hunks. It is there while there are any, and gone with the last one. */
export class HunkViews {
  readonly #pending: PendingChanges;
  readonly #subscription: vscode.Disposable;
  /** Stays: the editor takes marks away only when it asks for them and there are none. */
  #cells: CellMarks | undefined;
  #views: Views | undefined;

  constructor(pending: PendingChanges) {
    this.#pending = pending;
    this.#subscription = pending.onDidChange((paths) => this.#draw(paths));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#cells?.dispose();
    this.#close();
  }

  #draw(paths: ReadonlySet<string>): void {
    for (const path of paths) {
      tellMoved(path);
      if (isNotebookFile(path)) tellNotebookMoved(path);
    }
    this.#markCells(paths);
    const { files, hunks } = this.#pending.counted.total;
    if (files === 0) return this.#close();
    this.#views ??= this.#open();
    const { control, lenses, status } = this.#views;
    control.update();
    tellReviewed(this.#pending.files.map(({ path }) => path));
    lenses.update();
    const count = files === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", files);
    const words = `${count} · ${hunksWords(hunks)}`;
    status.text = `$(diff-multiple) ${words}`;
    status.accessibilityInformation = {
      label: vscode.l10n.t("Plumb's changes to review: {0}", words),
      role: "button",
    };
  }

  #markCells(paths: ReadonlySet<string>): void {
    if (!this.#cells && [...paths].some(isNotebookFile)) this.#cells = new CellMarks(this.#pending);
    this.#cells?.update();
  }

  #open(): Views {
    const status = vscode.window.createStatusBarItem("plumb.hunks", vscode.StatusBarAlignment.Right, 99);
    status.name = vscode.l10n.t("Plumb: changes to review");
    status.tooltip = vscode.l10n.t("Review all changes of Plumb in one view");
    status.command = "plumb.reviewChanges";
    status.show();
    const control = new ChangesControl(this.#pending);
    return {
      control,
      lenses: new HunkLenses(this.#pending),
      status,
      tab: watchReviewTab(),
    };
  }

  #close(): void {
    this.#views?.control.dispose();
    this.#views?.lenses.dispose();
    this.#views?.status.dispose();
    this.#views?.tab.dispose();
    this.#views = undefined;
  }
}
