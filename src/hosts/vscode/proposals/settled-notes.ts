import * as vscode from "vscode";
import { PROPOSAL_SCHEME } from "./proposal-files.ts";

/** Says, in the text and at the tab, that what is written in a proposal goes nowhere any more. */
export class SettledNotes {
  readonly #isSettled: (uri: vscode.Uri) => boolean;
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #subscriptions: vscode.Disposable[];
  #type: vscode.TextEditorDecorationType | undefined;

  constructor(isSettled: (uri: vscode.Uri) => boolean) {
    this.#isSettled = isSettled;
    this.#subscriptions = [
      this.#changed,
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
      vscode.window.registerFileDecorationProvider({
        onDidChangeFileDecorations: this.#changed.event,
        provideFileDecoration: (uri) =>
          uri.scheme === PROPOSAL_SCHEME && isSettled(uri)
            ? {
                badge: "×",
                tooltip: vscode.l10n.t("This proposal is no longer open"),
                color: new vscode.ThemeColor("disabledForeground"),
              }
            : undefined,
      }),
    ];
  }

  update(uri: vscode.Uri): void {
    this.#changed.fire([uri]);
    this.#draw();
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { uri } = editor.document;
      if (uri.scheme !== PROPOSAL_SCHEME) continue;
      const isSettled = this.#isSettled(uri);
      if (!isSettled && !this.#type) continue;
      this.#type ??= vscode.window.createTextEditorDecorationType({
        isWholeLine: true,
        backgroundColor: new vscode.ThemeColor("diffEditor.unchangedRegionBackground"),
        after: {
          contentText: vscode.l10n.t("No longer open"),
          color: new vscode.ThemeColor("editorWarning.foreground"),
          fontStyle: "italic",
          margin: "0 0 0 2em",
        },
      });
      const range = editor.document.lineAt(0).range;
      editor.setDecorations(this.#type, isSettled ? [{ range, hoverMessage: whyNot() }] : []);
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#type?.dispose();
  }
}

const whyNot = (): string =>
  vscode.l10n.t(
    "This was answered elsewhere, or the turn was stopped. What you wrote stays here until you close it.",
  );
