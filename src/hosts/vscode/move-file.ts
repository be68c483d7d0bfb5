import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Documents, MoveOptions, Ripple } from "../../core/ports.ts";
import { pruneEmpty } from "../node/move-entry.ts";
import { followRipples } from "./follow-ripples.ts";

/**
 * Moves as the explorer does: unsaved text and tabs go with the file, and language services update what names it.
 * `disk` says what is in the way, which the editor does not.
 */
export async function moveFile(
  { from, to }: { from: string; to: string },
  disk: Pick<Documents, "move">,
  signal: AbortSignal,
  { prunesBelow, later }: MoveOptions = {},
): Promise<readonly Ripple[]> {
  signal.throwIfAborted();
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(vscode.Uri.file(from), vscode.Uri.file(to), { overwrite: false, ignoreIfExists: false });
  const hasScripts = later !== undefined && (await holdsScripts(from));
  const ripples = followRipples({ from, to }, later);
  try {
    if (!(await vscode.workspace.applyEdit(edit))) await disk.move(from, to, signal);
    if (prunesBelow !== undefined) await pruneEmpty(dirname(from), prunesBelow);
    return await ripples.first(hasScripts, signal);
  } catch (thrown) {
    ripples.dispose();
    throw thrown;
  }
}

/** Only of those the editor itself knows who refers to them. */
async function holdsScripts(path: string): Promise<boolean> {
  const names = await readdir(path, { recursive: true }).catch(() => [path]);
  return names.some((name) => /\.[cm]?[jt]sx?$/.test(name));
}
