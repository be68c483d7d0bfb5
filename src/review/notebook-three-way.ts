import { couldMeet, isSure, meeting, spliceUnits, type UnitChange, unitChanges } from "./notebook-changes.ts";
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
  const byPlace = Map.groupBy(others, ({ start }) => start);
  const beside = (change: UnitChange): readonly UnitChange[] => byPlace.get(change.start) ?? [];
  const open = changes.filter(
    (change) => !beside(change).some((other) => isSame(change, other, wanted, mine)),
  );
  const isWritten = meeting(others.filter((other) => !isOnlyRun(other, base, mine)));
  const unsure = others.filter((other) => !isSure(other));
  const clashes = new Set(
    open.filter(
      (change) =>
        isWritten(change) ||
        (isSure(change) ? unsure : others).some((other) => couldMeet(change, other)) ||
        isElsewhere(change, beside(change), { base, wanted, known }),
    ),
  );
  if (clashes.size > 0 && !leavesClashes) {
    const inMine = placesIn(others);
    const lines = linesOfUnits(mine);
    const hunks = [...clashes].map(({ newStart, newEnd, ...change }) => {
      const { start, end } = inMine(change);
      return {
        line: lines(start, end - start).start,
        current: wordsOf(mine.units.slice(start, end)),
        wanted: wordsOf(wanted.units.slice(newStart, newEnd)),
      };
    });
    return { conflict: { hunks } };
  }
  const fitting = open.filter((change) => !clashes.has(change));
  if (fitting.length === 0) return { text };
  const isRun = meeting(fitting);
  const inMine = placesIn(others.filter((other) => !isRun(other)));
  const splices = fitting.map((change) => ({
    ...inMine(change),
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
  beside: readonly UnitChange[],
  { base, wanted, known }: { base: Notebook; wanted: Notebook; known: ReadonlySet<string> },
): boolean {
  const old = end > start ? base.units[start]?.id : undefined;
  const now = newEnd > newStart ? wanted.units[newStart]?.id : undefined;
  const isGone = beside.some((other) => other.end > start && other.newEnd === other.newStart);
  if (old !== undefined && isGone && known.has(old)) return true;
  return now !== undefined && now !== old && known.has(now);
}

type Place = Pick<UnitChange, "start" | "end">;

/** Counts places in the base, asked for from the top down, in what the others made of it. */
function placesIn(others: readonly UnitChange[]): (place: Place) => Place {
  let shift = 0;
  let at = 0;
  return ({ start, end }) => {
    // Cells that others put at the same place stay before it.
    for (let other = others[at]; other && other.end <= start; other = others[at]) {
      shift += other.newEnd - other.newStart - (other.end - other.start);
      at += 1;
    }
    return { start: start + shift, end: end + shift };
  };
}

const wordsOf = (units: readonly Unit[]): string =>
  units.map(({ cell, raw }) => (cell ? sourceOf(cell) : raw)).join("\n");
