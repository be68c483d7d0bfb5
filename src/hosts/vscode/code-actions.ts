import * as vscode from "vscode";

/** Arguments of the lightbulb's commands. */
export interface CodePlace {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
  readonly diagnostics: readonly vscode.Diagnostic[];
}

/** The lightbulb: asks nobody and reads nothing, so that typing never waits for it. */
export const codeActions: vscode.CodeActionProvider = {
  provideCodeActions(document, range, context) {
    const place: CodePlace = { uri: document.uri, range, diagnostics: context.diagnostics };
    const actions: vscode.CodeAction[] = [];
    if (context.diagnostics.length > 0) {
      const fix = new vscode.CodeAction(
        vscode.l10n.t("Fix this problem with Plumb"),
        vscode.CodeActionKind.QuickFix,
      );
      fix.command = { command: "plumb.fixProblem", title: fix.title, arguments: [place] };
      fix.diagnostics = [...context.diagnostics];
      actions.push(fix);
    }
    if (!range.isEmpty || context.diagnostics.length > 0) {
      const explain = new vscode.CodeAction(
        vscode.l10n.t("Explain with Plumb"),
        context.diagnostics.length > 0
          ? vscode.CodeActionKind.QuickFix
          : vscode.CodeActionKind.RefactorRewrite,
      );
      explain.command = { command: "plumb.explain", title: explain.title, arguments: [place] };
      actions.push(explain);
    }
    return actions;
  },
};

export const CODE_ACTION_KINDS: vscode.CodeActionProviderMetadata = {
  providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.RefactorRewrite],
};
