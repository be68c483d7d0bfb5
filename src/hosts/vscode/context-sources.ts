import { basename } from "node:path";
import * as vscode from "vscode";
import type { Attachment } from "../../protocol/view.ts";

const MAX_SELECTION_CHARS = 200_000;

/** The selected text of an editor with its place; the whole file when nothing is selected. */
export function selectionOf(editor: vscode.TextEditor): Attachment {
  return rangeOf(editor.document, editor.selection);
}

export function rangeOf(document: vscode.TextDocument, range: vscode.Range): Attachment {
  const path = pathOf(document.uri);
  if (range.isEmpty) return fileAt(document.uri);
  const first = range.start.line + 1;
  // A selection that ends before the first letter of a line does not mean that line.
  const endsBefore = range.end.character === 0 && range.end.line > range.start.line;
  const last = endsBefore ? range.end.line : range.end.line + 1;
  const text = document.getText(range).slice(0, MAX_SELECTION_CHARS);
  return {
    kind: "selection",
    path,
    label: `${basename(path)}:${first === last ? first : `${first}-${last}`}`,
    firstLine: first,
    lastLine: last,
    text: endsBefore ? text.replace(/\r?\n$/, "") : text,
  };
}

export function fileAt(uri: vscode.Uri): Attachment {
  const path = pathOf(uri);
  return { kind: "file", path, label: basename(path) };
}

/** A document that is not a file has no path, but a name. */
const pathOf = (uri: vscode.Uri): string => (uri.scheme === "file" ? uri.fsPath : uri.path);

/** What a context menu passes: the clicked file, and all chosen ones. */
export function clickedUris(clicked: unknown, chosen: unknown): readonly vscode.Uri[] {
  const many = Array.isArray(chosen)
    ? chosen.filter((uri): uri is vscode.Uri => uri instanceof vscode.Uri)
    : [];
  if (many.length > 0) return many;
  if (clicked instanceof vscode.Uri) return [clicked];
  const active = vscode.window.activeTextEditor?.document.uri;
  return active ? [active] : [];
}

export function describeProblems(diagnostics: readonly vscode.Diagnostic[]): string {
  return diagnostics.map(({ range, message }) => `- ${range.start.line + 1}: ${message}`).join("\n");
}
