import * as vscode from "vscode";
import { minimalEdits, type Replacement } from "./minimal-edits.ts";

/** Changes a document to `text` by as little as it takes, so that one undo takes it back. False when it was not accepted. */
export function applyText(document: vscode.TextDocument, text: string): Thenable<boolean> {
  const before = document.getText();
  const changes = minimalEdits(before, text);
  const edits = changes.map(
    ({ from, to, text: inserted }) =>
      new vscode.TextEdit(new vscode.Range(document.positionAt(from), document.positionAt(to)), inserted),
  );
  const end = otherEnd(document, text);
  const editor = mustNotBeCut(before, changes) ? editorOf(document) : undefined;
  if (editor) {
    return editor.edit((builder) => {
      for (const { range, newText } of edits) builder.replace(range, newText);
      if (end !== undefined) builder.setEndOfLine(end);
    });
  }
  const workspaceEdit = new vscode.WorkspaceEdit();
  const ends = end === undefined ? [] : [vscode.TextEdit.setEndOfLine(end)];
  workspaceEdit.set(document.uri, [...edits, ...ends]);
  return vscode.workspace.applyEdit(workspaceEdit);
}

/** The line end a document has to change to, if it does. */
function otherEnd(document: vscode.TextDocument, text: string): vscode.EndOfLine | undefined {
  const wanted = text.includes("\r\n") ? vscode.EndOfLine.CRLF : vscode.EndOfLine.LF;
  return text.includes("\n") && wanted !== document.eol ? wanted : undefined;
}

const HALF = /[\uD800-\uDFFF]/;

/**
 * In the active editor VS Code makes a workspace edit smaller still, unit by unit: where two characters of two units
 * share one of them (many emoji do) it would replace the other alone, and leave a broken character behind.
 */
const mustNotBeCut = (before: string, changes: readonly Replacement[]): boolean =>
  changes.some(({ from, to, text }) => HALF.test(text) && HALF.test(before.slice(from, to)));

const editorOf = (document: vscode.TextDocument): vscode.TextEditor | undefined =>
  vscode.window.visibleTextEditors.find((editor) => editor.document === document);
