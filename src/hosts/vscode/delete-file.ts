import * as vscode from "vscode";
import { AgentError } from "../../core/errors.ts";
import { requireWritable } from "../node/require-writable.ts";

/**
 * Deletes a file as the explorer does: extensions that follow files hear of it, and it goes to the trash where the file
 * system has one and the user wants that. Rejects with `failed`.
 */
export async function deleteFile(path: string, signal: AbortSignal): Promise<void> {
  await requireWritable(path);
  signal.throwIfAborted();
  const uri = vscode.Uri.file(path);
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri, { recursive: false, ignoreIfNotExists: false });
  if (await vscode.workspace.applyEdit(edit)) return;
  // The editor does not say why it refused: a trash that does not work, an extension that is in the way, or no rights.
  try {
    await vscode.workspace.fs.delete(uri, { recursive: false, useTrash: false });
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AgentError("failed", `${path} could not be deleted: ${why}`, { cause: thrown });
  }
}
