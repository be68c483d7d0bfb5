import * as vscode from "vscode";
import { sha256 } from "../../../core/hash.ts";
import type { Documents, SavedFile, TextFile } from "../../../core/ports.ts";
import { isOnlyWritten } from "../../../review/notebook-choice.ts";
import { changeNotebook, stale } from "./change-notebook.ts";
import { isNotebookFile } from "./notebook-texts.ts";
import { openNotebook, textOfNotebook } from "./open-notebooks.ts";

interface Parts {
  readonly disk: Documents;
  /** What texts are read and changed with. */
  readonly documents: Documents;
  /** Rejects for a file that could not be saved. */
  readonly requireWritable: (path: string) => Promise<void>;
}

/**
 * Documents, with what the editor holds as a notebook read and changed there: unsaved cells win, and changes go through
 * the open notebook. One that is not open is changed on the disk: as a text in the background it would share its undo
 * stack with the notebook that somebody opens later.
 */
export function withNotebooks({ disk, documents, requireWritable }: Parts): Documents {
  const owner = (path: string): Documents => (isNotebookFile(path) && !isOpenText(path) ? disk : documents);

  async function open(path: string, signal: AbortSignal): Promise<TextFile> {
    const notebook = openNotebook(path);
    if (!notebook?.isDirty) return owner(path).open(path, signal);
    const text = await textOfNotebook(notebook);
    return { text, hasBom: false, hash: await sha256(text), isDirty: true };
  }

  async function change(
    notebook: vscode.NotebookDocument,
    text: string,
    baseHash: string,
    signal: AbortSignal,
  ): Promise<SavedFile> {
    const path = notebook.uri.fsPath;
    const current = await open(path, signal);
    if (current.hash !== baseHash) throw stale(path);
    if (current.text === text) return current;
    // The editor would take the change and fail to save it.
    await requireWritable(path);
    // The cells are what they are to be: only the file can be written differently, and the editor follows it.
    if (!current.isDirty && isOnlyWritten(current.text, text)) return disk.save(path, text, baseHash, signal);
    const isTyped = await changeNotebook(notebook, { before: current.text, after: text }, signal);
    // What really stands there now: the editor writes notebooks in its own way.
    return { ...(await open(path, signal)), ...(isTyped && { wasTyped: true as const }) };
  }

  return {
    ...documents,
    open: (path, signal) => (isNotebookFile(path) ? open(path, signal) : documents.open(path, signal)),
    save(path, text, baseHash, signal, form) {
      const notebook = baseHash === undefined ? undefined : openNotebook(path);
      return notebook && baseHash !== undefined
        ? change(notebook, text, baseHash, signal)
        : owner(path).save(path, text, baseHash, signal, form);
    },
  };
}

/** Somebody looks at the text of the notebook's file. */
const isOpenText = (path: string): boolean =>
  vscode.workspace.textDocuments.some(
    ({ uri, isClosed }) => !isClosed && uri.scheme === "file" && uri.fsPath === path,
  );
