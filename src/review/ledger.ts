import type { AgentEvent, EventOf } from "../core/event.ts";
import type { FileForm, FolderMove } from "../core/file-form.ts";
import {
  decideTo,
  type Entry,
  forgetSince,
  keptStep,
  noteOthers,
  rebase,
  recall,
  remember,
} from "./ledger-entry.ts";

/** One change an agent made to one file. Hashes name blobs; "" stands for a file that is not there. */
export interface EditRecord {
  readonly editId: string;
  readonly path: string;
  readonly state: "pending" | "kept" | "undone" | "failed";
  readonly before: string;
  readonly after: string;
  readonly added: number;
  readonly removed: number;
  readonly callId: string;
  readonly agentId: string;
  /** Whose work it is: an agent's own, a command's that it ran, or a formatter's that ran when its edit was saved. */
  readonly by: "agent" | "shell" | "formatter";
  /** What a file that is gone was besides its text. */
  readonly form?: FileForm | undefined;
  /** Where the file was before this gave it another path (`to`); gone once a person has moved it on. */
  readonly from?: string | undefined;
  readonly to?: string;
  /** The folder below which those on the way to the file were made for it. */
  readonly below?: string | undefined;
  /** Of the first file of a folder that moved, this folder. */
  readonly folder?: FolderMove | undefined;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A change that belongs to the baseline: made by a person between two edits, or kept. Applied with `baselineAfter`. */
export interface BaselineStep {
  readonly before: string;
  readonly after: string;
  /** It was kept after hunks of the file had been undone: of the change, what this text (a blob) still holds. */
  readonly heldIn?: string;
  /** Somebody else made it: where it does not fit, both have changed the same lines. */
  readonly isOthers?: true;
}

export interface Baseline {
  readonly hash: string;
  readonly steps: readonly BaselineStep[];
}

export interface FileLedger {
  readonly path: string;
  /** Oldest first, settled ones included. */
  readonly edits: readonly EditRecord[];
  /** The text what is pending is compared with: this blob, and then each step applied to it. Undefined when nothing is pending. */
  readonly baseline: Baseline | undefined;
  /** What it was compared with before something in it was decided, oldest first; those only that others had changed. */
  readonly earlier: readonly Baseline[];
  /** What the file held after the newest edit or undo, if nobody else changed it since. */
  readonly newest: string;
  /** True when parts of what is pending were kept already. */
  readonly isPartlyKept: boolean;
  /** Where it would be without what is pending; undefined when that is where it is. */
  readonly movedFrom: string | undefined;
  /** True when another file was moved here, and the log does not say which of the two its edits are about. */
  readonly isTwoFiles: boolean;
}

/**
 * Who changed which text when, folded from the log. Total and independent of anything but events: edits nobody knows
 * of are ignored, so any part of any log has a ledger. Every step is O(1), but for settling, which is O(steps).
 */
export class Ledger {
  readonly #edits = new Map<string, EditRecord>();
  readonly #pending = new Set<string>();
  readonly #files = new Map<string, Entry>();

  apply(event: AgentEvent): void {
    if (event.type === "edit") this.#add(event);
    else if (event.type === "edit.failed") this.#fail(event.editId);
    else if (event.type === "reviewed") this.#review(event);
    else if (event.type === "hunks.reviewed") this.#reviewHunks(event);
    else if (event.type === "decided") this.#settled(event);
    else if (event.type === "reverted") this.#restore(event);
    else if (event.type === "moved") this.#move(event);
  }

  edit(editId: string): EditRecord | undefined {
    return this.#edits.get(editId);
  }

  /** Edits nobody decided about yet, oldest first. */
  pending(): readonly EditRecord[] {
    return this.#records(this.#pending);
  }

  file(path: string): FileLedger | undefined {
    const entry = this.#files.get(path);
    if (!entry) return undefined;
    const edits = this.#records(entry.edits);
    const first = edits.find(({ state, from }) => state === "pending" && from !== undefined)?.from;
    return {
      path,
      edits,
      movedFrom: first === path ? undefined : first,
      baseline: entry.pending === 0 ? undefined : { hash: entry.from, steps: [...entry.steps] },
      earlier: entry.pending === 0 ? [] : [...entry.earlier],
      newest: entry.newest,
      isPartlyKept: entry.isPartlyKept,
      isTwoFiles: entry.isTwoFiles,
    };
  }

  /** Files with pending edits, in the order they were first touched. */
  pendingFiles(): readonly string[] {
    return [...this.#files.values()].filter((entry) => entry.pending > 0).map((entry) => entry.path);
  }

  #records(ids: Iterable<string>): EditRecord[] {
    return [...ids].map((id) => this.#edits.get(id)).filter((edit) => edit !== undefined);
  }

  #add(event: EventOf<"edit">): void {
    const { type: _, from, by = "agent", ...edit } = event;
    const { editId, path, before, after } = edit;
    if (this.#edits.has(editId)) return;
    const isOverAnother = from !== undefined && from !== path && this.#files.has(path);
    const isMove = from !== undefined && this.#relocate(from, path);
    const moved = isMove ? { from, to: path } : {};
    this.#edits.set(editId, { ...edit, by, ...moved, state: "pending" });
    this.#pending.add(editId);
    const entry: Entry = this.#files.get(path) ?? {
      path,
      edits: [],
      steps: [],
      earlier: [],
      from: before,
      newest: before,
      known: undefined,
      pending: 0,
      isPartlyKept: false,
      isPartlyUndone: false,
      isTwoFiles: false,
      marks: new Map(),
      rebases: 0,
      aside: new Map(),
    };
    this.#files.set(path, entry);
    entry.isTwoFiles ||= isOverAnother;
    entry.known = undefined;
    if (entry.pending === 0) {
      entry.earlier.length = 0;
      entry.from = before;
      entry.isPartlyKept = false;
      entry.isPartlyUndone = false;
    } else if (entry.newest !== before) {
      // Somebody else changed the file in between: theirs is not for review.
      entry.steps.push({ before: entry.newest, after: before, isOthers: true });
    }
    entry.edits.push(editId);
    const { earlier, steps, rebases } = entry;
    entry.marks.set(editId, { earlier: earlier.length, steps: steps.length, rebases });
    entry.pending += 1;
    entry.newest = after;
  }

