import * as vscode from "vscode";

/**
 * Texts that the editor opens as notebooks: `plumb-notebook:/path/of/file.ipynb?baseline=…` is the notebook without what
 * is pending in it, `?blob=…` how it was before an edit (empty: not there), `?draft=…` a text on its way into an open notebook.
 */
export const NOTEBOOK_SCHEME = "plumb-notebook";

export const isNotebookFile = (path: string): boolean => /\.ipynb$/i.test(path);

const at = (path: string, query: string): vscode.Uri =>
  vscode.Uri.file(path).with({ scheme: NOTEBOOK_SCHEME, query });
/** Another one whenever it moves: an editor that has just been left may still hold the old one. */
export const notebookBaseline = (path: string): vscode.Uri => at(path, `baseline=${moves.get(path) ?? 0}`);
const moves = new Map<string, number>();
export const notebookBefore = (path: string, hash: string): vscode.Uri => at(path, `blob=${hash}`);

const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
/** Counts up, because an editor asks for a text again only when the file has another time. */
let version = 1;

/** The view that shows the baseline of a notebook reads it again. */
export function tellNotebookMoved(path: string): void {
  version += 1;
  changed.fire([{ type: vscode.FileChangeType.Changed, uri: notebookBaseline(path) }]);
  moves.set(path, version);
}

const drafts = new Map<string, string>();

/** Has the editor read a text as a notebook, as it would from the disk; nothing is shown. */
export async function openDraft(path: string, text: string): Promise<vscode.NotebookDocument> {
  const name = crypto.randomUUID();
  drafts.set(name, text);
  try {
    return await vscode.workspace.openNotebookDocument(at(path, `draft=${name}`));
  } finally {
    drafts.delete(name);
  }
}

/** Where the texts are that are not on their way. */
export interface NotebookTexts {
  baseline(path: string): Promise<string>;
  blob(hash: string): Promise<string | undefined>;
}

/** Cheap at start-up: a diff that is still open after a reload asks for its text before anything else is loaded. */
export function registerNotebookTexts(texts: NotebookTexts): vscode.Disposable {
  const read = async (uri: vscode.Uri): Promise<Uint8Array> => {
    const query = new URLSearchParams(uri.query);
    const [draft, blob] = [query.get("draft"), query.get("blob")];
    const path = uri.with({ scheme: "file", query: "" }).fsPath;
    const text =
      draft !== null
        ? drafts.get(draft)
        : blob !== null
          ? blob && (await texts.blob(blob))
          : query.has("baseline")
            ? await texts.baseline(path)
            : undefined;
    if (text === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return new TextEncoder().encode(text);
  };
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => undefined),
    async stat(uri) {
      const { length } = await read(uri);
      return { type: vscode.FileType.File, ctime: 0, mtime: version, size: length };
    },
    readFile: read,
    writeFile: refuse,
    readDirectory: refuse,
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };
  const options = { isCaseSensitive: true, isReadonly: true };
  return vscode.workspace.registerFileSystemProvider(NOTEBOOK_SCHEME, provider, options);
}
