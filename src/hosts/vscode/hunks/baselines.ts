import * as vscode from "vscode";

/** Left sides of what is under review: `plumb-baseline:/path/of/file` is the file without what is pending in it. */
export const BASELINE_SCHEME = "plumb-baseline";

export const baselineUri = (path: string): vscode.Uri =>
  vscode.Uri.file(path).with({ scheme: BASELINE_SCHEME });

const moved = new vscode.EventEmitter<vscode.Uri>();

/** Every view that shows the baseline of a file reads it again. */
export const tellMoved = (path: string): void => moved.fire(baselineUri(path));

/** Cheap at start-up: a view that is still open after a reload asks before anything else is loaded. */
export function registerBaselines(read: (path: string) => Promise<string>): vscode.Disposable {
  const pathOf = (uri: vscode.Uri): string => uri.with({ scheme: "file" }).fsPath;
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(BASELINE_SCHEME, {
      onDidChange: moved.event,
      provideTextDocumentContent: (uri) => read(pathOf(uri)),
    }),
    // What moved between reading and opening was not heard by a document that was not there yet.
    vscode.workspace.onDidOpenTextDocument(({ uri }) => {
      if (uri.scheme === BASELINE_SCHEME) tellMoved(pathOf(uri));
    }),
  );
}
