import * as vscode from "vscode";
import type { Diagnostic, Editor } from "../../core/ports.ts";
import { createLanguageVoices } from "./language-voices.ts";
import { openDocument } from "./vscode-documents.ts";

/** Language services report in several steps (syntax, then types): the last word is the one followed by this much silence. */
const SETTLED_MS = 250;
/** How long a file that was not open yet may take to get its first diagnostics. */
const FIRST_LOOK_MS = 1500;

const voices = createLanguageVoices();

/** What the editor's language services say. */
export const vscodeEditor: Editor = {
  async diagnostics(path) {
    if (path === undefined) {
      return vscode.languages
        .getDiagnostics()
        .flatMap(([uri, found]) => (uri.scheme === "file" ? toDiagnostics(uri.fsPath, found) : []));
    }
    if (openDocument(path)) return current(path);
    const look = new AbortController();
    const spoken = vscodeEditor.nextDiagnostics(path, FIRST_LOOK_MS, look.signal).catch(() => current(path));
    try {
      const { languageId } = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
      if (!voices.isWorthWaiting(languageId)) look.abort();
    } catch {
      // Missing or binary: no language service speaks about it.
      look.abort();
    }
    return spoken;
  },

  nextDiagnostics(path, withinMs, signal) {
    const uri = vscode.Uri.file(path).toString();
    const before = openDocument(path)?.languageId;
    // The wait is for those who speak: nobody checks prose.
    const patienceMs = before === undefined || voices.isWorthWaiting(before) ? withinMs : 0;
    return new Promise((resolve, reject) => {
      let settled: NodeJS.Timeout | undefined;
      const subscription = vscode.languages.onDidChangeDiagnostics((change) => {
        if (!change.uris.some((changed) => changed.toString() === uri)) return;
        clearTimeout(settled);
        settled = setTimeout(finish, Math.min(SETTLED_MS, withinMs));
      });
      const bound = setTimeout(finish, patienceMs);
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
        const languageId = openDocument(path)?.languageId;
        if (languageId !== undefined) voices.heard(languageId, settled !== undefined);
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
