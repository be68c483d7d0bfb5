import type { ReviewState } from "../core/event.ts";
import type { Baseline, BaselineStep, EditRecord } from "./ledger.ts";

/** What is known of one file. */
export interface Entry {
  path: string;
  readonly edits: string[];
  readonly steps: BaselineStep[];
  readonly earlier: Baseline[];
  from: string;
  newest: string;
  /** What `newest` was when something began to be decided that is not written down as a decision yet. */
  known: string | undefined;
  pending: number;
  isPartlyKept: boolean;
  isPartlyUndone: boolean;
  isTwoFiles: boolean;
  /** How much was known of others right after an edit. */
  readonly marks: Map<string, Mark>;
  rebases: number;
  /** Of decisions that can be taken back, what was forgotten with them. */
  readonly aside: Map<string, readonly Baseline[]>;
}
interface Mark {
  readonly earlier: number;
  readonly steps: number;
  readonly rebases: number;
}

/** Who changed lines of the agent's between two edits is in the steps: that outlives what is decided elsewhere in the file. */
export function rebase(entry: Entry, from: string): void {
  if (entry.steps.some(({ isOthers }) => isOthers))
    entry.earlier.push({ hash: entry.from, steps: [...entry.steps] });
  entry.from = from;
  entry.steps.length = 0;
  entry.rebases += 1;
}

/**
 * The file is again what it was right after an edit: what others did to it since is not in it, and nobody's to be asked
 * about, until the decision that made it so is taken back.
 */
export function forgetSince(entry: Entry, { editId }: EditRecord, decision: string): void {
  const { marks, earlier, steps, from, aside } = entry;
  const mark = marks.get(editId);
  if (mark?.rebases !== entry.rebases) return;
  const forgotten = earlier.splice(mark.earlier);
  if (steps.length > mark.steps) forgotten.push({ hash: from, steps: [...steps] });
  steps.length = mark.steps;
  aside.set(decision, forgotten);
}

export function recall({ earlier, aside }: Entry, decision: string): void {
  earlier.push(...(aside.get(decision) ?? []));
  aside.delete(decision);
}

export const keptStep = ({ isPartlyUndone, newest }: Entry, { before, after }: EditRecord): BaselineStep => ({
  before,
  after,
  ...(isPartlyUndone && { heldIn: newest }),
});

export function decideTo(entry: Entry, text: string): void {
  entry.known ??= entry.newest;
  entry.newest = text;
}

/** What others had made of a file by the time something in it was decided is in the text since, and nothing else tells. */
export function noteOthers(entry: Entry, before: ReviewState): void {
  const known = entry.known ?? entry.newest;
  entry.known = undefined;
  if (known === before.text || known === "" || before.text === "") return;
  entry.earlier.push({
    hash: before.baseline,
    steps: [{ before: known, after: before.text, isOthers: true }],
  });
}
