import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { AgentError } from "../../../core/errors.ts";
import type { AgentEvent } from "../../../core/event.ts";
import { type HunkQuestion, hunkTalk } from "../../../core/hunk-talk.ts";
import { followHunk } from "../../../review/follow-hunk.ts";
import type { ReviewHunk } from "../../../review/hunks.ts";
import type { PendingFile } from "../engine.ts";
import { ownComment, toComments } from "./hunk-comments.ts";
import { type SendAbout, sendAbout } from "./hunk-message.ts";
import { lineOf, markedHunk } from "./hunk-places.ts";
import type { Conversations, PendingChanges } from "./pending-changes.ts";

interface Entry {
  readonly id: string;
  thread: vscode.CommentThread;
  /** What is being written there. While it is, nothing else changes in the thread, or the editor would move the cursor. */
  draft: vscode.Comment | undefined;
  /** The state of the file in which `hunk` was seen last; the hunk is undefined once nothing is left to decide there. */
  file: PendingFile;
  hunk: ReviewHunk | undefined;
  isAnswered: boolean;
}

const CONTROLLER = "plumb.hunks";
/** A box below a hunk longer than this would be out of sight. */
const MOST_LINES_ABOVE = 20;

/**
 * Threads at hunks: what is asked there goes to the agent, and its answer comes back to it. What they say is read from
 * the log, so that they are there again after a reload; where they stand follows the pending hunks.
 */
export class HunkThreads {
  readonly #chats: Conversations;
  readonly #pending: PendingChanges;
  readonly #entries = new Map<string, Entry>();
  /** Closed by hand in this window. */
  readonly #closed = new Set<string>();
  readonly #subscriptions: vscode.Disposable[];
  #controller: vscode.CommentController | undefined;
  #decided: ReadonlySet<string> = new Set();

