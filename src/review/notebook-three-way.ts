import { meet, spliceUnits, type UnitChange, unitChanges } from "./notebook-changes.ts";
import { rewriteNotebook } from "./notebook-choice.ts";
import { isOnlyRun } from "./notebook-hunks.ts";
import { linesOfUnits } from "./notebook-lines.ts";
import { asNotebooks, joinNotebook, type Notebook, sourceOf, type Unit } from "./notebook-text.ts";
import type { ThreeWay } from "./three-way.ts";

/**
 * Does to a notebook what leads from `from` to `to`, cell by cell: whole cells take the place of whole cells, so it stays
 * a notebook. What others changed in the same cell is a conflict, or left out. Undefined when one of the texts is none.
 */
export function changeNotebook(
  { text, from, to }: { text: string; from: string; to: string },
  leavesClashes: boolean,
): ThreeWay | undefined {
  const [mine, base, wanted] = asNotebooks([text, from, to]) ?? [];
  if (!mine || !base || !wanted) return undefined;
  const others = unitChanges(base.units, mine.units);
  const changes = unitChanges(base.units, wanted.units);
  if (changes.length === 0) return { text: rewriteNotebook(wanted, mine, others) };
  const known = new Set(mine.units.flatMap(({ id }) => id ?? []));
  const open = changes.filter((change) => !others.some((other) => isSame(change, other, wanted, mine)));
  const clashes = open.filter(
    (change) =>
      others.some((other) => meet(change, other) && !isOnlyRun(other, base, mine)) ||
      isElsewhere(change, others, { base, wanted, known }),
  );
  if (clashes.length > 0 && !leavesClashes)
    return { conflict: { hunks: clashes.map((change) => describe(change, others, { mine, wanted })) } };
  const fitting = open.filter((change) => !clashes.includes(change));
  if (fitting.length === 0) return { text };
  const run = others.filter((other) => fitting.some((change) => meet(change, other)));
  const splices = fitting.map((change) => ({
    ...inMine(change, others, run),
    units: wanted.units.slice(change.newStart, change.newEnd),
  }));
  return { text: joinNotebook([mine, wanted, base], spliceUnits(mine.units, splices)) };
}

/** Somebody has already done the very same. */
function isSame(a: UnitChange, b: UnitChange, wanted: Notebook, mine: Notebook): boolean {
  if (a.start !== b.start || a.end !== b.end || a.newEnd - a.newStart !== b.newEnd - b.newStart) return false;
  const [theirs, others] = [wanted.units[a.newStart], mine.units[b.newStart]];
  // Cells without names may be meant twice.
  if (a.start === a.end && theirs?.id === undefined) return false;
  return a.newStart === a.newEnd || theirs?.key === others?.key;
}

/** The cell that this is about has been moved to another place, or one of its name has come there. */
function isElsewhere(
  { start, end, newStart, newEnd }: UnitChange,
  others: readonly UnitChange[],
  { base, wanted, known }: { base: Notebook; wanted: Notebook; known: ReadonlySet<string> },
): boolean {
  const old = end > start ? base.units[start]?.id : undefined;
  const now = newEnd > newStart ? wanted.units[newStart]?.id : undefined;
  const isGone = others.some(
    (other) => other.start === start && other.end > start && other.newEnd === other.newStart,
  );
  if (old !== undefined && isGone && known.has(old)) return true;
  return now !== undefined && now !== old && known.has(now);
}

/** A place in the base, counted in what the others made of it. */
function inMine(
  { start, end }: UnitChange,
  others: readonly UnitChange[],
  run: readonly UnitChange[],
): { start: number; end: number } {
  // Cells that others put at the same place stay before it.
  const before = others.filter((other) => other.end <= start && !run.includes(other));
  const shift = before.reduce(
    (sum, other) => sum + other.newEnd - other.newStart - (other.end - other.start),
    0,
  );
  return { start: start + shift, end: end + shift };
}

function describe(
  change: UnitChange,
  others: readonly UnitChange[],
  { mine, wanted }: { mine: Notebook; wanted: Notebook },
) {
  const { start, end } = inMine(change, others, []);
  return {
    line: linesOfUnits(mine)(start, end - start).start,
    current: wordsOf(mine.units.slice(start, end)),
    wanted: wordsOf(wanted.units.slice(change.newStart, change.newEnd)),
  };
}
const wordsOf = (units: readonly Unit[]): string =>
  units.map(({ cell, raw }) => (cell ? sourceOf(cell) : raw)).join("\n");
