import * as vscode from "vscode";
import { HUNKS_A_PAGE, type HunkPlace, MAX_FILES, type PendingEntry } from "../../../protocol/pending.ts";
import type { HostToView, ViewToHost } from "../../../protocol/view.ts";
import { placeOfHunk, type ReviewHunk } from "../../../review/hunks.ts";
import type { PendingFile } from "../engine.ts";
import type { Review } from "../review.ts";
import { diffOf } from "./changes-control.ts";
import { changedMeanwhile, type HunkReview } from "./hunk-review.ts";
import { tellHunk } from "./panel-hunk.ts";
import type { Conversations } from "./pending-changes.ts";
import { countsOf, isWhole } from "./whole-file.ts";

interface Parts {
  readonly chats: Conversations;
  readonly hunks: HunkReview;
  readonly review: Review;
  send(message: HostToView): void;
}
type Asked<T extends ViewToHost["type"]> = Extract<ViewToHost, { type: T }>;

/** States of a file that a click may still be about: a slow connection is some decisions behind. */
const REMEMBERED = 4;

/**
 * What is pending, as the panel's tray shows and decides it: the same model as in the editor, told by what changed in
 * it, and the lines of a file when somebody looks at them.
 */
export class PanelChanges {
  readonly #parts: Parts;
  readonly #subscription: vscode.Disposable;
  readonly #orders = new Map<string, number>();
  /** What the panel was told of each file, newest first. */
  readonly #told = new Map<string, { version: number; files: readonly PendingFile[] }>();
  #versions = 0;
  #canUndoTurn = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#subscription = parts.hunks.pending.onDidChange((paths) => this.#tell(paths));
    void vscode.commands.getCommands().then((ids) => {
      this.#canUndoTurn = ids.includes("plumb.undoTurn");
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** Everything, for a page that knows nothing yet. */
  tellAll(): void {
    const { all } = this.#parts.hunks.pending;
    const entries = all.map(({ path }) => this.#entry(path)).filter((entry) => entry !== undefined);
    this.#send(entries.slice(0, MAX_FILES), [], true);
    for (let from = MAX_FILES; from < entries.length; from += MAX_FILES)
      this.#send(entries.slice(from, from + MAX_FILES), [], false);
  }

  /** A page of the hunks of a file, with their lines. */
  tellHunks({ path, from }: Asked<"hunks">): void {
    const file = this.#parts.hunks.pending.file(path);
    if (!file) return;
    const hunks = file.hunks.slice(from, from + HUNKS_A_PAGE);
    this.#parts.send({
      type: "hunks",
      path: file.path,
      hash: file.currentHash,
      version: this.#told.get(file.path)?.version ?? 0,
      from,
      hunks: tellHunk(file, hunks),
    });
  }

  /** Rejects with `stale`, and decides nothing, when what the panel showed is not there any more. */
  async decide({ path, hash, verdict, hunks }: Asked<"decide">): Promise<void> {
    const { pending } = this.#parts.hunks;
    await pending.settled();
    const now = pending.of(path);
    if (now && hunks === "all" && (isWhole(now) || now.movedFrom !== undefined))
      return this.settleWhole(verdict, path);
    for (const file of this.#told.get(path)?.files ?? []) {
      const chosen = file.currentHash === hash ? choose(file, hunks) : undefined;
      if (chosen) return this.#parts.hunks.decide(verdict, file, chosen);
    }
    throw changedMeanwhile();
  }

  /** Keeps or undoes all edits of a file together; what cannot be undone is said. */
  async settleWhole(verdict: "keep" | "undo", path: string): Promise<void> {
    const { transcript } = await this.#parts.chats.ready();
    const edits = transcript.status.pendingEdits.filter((edit) => edit.path === path);
    await this.#parts.review.settle(
      verdict,
      edits.map(({ editId }) => editId),
    );
  }

  /** The file beside what it was, the keyboard staying where it is. False when nothing is pending in it. */
  async openDiff(path: string, options: { preserveFocus: boolean }): Promise<boolean> {
    const file = this.#parts.hunks.pending.of(path);
    if (!file) return false;
    if (!isWhole(file)) {
      const [left, right, title] = diffOf(path);
      await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true, ...options });
      return true;
    }
    const { transcript } = await this.#parts.chats.ready();
    const edit = transcript.status.pendingEdits.find((one) => one.path === path);
    if (edit) await this.#parts.review.openDiff(edit.editId, options);
    return edit !== undefined;
  }

  #tell(paths: ReadonlySet<string>): void {
    const entries: PendingEntry[] = [];
    const gone: string[] = [];
    for (const path of paths) {
      const entry = this.#entry(path);
      if (entry) entries.push(entry);
      else {
        this.#told.delete(path);
        gone.push(path);
      }
    }
    for (let from = 0; from < Math.max(entries.length, gone.length); from += MAX_FILES)
      this.#send(entries.slice(from, from + MAX_FILES), gone.slice(from, from + MAX_FILES), false);
  }

  #send(files: PendingEntry[], gone: string[], isAll: boolean): void {
    const sessionId = this.#parts.chats.current?.session.id;
    if (sessionId === undefined) return;
    const { total } = this.#parts.hunks.pending.counted;
    const canUndoTurn = this.#canUndoTurn;
    this.#parts.send({ type: "pending", sessionId, isAll, files, gone, total, canUndoTurn });
  }

  #entry(path: string): PendingEntry | undefined {
    const file = this.#parts.hunks.pending.of(path);
    if (!file) return undefined;
    const order = this.#orders.get(file.path) ?? this.#orders.size;
    this.#orders.set(file.path, order);
    const { movedFrom } = file;
    const moved = movedFrom === undefined ? {} : { movedFrom };
    const entry = { path: file.path, order, ...countsOf(file), ...moved };
    if (isWhole(file)) return { ...entry, hash: "", version: 0, whole: file.why };
    return { ...entry, hash: file.currentHash, version: this.#remember(file) };
  }

  #remember(file: PendingFile): number {
    const told = this.#told.get(file.path);
    if (told?.files[0] === file) return told.version;
    this.#versions += 1;
    this.#told.set(file.path, {
      version: this.#versions,
      files: [file, ...(told?.files ?? [])].slice(0, REMEMBERED),
    });
    return this.#versions;
  }
}

/** The hunks that are meant; undefined unless all of them are in this state of the file. */
function choose(file: PendingFile, wanted: readonly HunkPlace[] | "all"): readonly ReviewHunk[] | undefined {
  if (wanted === "all") return file.hunks;
  const known = new Map(file.hunks.map((hunk) => [keyOf(placeOfHunk(hunk)), hunk]));
  const found = wanted.map((place) => known.get(keyOf(place))).filter((hunk) => hunk !== undefined);
  return found.length === wanted.length && found.length > 0 ? found : undefined;
}
const keyOf = ({ baseStart, baseCount, start, count }: HunkPlace): string =>
  `${baseStart},${baseCount},${start},${count}`;