  #fail(editId: string): void {
    const edit = this.#edits.get(editId);
    if (edit?.state !== "pending") return;
    const entry = this.#settle(edit, "failed");
    if (entry?.newest === edit.after) entry.newest = edit.before;
  }

  #review(event: EventOf<"reviewed">): void {
    for (const editId of event.editIds) {
      const edit = this.#edits.get(editId);
      if (!edit || edit.state === "failed" || edit.state === event.verdict) continue;
      const entry = this.#settle(edit, event.verdict);
      if (!entry) continue;
      if (event.verdict === "undone" && event.after !== undefined) decideTo(entry, event.after);
      if (entry.pending === 0) continue;
      if (event.verdict === "kept") entry.steps.push(keptStep(entry, edit));
      else if (edit.state === "kept") entry.steps.push({ before: edit.after, after: edit.before });
    }
  }

  #reviewHunks({ path, verdict, baseline, after }: EventOf<"hunks.reviewed">): void {
    const entry = this.#files.get(path);
    if (!entry || entry.pending === 0) return;
    rebase(entry, baseline);
    decideTo(entry, after);
    if (verdict === "kept") entry.isPartlyKept = true;
    else entry.isPartlyUndone = true;
  }

  /** Once the edits are settled: what else the file holds by then is for nobody to decide. */
  #settled({ what, decision, path, movedTo = path, before, after }: EventOf<"decided">): void {
    // Of a rewind it is said before the file has moved.
    const moved = this.#files.get(movedTo);
    const entry = moved && isOf(moved, after.pending) ? moved : this.#files.get(path);
    if (entry) {
      noteOthers(entry, before);
      remember(entry, decision);
    }
    if (!entry || entry.pending === 0 || entry.pending !== after.pending.length) return;
    const last = this.#records(after.pending).at(-1);
    if (what === "rewound" && last?.after === after.text) forgetSince(entry, last);
    rebase(entry, after.baseline);
    entry.newest = after.text;
    entry.isPartlyKept = after.isPartlyKept;
  }

  /** A decision was taken back: edits wait again, compared with this baseline. */
  #restore({ path, decision, was, now }: EventOf<"reverted">): void {
    const { pending, kept, baseline, text, isPartlyKept } = now;
    const entry = this.#files.get(path);
    if (!entry) return;
    noteOthers(entry, { baseline, text: was });
    recall(entry, decision);
    for (const edit of this.#records(kept)) this.#edits.set(edit.editId, { ...edit, state: "kept" });
    const waiting = this.#records(pending).filter((edit) => edit.path === path);
    for (const edit of waiting) {
      this.#edits.set(edit.editId, { ...edit, state: "pending" });
      this.#pending.add(edit.editId);
    }
    // Oldest first again.
    const inOrder = this.#records(this.#pending).toSorted((a, b) => a.seq - b.seq);
    this.#pending.clear();
    for (const { editId } of inOrder) this.#pending.add(editId);
    entry.pending = this.#records(entry.edits).filter(({ state }) => state === "pending").length;
    rebase(entry, baseline);
    entry.newest = text;
    entry.isPartlyKept = isPartlyKept;
  }

  /** Where a person put a file it stays: its path is not the agent's any more. */
  #move({ from, to, by }: EventOf<"moved">): void {
    const there = from === to || by === undefined ? undefined : this.#files.get(to);
    // It only goes where nothing is: what was made there has gone.
    if (there && there.pending > 0 && there.from === "") this.#files.delete(to);
    const isMoved = this.#relocate(from, to);
    if (!isMoved && there) there.isTwoFiles = true;
    if (!isMoved || by !== undefined) return;
    for (const edit of this.#records(this.#files.get(to)?.edits ?? []))
      if (edit.from !== undefined) this.#edits.set(edit.editId, { ...edit, from: undefined });
  }

  /** Over another file that is under review nothing moves (false): both would be decided as one. */
  #relocate(from: string, to: string): boolean {
    if (from === to || (this.#files.get(to)?.pending ?? 0) > 0) return false;
    const entry = this.#files.get(from);
    if (!entry) return true;
    this.#files.delete(from);
    this.#files.set(to, entry);
    entry.path = to;
    for (const edit of this.#records(entry.edits)) this.#edits.set(edit.editId, { ...edit, path: to });
    return true;
  }

  #settle(edit: EditRecord, state: EditRecord["state"]): Entry | undefined {
    this.#edits.set(edit.editId, { ...edit, state });
    const entry = this.#files.get(edit.path);
    if (!this.#pending.delete(edit.editId) || !entry) return entry;
    entry.pending -= 1;
    // Until there is something new to decide: a decision may be taken back.
    if (entry.pending === 0) rebase(entry, entry.from);
    return entry;
  }
}

const isOf = ({ edits }: Entry, [id]: readonly string[]): boolean => id === undefined || edits.includes(id);
