import * as vscode from "vscode";
import { LARGE_DOCUMENT_CHARS } from "../../core/document-limit.ts";
import { AgentError } from "../../core/errors.ts";
import { sha256 } from "../../core/hash.ts";
import type { Documents, TextFile } from "../../core/ports.ts";
import { setMode } from "../node/change-file.ts";
import { refuseTooLong } from "../node/node-documents.ts";
import { requireWritable } from "../node/require-writable.ts";
import { encodeText, inForm, withoutBom } from "../node/text-encoding.ts";
import { applyText } from "./apply-text.ts";
import { deleteFile } from "./delete-file.ts";
import { moveFile } from "./move-file.ts";
import { keepTabs } from "./quiet-tabs.ts";

/**
 * Documents as the editor holds them: unsaved text wins, and changes go through live documents, so that cursor,
 * folds and the undo stack survive. `disk` reads what no editor holds unsaved, and writes the few files an editor
 * would not give back byte for byte (mixed line ends, foreign encodings).
 */
export function createVscodeDocuments(disk: Documents): Documents {
  async function open(path: string, signal: AbortSignal): Promise<TextFile> {
    const document = openDocument(path);
    const isEditors = document !== undefined && (document.isDirty || !isUnicode(document.encoding));
    return isEditors ? toTextFile(document) : disk.open(path, signal);
  }

  /** Resolves to whether somebody typed before it was saved. */
  async function change(
    path: string,
    text: string,
    current: TextFile,
    signal: AbortSignal,
  ): Promise<boolean> {
    refuseUnsavedNotebook(path);
    // The editor would take the change and fail to save it, or save it all the same.
    await requireWritable(path);
    const onDisk = async (): Promise<false> => {
      await disk.save(path, text, current.hash, signal);
      return false;
    };
    if (text.length >= LARGE_DOCUMENT_CHARS && !openDocument(path)) return onDisk();
    const document = await openQuietly(path);
    // Between reading and here the user may have typed.
    if (document.isDirty && document.getText() !== current.text) throw stale(path);
    if (!document.isDirty && !canHold(document, current.text, text)) return onDisk();
    await requireEncodable(document, text);
    signal.throwIfAborted();
    const wasDirty = document.isDirty;
    await changeDocument(document, text, path);
    const isTyped = document.getText() !== text;
    if (!wasDirty) await saveDocument(document, path);
    return isTyped;
  }

  return {
    open,
    async save(path, wanted, baseHash, signal, form) {
      const { text } = withoutBom(wanted, "utf-8");
      const bytes = encodeText(text, form ? inForm(text, form) : PLAIN);
      refuseTooLong(bytes.length, path);
      const current = await openIfThere(open, path, signal);
      if (current?.hash !== baseHash) throw stale(path);
      const typing = watchTyping(path);
      const settleTabs = keepTabs(vscode.Uri.file(path));
      try {
        let isTyped = false;
        const orElse = (): Promise<unknown> => disk.save(path, text, undefined, signal, form);
        if (current === undefined) await create(path, { bytes, mode: form?.mode, orElse }, signal);
        else if (current.text !== text) isTyped = await change(path, text, current, signal);
        // What really stands there now: a formatter may have run while saving.
        const saved = await open(path, signal);
        return { ...saved, ...((isTyped || typing.wasSeen()) && { wasTyped: true as const }) };
      } finally {
        typing.dispose();
        settleTabs();
      }
    },
    async remove(path, baseHash, signal) {
      if ((await openIfThere(open, path, signal))?.hash !== baseHash) throw stale(path);
      refuseUnsavedNotebook(path);
      await deleteFile(path, signal);
    },
    move: (from, to, signal, options) => moveFile({ from, to }, disk, signal, options),
  };
}

/** A formatter moves the cursor, too, but only keys are told as keys. */
function watchTyping(path: string): { wasSeen(): boolean; dispose(): void } {
  const wanted = comparable(vscode.Uri.file(path));
  let isSeen = false;
  const subscription = vscode.window.onDidChangeTextEditorSelection(({ kind, textEditor }) => {
    if (kind === vscode.TextEditorSelectionChangeKind.Keyboard)
      isSeen ||= comparable(textEditor.document.uri) === wanted;
  });
  return { wasSeen: () => isSeen, dispose: () => subscription.dispose() };
}

const PLAIN = { hasBom: false, encoding: "utf-8" } as const;

const stale = (path: string): AgentError => new AgentError("stale", `${path} has changed since it was read.`);

