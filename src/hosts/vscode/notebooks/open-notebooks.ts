import * as vscode from "vscode";
import { AgentError } from "../../../core/errors.ts";
import { isNotebookFile } from "./notebook-texts.ts";

/** What the editor calls a notebook of Jupyter. */
export const JUPYTER = "jupyter-notebook";

/** The notebook of this file that the editor holds, with or without a tab. */
export function openNotebook(path: string): vscode.NotebookDocument | undefined {
  if (!isNotebookFile(path)) return undefined;
  const wanted = comparable(vscode.Uri.file(path));
  return vscode.workspace.notebookDocuments.find(
    ({ uri, isClosed, notebookType }) =>
      !isClosed && uri.scheme === "file" && notebookType === JUPYTER && comparable(uri) === wanted,
  );
}
/** Windows and macOS fold case. */
const comparable = (uri: vscode.Uri): string =>
  process.platform === "linux" ? uri.toString() : uri.toString().toLowerCase();

/**
 * The text that saving the notebook would write. Only the extension that writes it can say; it is a part of the editor.
 * Rejects with `failed` where it is switched off.
 */
export async function textOfNotebook(notebook: vscode.NotebookDocument): Promise<string> {
  const extension = vscode.extensions.getExtension<unknown>("vscode.ipynb");
  const api = await extension?.activate();
  const write: unknown =
    typeof api === "object" && api !== null ? Reflect.get(api, "exportNotebook") : undefined;
  if (typeof write !== "function") throw unsaved(notebook);
  const data = new vscode.NotebookData(notebook.getCells().map(toCellData));
  data.metadata = notebook.metadata;
  const text: unknown = await Reflect.apply(write, api, [data]);
  if (typeof text !== "string") throw unsaved(notebook);
  return text;
}

/** A cell as it can be put into another notebook, with all that it has put out. */
export function toCellData(cell: vscode.NotebookCell): vscode.NotebookCellData {
  const { kind, document, metadata, outputs, executionSummary } = cell;
  const data = new vscode.NotebookCellData(kind, document.getText(), document.languageId);
  data.metadata = metadata;
  data.outputs = [...outputs];
  if (executionSummary) data.executionSummary = executionSummary;
  return data;
}

const unsaved = ({ uri }: vscode.NotebookDocument): AgentError =>
  new AgentError(
    "failed",
    `${uri.fsPath} is open as a notebook with unsaved changes. Ask the user to save it first.`,
  );
