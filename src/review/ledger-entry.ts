import type { ReviewState } from "../core/events/edits.ts";
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
  /** What was known of others when something was decided. */
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

/** Keeps what is known of others for when a decision is taken back: until then it may be forgotten. */
export function remember({ aside, earlier, from, steps }: Entry, decision: string): void {
  const known = steps.some(({ isOthers }) => isOthers)
    ? [...earlier, { hash: from, steps: [...steps] }]
    : earlier;
  if (known.length > 0) aside.set(decision, [...known]);
}

export function recall({ earlier, aside }: Entry, decision: string): void {
  const known = new Set(earlier);
  for (const one of aside.get(decision) ?? []) if (!known.has(one)) earlier.push(one);
}

/** The file is again what it was right after an edit: what others did to it since is not in it, and nobody's to be asked about. */
export function forgetSince({ marks, earlier, steps, rebases }: Entry, { editId }: EditRecord): void {
  const mark = marks.get(editId);
  if (mark?.rebases !== rebases) return;
  earlier.length = mark.earlier;
  steps.length = mark.steps;
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
export function noteOthers(entry: Entry, before: Pick<ReviewState, "baseline" | "text">): void {
  const known = entry.known ?? entry.newest;
  entry.known = undefined;
  if (known === before.text || known === "" || before.text === "") return;
  entry.earlier.push({
    hash: before.baseline,
    steps: [{ before: known, after: before.text, isOthers: true }],
  });
}
