import * as vscode from "vscode";
import type { AgentEvent, EventOf } from "../../../core/event.ts";
import { moveOf } from "../../../core/move-of.ts";
import type { PendingTotal } from "../../../protocol/pending.ts";
import type { ChatEvent } from "../chats.ts";
import type { Chat, PendingFile } from "../engine.ts";
import { isWhole, type Pending, readPending, totalOf } from "./whole-file.ts";

/** The open conversation, and what happens in it. */
export interface Conversations {
  readonly current: Chat | undefined;
  readonly onDidSwitch: vscode.Event<Chat>;
  readonly onDidHappen: vscode.Event<ChatEvent>;
  ready(): Promise<Chat>;
}

interface Run {
  isStale: boolean;
  done: Promise<void>;
}

/**
 * What there is to decide in the files of the open conversation, hunk by hunk. Every view of it is a projection of
 * this; it follows the log, the documents and the disk, and computes a file at most once at a time.
 */
export class PendingChanges {
  readonly #changed = new vscode.EventEmitter<ReadonlySet<string>>();
  readonly #files = new Map<string, Pending>();
  readonly #runs = new Map<string, Run>();
  /** Files that an edit was announced for: it is written by the time its call is finished. */
  readonly #announced = new Set<string>();
  /** Documents that may hold another text than the disk. */
  readonly #typedIn = new WeakSet<vscode.TextDocument>();
  readonly #log: vscode.LogOutputChannel;
  readonly #subscriptions: vscode.Disposable[];
  #chat: Chat | undefined;
  #pendingPaths: ReadonlyMap<string, string> = new Map();
  #news = new Set<string>();
  #watcher: vscode.Disposable | undefined;

  constructor(chats: Conversations, log: vscode.LogOutputChannel) {
    this.#log = log;
    const look = ({ uri }: vscode.TextDocument): void => this.#look(uri);
    const type = (document: vscode.TextDocument): void => void this.#typedIn.add(document);
    vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).forEach(type);
    this.#subscriptions = [
      chats.onDidSwitch((chat) => this.#enter(chat)),
      chats.onDidHappen((event) => "durable" in event && this.#follow(event.durable)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        type(document);
        look(document);
      }),
      vscode.workspace.onDidSaveTextDocument(look),
      // Closing without saving gives the text of the disk back. A view of many files closes all of them at once.
      vscode.workspace.onDidCloseTextDocument((document) => this.#typedIn.has(document) && look(document)),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook }) => this.#look(notebook.uri)),
      vscode.workspace.onDidCloseNotebookDocument(({ uri }) => this.#look(uri)),
    ];
    if (chats.current) this.#enter(chats.current);
  }

  /** Paths whose hunks, text or baseline are others now. Told once all of them are known. */
  get onDidChange(): vscode.Event<ReadonlySet<string>> {
    return this.#changed.event;
  }

