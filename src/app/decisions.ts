import { MAIN } from "../core/event.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { Ledger } from "../review/ledger.ts";
import { type ReviewReport, reviewEdits } from "./review.ts";
import {
  type HunkChoice,
  type Mixed,
  type PendingFile,
  pendingFile,
  reviewHunks,
  undoAsHunks,
} from "./review-hunks.ts";
import { recordDecision, standsOf } from "./review-stand.ts";
import { type RewindFiles, rewindFiles } from "./rewind-files.ts";
import { planFiles, type RewindFile } from "./rewind-plan.ts";
import { type TakenBack, takeBack } from "./take-back.ts";
import { withFormatters } from "./with-formatters.ts";

/** What a person decides about edits. One decision after the other, or the second would go by what the first has changed. */
export class Decisions {
  readonly #parts: { readonly host: Host; readonly session: Session; readonly ledger: Ledger };
  #line: Promise<unknown> = Promise.resolve();

  constructor(parts: { host: Host; session: Session; ledger: Ledger }) {
    this.#parts = parts;
  }

  /** Keeps or undoes edits; `all` means those still pending. Conflicts are left as they are and reported. */
  review(verdict: "keep" | "undo", editIds: readonly string[] | "all", mixed?: Mixed): Promise<ReviewReport> {
    return this.#inLine(async () => {
      const { session } = this.#parts;
      const pending = this.#parts.ledger.pending();
      const chosen = pending.filter((edit) => editIds === "all" || editIds.includes(edit.editId));
      const edits = withFormatters(chosen, pending);
      const stands = await standsOf(
        edits.map(({ path }) => path),
        this.#parts,
      );
      const fromSeq = session.lastSeq + 1;
      const settled = verdict === "undo" ? await undoAsHunks(edits, this.#parts, mixed) : [];
      const rest = edits.filter((edit) => !settled.includes(edit.editId));
      const { done, conflicts } = await reviewEdits(verdict, rest, this.#parts);
      await recordDecision(verdict === "keep" ? "kept" : "undone", { stands, fromSeq }, this.#parts);
      return { done: [...settled, ...done], conflicts };
    });
  }

  /** What there is to decide in a file, hunk by hunk. Undefined when nothing is. */
  pendingFile(path: string): Promise<PendingFile | undefined> {
    return pendingFile(path, this.#parts);
  }

  /** Keeps or undoes hunks of a file. Rejects with `stale` when it is no longer as it was looked at. */
  reviewHunks(path: string, choice: HunkChoice): Promise<void> {
    return this.#inLine(async () => {
      const stands = await standsOf([path], this.#parts);
      const fromSeq = this.#parts.session.lastSeq + 1;
      await reviewHunks(path, choice, this.#parts);
      await recordDecision(choice.verdict === "keep" ? "kept" : "undone", { stands, fromSeq }, this.#parts);
    });
  }

  /** What taking out everything the agent did after an event would do, file by file. Changes nothing. */
  planRewind(afterSeq: number): Promise<readonly RewindFile[]> {
    return this.#inLine(() => planFiles(afterSeq, this.#parts));
  }

  /** Takes it out. What could not be is left as it is and reported. */
  rewindFiles(choice: RewindFiles): Promise<ReviewReport> {
    return this.#inLine(() => rewindFiles(choice, this.#parts));
  }

  /** Takes the last decision back, or the one that is named. Undefined when there is none. */
  takeBack(decision?: string): Promise<TakenBack | undefined> {
    return this.#inLine(() => takeBack(this.#parts, decision));
  }

  /** What is pending in a file goes with it, unless its agent took it away itself or something is pending where it goes. */
  fileMoved(from: string, to: string): void {
    const { ledger, session } = this.#parts;
    const file = ledger.file(from);
    if (!file?.baseline || file.newest === "" || ledger.file(to)?.baseline) return;
    session.append(MAIN, { type: "moved", from, to });
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#line.then(work);
    this.#line = done.catch(() => undefined);
    return done;
  }
}
