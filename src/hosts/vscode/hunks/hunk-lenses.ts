import * as vscode from "vscode";
import type { ReviewHunk } from "../../../review/hunks.ts";
import type { PendingFile } from "../engine.ts";
import { lineOf, toLineChange } from "./hunk-places.ts";
import type { PendingChanges } from "./pending-changes.ts";
import { isShownInDiff } from "./review-tab.ts";

/**
 * One line above the first hunk of a file: what is pending there, and what can be done about all of it. In a diff, where
 * the buttons of its title are about the file already, every hunk has its own instead.
 */
export class HunkLenses implements vscode.CodeLensProvider {
  readonly #pending: PendingChanges;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(pending: PendingChanges) {
    this.#pending = pending;
    this.#subscriptions = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider({ scheme: "file" }, this),
      vscode.window.tabGroups.onDidChangeTabs(() => this.update()),
    );
  }

  update(): void {
    this.#changed.fire();
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const file = this.#pending.file(uri.fsPath);
    if (!file) return [];
    return isShownInDiff(file.path)
      ? file.hunks.flatMap((hunk) => ownLenses(uri, file, hunk))
      : fileLenses(uri, file);
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }
}

function fileLenses(uri: vscode.Uri, file: PendingFile): vscode.CodeLens[] {
  const [first] = file.hunks;
  if (!first) return [];
  const count = file.hunks.length;
  const words =
    count === 1
      ? vscode.l10n.t("Plumb changed 1 hunk here")
      : vscode.l10n.t("Plumb changed {0} hunks here", count);
  return lensesAt(lineOf(first, file), [
    { title: words, command: "plumb.reviewChanges" },
    { title: vscode.l10n.t("Keep all"), command: "plumb.keepEdit", arguments: [uri] },
    { title: vscode.l10n.t("Undo all"), command: "plumb.undoEdit", arguments: [uri] },
    { title: vscode.l10n.t("Next"), command: "plumb.nextHunk" },
  ]);
}

function ownLenses(uri: vscode.Uri, file: PendingFile, hunk: ReviewHunk): vscode.CodeLens[] {
  // As the peek says which hunk it is about.
  const which = [uri, [toLineChange(hunk)], 0];
  return lensesAt(lineOf(hunk, file), [
    { title: vscode.l10n.t("Keep"), command: "plumb.keepHunk", arguments: which },
    { title: vscode.l10n.t("Undo"), command: "plumb.undoHunk", arguments: which },
    { title: vscode.l10n.t("Ask"), command: "plumb.askHunk", arguments: which },
  ]);
}

/** One-based. */
const lensesAt = (line: number, items: readonly vscode.Command[]): vscode.CodeLens[] =>
  items.map((item) => new vscode.CodeLens(new vscode.Range(line - 1, 0, line - 1, 0), item));
