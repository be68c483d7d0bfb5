import { MAIN } from "../core/event.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { Ledger } from "../review/ledger.ts";
import type { ReviewReport } from "./review.ts";
import type { HunkChoice, Mixed, PendingFile } from "./review-hunks.ts";
import type { RewindFiles } from "./rewind-files.ts";
import type { RewindFile } from "./rewind-plan.ts";
import type { TakenBack } from "./take-back.ts";

/**
 * What a person decides about edits. One decision after the other, or the second would go by what the first has changed.
 * How it is done is loaded with the first one: a conversation begins without.
 */
export class Decisions {
  readonly #parts: { readonly host: Host; readonly session: Session; readonly ledger: Ledger };
  #line: Promise<unknown> = Promise.resolve();

  constructor(parts: { host: Host; session: Session; ledger: Ledger }) {
    this.#parts = parts;
  }

  /** Keeps or undoes edits; `all` means those still pending. Conflicts are left as they are and reported. */
  review(verdict: "keep" | "undo", editIds: readonly string[] | "all", mixed?: Mixed): Promise<ReviewReport> {
    return this.#inLine(async () => {
      const { decideEdits } = await import("./decide.ts");
      return decideEdits({ verdict, editIds, mixed }, this.#parts);
    });
  }

  /** What there is to decide in a file, hunk by hunk. Undefined when nothing is. */
  async pendingFile(path: string): Promise<PendingFile | undefined> {
    const { pendingFile } = await import("./review-hunks.ts");
    return pendingFile(path, this.#parts);
  }

  /** Keeps or undoes hunks of a file. Rejects with `stale` when it is no longer as it was looked at. */
  reviewHunks(path: string, choice: HunkChoice): Promise<void> {
    return this.#inLine(async () => {
      const { decideHunks } = await import("./decide.ts");
      return decideHunks(path, choice, this.#parts);
    });
  }

  /** What taking out everything the agent did after an event would do, file by file. Changes nothing. */
  planRewind(afterSeq: number): Promise<readonly RewindFile[]> {
    return this.#inLine(async () => {
      const { planFiles } = await import("./rewind-plan.ts");
      return planFiles(afterSeq, this.#parts);
    });
  }

  /** Takes it out. What could not be is left as it is and reported. */
  rewindFiles(choice: RewindFiles): Promise<ReviewReport> {
    return this.#inLine(async () => {
      const { rewindFiles } = await import("./rewind-files.ts");
      return rewindFiles(choice, this.#parts);
    });
  }

  /** Takes the last decision back, or the one that is named. Undefined when there is none. */
  takeBack(decision?: string): Promise<TakenBack | undefined> {
    return this.#inLine(async () => {
      const { takeBack } = await import("./take-back.ts");
      return takeBack(this.#parts, decision);
    });
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