  constructor(chats: Conversations, pending: PendingChanges) {
    this.#chats = chats;
    this.#pending = pending;
    this.#subscriptions = [
      chats.onDidSwitch(() => this.#forget()),
      chats.onDidHappen((event) => "durable" in event && this.#follow(event.durable)),
      pending.onDidChange((paths) => this.#move(paths)),
    ];
  }

  /** Opens a box at a hunk and puts the cursor into it. */
  open(file: PendingFile, hunk: ReviewHunk, line: number): void {
    const entry = this.#at(file, hunk) ?? this.#create(randomUUID(), { file, hunk, line }, []);
    // The editor puts the cursor into a comment that is new and being written; into a box for replies it does not.
    entry.draft = newDraft();
    entry.thread.canReply = false;
    entry.thread.comments = [...entry.thread.comments.filter(isSettled), entry.draft];
    entry.thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
  }

  /** Sends what was written in a thread. Rejects with `stale` when its hunk is no longer pending. */
  async reply(written: unknown, send: SendAbout): Promise<void> {
    const entry = this.#entryOf(written);
    const words = (isReply(written) ? written.text : String(entry?.draft?.body ?? "")).trim();
    if (!entry || words === "") return;
    const { file, hunk } = entry;
    if (!hunk) throw new AgentError("stale", vscode.l10n.t("There is nothing left to decide here."));
    this.#settle(entry, ownComment(words));
    await sendAbout({ thread: entry.id, file, hunk, words }, send);
  }

  /** Sends words about a hunk without a box; they and the answer come into its thread, which stays closed. */
  async say(file: PendingFile, hunk: ReviewHunk, words: string, send: SendAbout): Promise<void> {
    await sendAbout({ thread: this.#at(file, hunk)?.id ?? randomUUID(), file, hunk, words }, send);
  }

  /** Takes back what is being written, or closes the whole thread. */
  close(what: unknown): void {
    const entry = this.#entryOf(what);
    if (!entry) return;
    const isDraft = what === entry.draft;
    if (isDraft) this.#settle(entry);
    if (isDraft && entry.thread.comments.length > 0) return;
    this.#closed.add(entry.id);
    this.#remove(entry);
  }

  #at({ path }: PendingFile, { start }: ReviewHunk): Entry | undefined {
    return [...this.#entries.values()].find(
      (entry) => entry.file.path === path && entry.hunk?.start === start,
    );
  }

  /** From a reply, a comment that is being written, or a thread. */
  #entryOf(value: unknown): Entry | undefined {
    return [...this.#entries.values()].find(
      ({ thread, draft }) =>
        thread === value || (draft && draft === value) || (isReply(value) && thread === value.thread),
    );
  }

  /** Nothing is being written any more. In a thread that had the cursor the editor would put it at every comment that comes. */
  #settle(entry: Entry, ...sent: readonly vscode.Comment[]): void {
    entry.draft = undefined;
    const { comments, range, label } = entry.thread;
    entry.thread.dispose();
    entry.thread = this.#createThread(entry.file, range ?? new vscode.Range(0, 0, 0, 0), [
      ...comments.filter(isSettled),
      ...sent,
    ]);
    if (label !== undefined) entry.thread.label = label;
    entry.thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    void vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#forget();
    this.#controller?.dispose();
  }

  #forget(): void {
    for (const entry of this.#entries.values()) this.#remove(entry);
    this.#closed.clear();
  }

  #follow(event: AgentEvent): void {
    if (event.type === "reviewed" || event.type === "hunks.reviewed")
      this.#decided = new Set([...this.#decided, event.path]);
    if (event.type === "finished" || (event.type === "user" && event.about)) this.#draw();
  }

  /** Hunks have moved, changed or gone, and their threads with them. */
  #move(paths: ReadonlySet<string>): void {
    for (const entry of this.#entries.values()) {
      if (paths.has(entry.file.path)) this.#place(entry, this.#pending.file(entry.file.path));
    }
    this.#decided = new Set([...this.#decided].filter((path) => !paths.has(path)));
    this.#draw();
  }

  #place(entry: Entry, now: PendingFile | undefined): void {
    const hunk = now && entry.hunk && followHunk(entry.file, entry.hunk, now);
    entry.hunk = hunk;
    if (now && hunk) {
      entry.file = now;
      entry.thread.range = rangeOf(now, hunk, undefined);
    } else if (
      entry.isAnswered ||
      !entry.thread.comments.some(isSettled) ||
      this.#decided.has(entry.file.path)
    ) {
      this.#remove(entry);
    }
    // The agent itself took it back, as it was asked to: its answer is waited for.
  }

  #draw(): void {
    const talk = hunkTalk(this.#chats.current?.session.events ?? []);
    for (const [id, questions] of Map.groupBy(talk, ({ about }) => about.thread)) {
      const entry = this.#entries.get(id) ?? this.#revive(id, questions);
      if (!entry || entry.draft) continue;
      const isAnswered = questions.every(({ answer }) => answer !== undefined);
      const count = entry.thread.comments.length;
      const comments = toComments(questions, iconUri());
      if (comments.length !== count) entry.thread.comments = comments;
      entry.thread.label = isAnswered
        ? vscode.l10n.t("About this change")
        : vscode.l10n.t("Plumb is working on it…");
      entry.isAnswered = isAnswered;
    }
  }

  /** After a reload: at the hunk that is still there, closed. */
  #revive(id: string, questions: readonly HunkQuestion[]): Entry | undefined {
    const about = questions.at(-1)?.about;
    const file = about && this.#pending.file(about.path);
    const hunk = file && markedHunk(about, file);
    if (!hunk || this.#closed.has(id)) return undefined;
    return this.#create(id, { file, hunk, line: undefined }, toComments(questions, iconUri()));
  }

  #create(
    id: string,
    at: { file: PendingFile; hunk: ReviewHunk; line: number | undefined },
    comments: readonly vscode.Comment[],
  ): Entry {
    const { file, hunk, line } = at;
    const thread = this.#createThread(file, rangeOf(file, hunk, line), comments);
    thread.label = vscode.l10n.t("Ask Plumb about this change");
    const entry: Entry = { id, thread, draft: undefined, file, hunk, isAnswered: false };
    this.#entries.set(id, entry);
    return entry;
  }

  #createThread(
    { path }: PendingFile,
    range: vscode.Range,
    comments: readonly vscode.Comment[],
  ): vscode.CommentThread {
    this.#controller ??= createController();
    const thread = this.#controller.createCommentThread(vscode.Uri.file(path), range, comments);
    // Unresolved ones make the editor open a view of all comments by itself.
    thread.state = vscode.CommentThreadState.Resolved;
    return thread;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.id);
    entry.thread.dispose();
  }
}

/** Nobody can begin a thread but through our command, so that no line gets a mark for it. */
function createController(): vscode.CommentController {
  const controller = vscode.comments.createCommentController(CONTROLLER, "Plumb");
  controller.options = {
    prompt: vscode.l10n.t("Ask or say what to change"),
    placeHolder: vscode.l10n.t("Ask about this change, or say what should be different"),
  };
  return controller;
}

/** The box stands below its range: below the whole hunk when that is in sight, else below the line it was asked at. */
function rangeOf(file: PendingFile, hunk: ReviewHunk, line: number | undefined): vscode.Range {
  const first = lineOf(hunk, file) - 1;
  if (hunk.count <= MOST_LINES_ABOVE)
    return new vscode.Range(first, 0, first + Math.max(1, hunk.count) - 1, 0);
  const at = line === undefined ? first : Math.max(first, Math.min(line - 1, first + hunk.count - 1));
  return new vscode.Range(at, 0, at, 0);
}

const isSettled = ({ mode }: vscode.Comment): boolean => mode === vscode.CommentMode.Preview;

const newDraft = (): vscode.Comment => ({
  body: "",
  mode: vscode.CommentMode.Editing,
  contextValue: "draft",
  author: { name: vscode.l10n.t("You") },
});

const iconUri = (): vscode.Uri => {
  const home = vscode.extensions.getExtension("plumb.plumb")?.extensionUri ?? vscode.Uri.file("/");
  return vscode.Uri.joinPath(home, "media", "icon.png");
};

const isReply = (value: unknown): value is vscode.CommentReply =>
  typeof value === "object" &&
  value !== null &&
  "thread" in value &&
  "text" in value &&
  typeof value.text === "string";
