import * as vscode from "vscode";
import type { Diagnostic, Editor } from "../../core/ports.ts";
import { openDocument } from "./vscode-documents.ts";

/** Language services report in several steps (syntax, then types): the last word is the one followed by this much silence. */
const SETTLED_MS = 250;
/** How long a file that was not open yet may take to get its first diagnostics. */
const FIRST_LOOK_MS = 3000;

/** What the editor's language services say. */
export const vscodeEditor: Editor = {
  async diagnostics(path) {
    if (path === undefined) {
      return vscode.languages
        .getDiagnostics()
        .flatMap(([uri, found]) => (uri.scheme === "file" ? toDiagnostics(uri.fsPath, found) : []));
    }
    if (openDocument(path)) return current(path);
    const spoken = vscodeEditor.nextDiagnostics(path, FIRST_LOOK_MS, new AbortController().signal);
    try {
      await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    } catch {
      // Missing or binary: no language service speaks about it.
      return current(path);
    }
    return spoken;
  },

  nextDiagnostics(path, withinMs, signal) {
    const uri = vscode.Uri.file(path).toString();
    return new Promise((resolve, reject) => {
      let settled: NodeJS.Timeout | undefined;
      const subscription = vscode.languages.onDidChangeDiagnostics((change) => {
        if (!change.uris.some((changed) => changed.toString() === uri)) return;
        clearTimeout(settled);
        settled = setTimeout(finish, SETTLED_MS);
      });
      const bound = setTimeout(finish, withinMs);
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();

      function end(): void {
        subscription.dispose();
        clearTimeout(settled);
        clearTimeout(bound);
        signal.removeEventListener("abort", stop);
      }
      function finish(): void {
        end();
        resolve(current(path));
      }
      function stop(): void {
        end();
        reject(signal.reason);
      }
    });
  },
};

const current = (path: string): readonly Diagnostic[] =>
  toDiagnostics(path, vscode.languages.getDiagnostics(vscode.Uri.file(path)));

function toDiagnostics(path: string, found: readonly vscode.Diagnostic[]): readonly Diagnostic[] {
  return found.flatMap(({ severity, message, range, source }) =>
    severity === vscode.DiagnosticSeverity.Error || severity === vscode.DiagnosticSeverity.Warning
      ? [
          {
            path,
            line: range.start.line + 1,
            severity: severity === vscode.DiagnosticSeverity.Error ? "error" : "warning",
            message,
            source: source ?? "",
          },
        ]
      : [],
  );
}