  /** Files with something to decide, in the order they were first touched; those too that have no hunks. */
  get all(): readonly Pending[] {
    return [...this.#pendingPaths.keys()].flatMap((key) => this.#files.get(key) ?? []);
  }

  /** Files with hunks to decide about, in the order they were first touched. */
  get files(): readonly PendingFile[] {
    return this.all.filter((file): file is PendingFile => !isWhole(file));
  }

  /** How much there is to decide, and where: the one count that every view shows. */
  get counted(): { readonly total: PendingTotal; readonly paths: readonly string[] } {
    const { all } = this;
    return { total: totalOf(all), paths: all.map(({ path }) => path) };
  }

  file(path: string): PendingFile | undefined {
    const found = this.of(path);
    return found && !isWhole(found) ? found : undefined;
  }

  of(path: string): Pending | undefined {
    return this.#files.get(keyOf(path));
  }

  /** Resolves once what is known is up to date. */
  async settled(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all([...this.#runs.values()].map(({ done }) => done));
  }

  /** Resolves once every file has been looked at, and these are up to date; others may be looked at again meanwhile. */
  async known(...paths: readonly string[]): Promise<void> {
    const wanted = new Set(paths.map(keyOf));
    const runs = (): readonly Run[] =>
      [...this.#runs].flatMap(([key, run]) => (wanted.has(key) || !this.#files.has(key) ? [run] : []));
    for (let left = runs(); left.length > 0; left = runs()) await Promise.all(left.map(({ done }) => done));
  }

  /** Computes a file anew; resolves once that is done. Never rejects. */
  refresh(path: string): Promise<void> {
    const key = keyOf(path);
    const running = this.#runs.get(key);
    if (running) {
      running.isStale = true;
      return running.done;
    }
    const run: Run = { isStale: true, done: Promise.resolve() };
    this.#runs.set(key, run);
    run.done = this.#compute(key, path, run);
    return run.done;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#watcher?.dispose();
    this.#chat = undefined;
    this.#changed.dispose();
  }

  async #compute(key: string, path: string, run: Run): Promise<void> {
    while (run.isStale) {
      run.isStale = false;
      const chat = this.#chat;
      const found = this.#pendingPaths.has(key) ? await this.#read(chat, path) : undefined;
      if (chat === this.#chat) this.#put(key, path, found);
      else run.isStale = true;
    }
    this.#runs.delete(key);
    this.#tell();
  }

  #read(chat: Chat | undefined, path: string): Promise<Pending | undefined> | undefined {
    return (
      chat && readPending(chat, path, (why) => this.#log.warn(`The changes in ${path} are no hunks: ${why}`))
    );
  }

  #put(key: string, path: string, now: Pending | undefined): void {
    if (isSame(this.#files.get(key), now)) return;
    if (now) this.#files.set(key, now);
    else this.#files.delete(key);
    this.#news.add(path);
  }

  /** Once all are known, or opening a conversation with many files would draw everything once for each. */
  #tell(): void {
    if (this.#runs.size > 0 || this.#news.size === 0) return;
    const news = this.#news;
    this.#news = new Set();
    this.#changed.fire(news);
  }

  #enter(chat: Chat): void {
    this.#chat = chat;
    this.#announced.clear();
    for (const { path } of this.#files.values()) this.#news.add(path);
    this.#files.clear();
    this.#listen();
    for (const path of this.#pendingPaths.values()) void this.refresh(path);
    this.#tell();
  }

  #follow(event: AgentEvent): void {
    if (event.type === "tool.finished") {
      for (const path of this.#announced) void this.refresh(path);
      this.#announced.clear();
      return;
    }
    const move = moveOf(event);
    if (move) {
      this.#listen();
      for (const path of [move.from, move.to]) void this.refresh(path);
    }
    const path = this.#pathOf(event);
    if (path === undefined) return;
    if (event.type === "edit") this.#announced.add(path);
    this.#listen();
    void this.refresh(path);
  }

  #pathOf(event: AgentEvent): string | undefined {
    if (event.type === "edit.failed") return this.#chat?.ledger.edit(event.editId)?.path;
    return isOfFile(event) ? event.path : undefined;
  }

  /** What another window works on is reviewed there. */
  #listen(): void {
    const paths = this.#chat?.readOnlyBecause === undefined ? (this.#chat?.ledger.pendingFiles() ?? []) : [];
    this.#pendingPaths = new Map(paths.map((path) => [keyOf(path), path]));
    if (paths.length === 0) {
      this.#watcher?.dispose();
      this.#watcher = undefined;
    } else {
      this.#watcher ??= this.#watchDisk();
    }
  }

  /** Follows what the editor watches anyway, and begins to watch nothing more. */
  #watchDisk(): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher("**/*");
    const look = (uri: vscode.Uri): void => this.#look(uri);
    const parts = [watcher, watcher.onDidCreate(look), watcher.onDidChange(look), watcher.onDidDelete(look)];
    return vscode.Disposable.from(...parts);
  }

  #look(uri: vscode.Uri): void {
    if (uri.scheme !== "file") return;
    const path = this.#pendingPaths.get(keyOf(uri.fsPath));
    if (path !== undefined) void this.refresh(path);
  }
}

const isOfFile = (event: AgentEvent): event is EventOf<"edit" | "reviewed" | "hunks.reviewed" | "reverted"> =>
  ["edit", "reviewed", "hunks.reviewed", "reverted"].includes(event.type);

/** Windows and macOS fold case. */
const keyOf = (path: string): string => (process.platform === "linux" ? path : path.toLowerCase());

function isSame(a: Pending | undefined, b: Pending | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.movedFrom !== b.movedFrom) return false;
  if (isWhole(a) || isWhole(b))
    return isWhole(a) && isWhole(b) && a.why === b.why && a.added === b.added && a.removed === b.removed;
  return a.currentHash === b.currentHash && a.baseline === b.baseline;
}
