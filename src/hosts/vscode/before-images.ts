import * as vscode from "vscode";

/** Left sides of our diffs: `plumb-before:/path/of/file?hash` is the text before an edit; no hash is no file. */
export const BEFORE_SCHEME = "plumb-before";

/** `path` is only for the language and the label: the text is found by its hash. */
export function beforeUri(path: string, hash: string): vscode.Uri {
  return vscode.Uri.file(path).with({ scheme: BEFORE_SCHEME, query: hash });
}

/** Cheap at start-up: a diff that is still open after a reload asks for its text before anything else is loaded. */
export function registerBeforeImages(read: (hash: string) => Promise<string | undefined>): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(BEFORE_SCHEME, {
    async provideTextDocumentContent(uri) {
      if (uri.query === "") return "";
      return (await read(uri.query)) ?? vscode.l10n.t("The text from before this edit is no longer stored.");
    },
  });
}
