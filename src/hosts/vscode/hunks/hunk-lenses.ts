import * as vscode from "vscode";
import { lineOf } from "./hunk-places.ts";
import type { PendingChanges } from "./pending-changes.ts";

/** One line above the first hunk of a file: what is pending there, and what can be done about all of it. */
export class HunkLenses implements vscode.CodeLensProvider {
  readonly #pending: PendingChanges;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(pending: PendingChanges) {
    this.#pending = pending;
    this.#registration = vscode.languages.registerCodeLensProvider({ scheme: "file" }, this);
  }

  update(): void {
    this.#changed.fire();
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const file = this.#pending.file(uri.fsPath);
    const [first] = file?.hunks ?? [];
    if (!file || !first) return [];
    const line = lineOf(first, file) - 1;
    const count = file.hunks.length;
    const words =
      count === 1
        ? vscode.l10n.t("Plumb changed 1 hunk here")
        : vscode.l10n.t("Plumb changed {0} hunks here", count);
    const items: vscode.Command[] = [
      { title: words, command: "plumb.reviewChanges" },
      { title: vscode.l10n.t("Keep all"), command: "plumb.keepEdit", arguments: [uri] },
      { title: vscode.l10n.t("Undo all"), command: "plumb.undoEdit", arguments: [uri] },
      { title: vscode.l10n.t("Next"), command: "plumb.nextHunk" },
    ];
    return items.map((item) => new vscode.CodeLens(new vscode.Range(line, 0, line, 0), item));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
