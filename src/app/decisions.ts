import { MAIN } from "../core/event.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { Ledger } from "../review/ledger.ts";
import { type ReviewReport, reviewEdits } from "./review.ts";
import { type HunkChoice, type PendingFile, pendingFile, reviewHunks, undoAsHunks } from "./review-hunks.ts";

/** What a person decides about edits. One decision after the other, or the second would go by what the first has changed. */
export class Decisions {
  readonly #parts: { readonly host: Host; readonly session: Session; readonly ledger: Ledger };
  #line: Promise<unknown> = Promise.resolve();

  constructor(parts: { host: Host; session: Session; ledger: Ledger }) {
    this.#parts = parts;
  }

  /** Keeps or undoes edits; `all` means those still pending. Conflicts are left as they are and reported. */
  review(verdict: "keep" | "undo", editIds: readonly string[] | "all"): Promise<ReviewReport> {
    return this.#inLine(async () => {
      const pending = this.#parts.ledger.pending();
      const edits = editIds === "all" ? pending : pending.filter((edit) => editIds.includes(edit.editId));
      const settled = verdict === "undo" ? await undoAsHunks(edits, this.#parts) : [];
      const rest = edits.filter((edit) => !settled.includes(edit.editId));
      const { done, conflicts } = await reviewEdits(verdict, rest, this.#parts);
      return { done: [...settled, ...done], conflicts };
    });
  }

  /** What there is to decide in a file, hunk by hunk. Undefined when nothing is. */
  pendingFile(path: string): Promise<PendingFile | undefined> {
    return pendingFile(path, this.#parts);
  }

  /** Keeps or undoes hunks of a file. Rejects with `stale` when it is no longer as it was looked at. */
  reviewHunks(path: string, choice: HunkChoice): Promise<void> {
    return this.#inLine(() => reviewHunks(path, choice, this.#parts));
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