async function openIfThere(
  open: Documents["open"],
  path: string,
  signal: AbortSignal,
): Promise<TextFile | undefined> {
  try {
    return await open(path, signal);
  } catch (thrown) {
    if (thrown instanceof AgentError && thrown.kind === "not_found") return undefined;
    throw thrown;
  }
}

/** Windows and macOS fold case, so a document may be open under another spelling of the same file. */
export function openDocument(path: string): vscode.TextDocument | undefined {
  const wanted = comparable(vscode.Uri.file(path));
  return vscode.workspace.textDocuments.find(
    (document) => document.uri.scheme === "file" && !document.isClosed && comparable(document.uri) === wanted,
  );
}
const comparable = (uri: vscode.Uri): string =>
  process.platform === "linux" ? uri.toString() : uri.toString().toLowerCase();

async function openQuietly(path: string): Promise<vscode.TextDocument> {
  try {
    return openDocument(path) ?? (await vscode.workspace.openTextDocument(vscode.Uri.file(path)));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AgentError("failed", `The editor cannot open ${path}: ${why}`, { cause: thrown });
  }
}

async function changeDocument(document: vscode.TextDocument, text: string, path: string): Promise<void> {
  const { version } = document;
  if (await applyText(document, text)) return;
  if (document.version !== version) throw stale(path);
  throw new AgentError("failed", `The editor did not accept the change of ${path}; it may be read-only.`);
}

/** Somebody who types on while it is saved leaves it unsaved: that is theirs to save, and no failure. */
async function saveDocument(document: vscode.TextDocument, path: string): Promise<void> {
  const applied = document.version;
  if ((await document.save()) || !document.isDirty || document.version !== applied) return;
  throw new AgentError(
    "failed",
    `${path} was changed in the editor but could not be saved. The change is in the unsaved document.`,
  );
}

async function toTextFile(document: vscode.TextDocument): Promise<TextFile> {
  const text = document.getText();
  const hasBom = document.encoding === "utf8bom" || document.encoding.startsWith("utf16");
  const encoding = ENCODINGS[document.encoding] ?? (isUnicode(document.encoding) ? undefined : "other");
  return { text, hasBom, hash: await sha256(text), isDirty: document.isDirty, ...(encoding && { encoding }) };
}
const ENCODINGS: Readonly<Record<string, TextFile["encoding"]>> = {
  utf16le: "utf-16le",
  utf16be: "utf-16be",
};

/** In another encoding only the editor knows what the bytes mean. */
const isUnicode = (encoding: string): boolean => encoding.startsWith("utf");

/** The editor would write a question mark for each character that the encoding lacks, and say nothing. */
async function requireEncodable(document: vscode.TextDocument, text: string): Promise<void> {
  const { encoding, uri } = document;
  if (isUnicode(encoding)) return;
  const bytes = await vscode.workspace.encode(text, { encoding });
  if ((await vscode.workspace.decode(bytes, { encoding })) === text) return;
  throw new AgentError(
    "invalid_input",
    `${uri.fsPath} is written in ${encoding}, which lacks some characters of this change. Use only characters it has, or ask the user to save the file as UTF-8 first.`,
  );
}

/** A document has one kind of line end: can it hold both texts as they are? */
function canHold(document: vscode.TextDocument, before: string, after: string): boolean {
  return document.getText() === before && !hasMixedEnds(after);
}
function hasMixedEnds(text: string): boolean {
  const withoutPairs = text.replaceAll("\r\n", "");
  return withoutPairs.includes("\r") || (withoutPairs.length !== text.length && withoutPairs.includes("\n"));
}

async function create(
  path: string,
  file: { bytes: Uint8Array; mode: number | undefined; orElse: () => Promise<unknown> },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const edit = new vscode.WorkspaceEdit();
  // Through the editor, so that extensions which follow new files (imports, source control) hear of it.
  edit.createFile(vscode.Uri.file(path), { overwrite: false, ignoreIfExists: false, contents: file.bytes });
  // The editor does not say why it refused: no rights, no space, or that the file came into being meanwhile.
  if (!(await vscode.workspace.applyEdit(edit))) await file.orElse();
  else if (file.mode !== undefined) await setMode(path, file.mode);
  await openQuietly(path);
}

/** A notebook in an editor has no text document: a change on disk would fight with its unsaved cells. */
function refuseUnsavedNotebook(path: string): void {
  const wanted = comparable(vscode.Uri.file(path));
  const notebook = vscode.workspace.notebookDocuments.find((open) => comparable(open.uri) === wanted);
  if (notebook?.isDirty) {
    throw new AgentError(
      "failed",
      `${path} is open as a notebook with unsaved changes. Ask the user to save it first.`,
    );
  }
}
