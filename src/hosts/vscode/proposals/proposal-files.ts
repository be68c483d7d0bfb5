import * as vscode from "vscode";

/** Right sides of proposals: `plumb-proposal:/path/of/file?call=…&card=…` is what an open card proposes to make of the file. */
export const PROPOSAL_SCHEME = "plumb-proposal";

/** Which card a proposal belongs to: `hash` changes with what the card shows. */
export interface ProposalName {
  readonly callId: string;
  readonly hash: string;
}

/** The path is that of the file, for its language and its label; saying it twice tells the file from the folders above it. */
export function proposalUri(path: string, { callId, hash }: ProposalName): vscode.Uri {
  const file = vscode.Uri.file(path);
  const query = new URLSearchParams({ call: callId, card: hash, file: file.path }).toString();
  return file.with({ scheme: PROPOSAL_SCHEME, query });
}

/** Undefined for the folders that an editor believes the file is in. */
export function proposalName(uri: vscode.Uri): ProposalName | undefined {
  const query = new URLSearchParams(uri.query);
  const callId = query.get("call");
  const hash = query.get("card");
  if (uri.scheme !== PROPOSAL_SCHEME || query.get("file") !== uri.path) return undefined;
  return callId && hash ? { callId, hash } : undefined;
}

/** Where the texts are. */
export interface ProposalTexts {
  /** `version` grows with every change. Undefined when nothing is known of such a proposal. */
  read(uri: vscode.Uri): Promise<{ text: string; version: number } | undefined>;
  /** Keeps what was saved. */
  write(uri: vscode.Uri, text: string): Promise<void>;
}

/**
 * Writable documents that are on no disk. Cheap at start-up: a proposal that is still open after a reload asks for its
 * text before anything else is loaded.
 */
export function registerProposals(find: () => Promise<ProposalTexts>): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  const known = async (uri: vscode.Uri) => {
    const found = await (await find()).read(uri);
    if (!found) throw vscode.FileSystemError.FileNotFound(uri);
    return { bytes: encode(found.text, uri), version: found.version };
  };
  const refuse = (): never => {
    throw vscode.FileSystemError.NoPermissions();
  };
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => undefined),
    async stat(uri) {
      // Asked before every save: there is always a place for the file.
      if (!proposalName(uri)) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
      const { bytes, version } = await known(uri);
      return { type: vscode.FileType.File, ctime: 0, mtime: version, size: bytes.length };
    },
    readFile: async (uri) => (await known(uri)).bytes,
    async writeFile(uri, bytes) {
      await (await find()).write(uri, new TextDecoder().decode(bytes));
      changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    },
    readDirectory: refuse,
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerFileSystemProvider(PROPOSAL_SCHEME, provider, { isCaseSensitive: true }),
  );
}

/** What the user's settings would read as something else than UTF-8 says what it is. */
function encode(text: string, uri: vscode.Uri): Uint8Array {
  const files = vscode.workspace.getConfiguration("files", uri);
  const isPlain = files.get("encoding", "utf8") === "utf8" && !files.get("autoGuessEncoding", false);
  const bare = text.startsWith("\uFEFF") ? text.slice(1) : text;
  return new TextEncoder().encode(isPlain ? bare : `\uFEFF${bare}`);
}
