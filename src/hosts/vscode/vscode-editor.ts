import * as vscode from "vscode";
import { AgentError } from "../../core/errors.ts";
import type { Diagnostic, Editor } from "../../core/ports.ts";
import { createLanguageVoices, type Place } from "./language-voices.ts";
import { isNotebookFile } from "./notebooks/notebook-texts.ts";
import { openNotebook } from "./notebooks/open-notebooks.ts";
import { askTypeScript, hasOtherVoices, isTypeScript, TYPESCRIPT_SOURCE } from "./typescript-service.ts";
import { openDocument } from "./vscode-documents.ts";
import { nextText, nextWord } from "./vscode-events.ts";

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
    if (isNotebookFile(path)) return cellDiagnostics(path);
    const open = openDocument(path);
    if (open && !isTypeScript(open)) return current(path);
    const bound = AbortSignal.timeout(FIRST_LOOK_MS);
    const spoken = nextWord(path, bound);
    const document = open ?? (await openOrNothing(path));
    // Missing or binary: no language service speaks about it.
    if (!document) return current(path);
    const asked = await ask(document, bound);
    if (asked) return [...asked, ...others(path)];
    const place = placeOf(document);
    if (!bound.aborted && (open || !voices.isWorthWaiting(place))) return current(path);
    const hasSpoken = await spoken;
    if (!isTypeScript(document)) voices.heard(place, hasSpoken);
    if (!hasSpoken)
      throw new AgentError("timeout", `No language service has said anything about ${path} yet.`);
    return current(path);
  },

  async nextDiagnostics(path, withinMs, signal) {
    if (isNotebookFile(path)) return cellDiagnostics(path);
    const bound = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const spoken = nextWord(path, bound);
    const before = openDocument(path);
    // The answer to a question is about the newest text, so that has to be there; a word comes by itself.
    if (!before || isTypeScript(before)) await nextText(path, bound);
    const document = openDocument(path);
    const asked = document && (await ask(document, bound));
    signal.throwIfAborted();
    // A linter speaks by itself, and later.
    if (asked && !hasOtherVoices()) return asked;
    const place = document && placeOf(document);
    // The wait is for those who speak: nobody checks prose.
    if (!asked && place && !voices.isWorthWaiting(place)) return current(path);
    const hasSpoken = await spoken;
    signal.throwIfAborted();
    if (asked) return [...asked, ...others(path)];
    if (place) voices.heard(place, hasSpoken);
    return current(path);
  },

  unsaved: () =>
    [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments]
      .filter(({ uri, isDirty }) => isDirty && uri.scheme === "file")
      .map(({ uri }) => uri.fsPath),
};

function placeOf({ languageId, uri }: vscode.TextDocument): Place {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const hasTab = tabs.some(
    ({ input }) => input instanceof vscode.TabInputText && input.uri.path === uri.path,
  );
  return { languageId, hasTab };
}

/** A service that can be asked is exact: it answers when it is done. Undefined when there is none, or none in time. */
async function ask(
  document: vscode.TextDocument,
  signal: AbortSignal,
): Promise<readonly Diagnostic[] | undefined> {
  if (!isTypeScript(document)) return undefined;
  return askTypeScript(document, signal);
}

/** What the other services say: a linter, for instance. */
const others = (path: string): readonly Diagnostic[] =>
  current(path).filter(({ source }) => source !== TYPESCRIPT_SOURCE);

async function openOrNothing(path: string): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  } catch {
    return undefined;
  }
}

/** Of the cells of an open notebook. Its file is not opened as a text: that would meet the notebook in its undo stack. */
const cellDiagnostics = (path: string): readonly Diagnostic[] =>
  (openNotebook(path)?.getCells() ?? []).flatMap(({ document, index }) =>
    toDiagnostics(path, vscode.languages.getDiagnostics(document.uri)).map((found) => ({
      ...found,
      message: `cell ${index + 1}: ${found.message}`,
    })),
  );

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
