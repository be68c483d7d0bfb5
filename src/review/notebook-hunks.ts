import type { FileReview, ReviewHunk, UnitPlaces } from "./hunks.ts";
import { textHunks } from "./line-hunks.ts";
import { meeting, spliceUnits, type UnitChange, unitChanges, writtenAs } from "./notebook-changes.ts";
import { rewriteNotebook, spliceOf } from "./notebook-choice.ts";
import { linesOfUnits } from "./notebook-lines.ts";
import {
  asNotebook,
  asNotebooks,
  isObject,
  joinNotebook,
  type Notebook,
  sourceOf,
  stable,
  type Unit,
} from "./notebook-text.ts";

/**
 * What there is to decide in a notebook, cell by cell; undefined when one of the texts is none. As `reviewOf`, so
 * keeping all makes the baseline the current text and undoing all the reverse, byte for byte.
 */
export function notebookReview(texts: {
  baseline: string;
  newest: string;
  current: string;
}): FileReview | undefined {
  const found = asNotebooks([texts.baseline, texts.newest, texts.current]);
  const [baseline, newest, current] = found ?? [];
  if (!baseline || !newest || !current) return undefined;
  const agents = unitChanges(newest.units, baseline.units);
  const users = unitChanges(newest.units, current.units);
  if (agents.length === 0 && baseline.text !== newest.text)
    return writingReview(rewriteNotebook(baseline, current, users), texts.current);
  const isMixed = meeting(agents);
  const mixed = users.filter(isMixed);
  const others = users.filter((user) => !isMixed(user));
  const base = spliceUnits(newest.units, [
    ...others.map((change) => spliceOf(change, current)),
    ...agents.map((change) => spliceOf(change, baseline)),
  ]);
  // How others wrote down what means the same is no change of the agent's.
  const units = writtenAs(base, current.units);
  const text = joinNotebook([current, baseline, newest], units);
  const clashing = new Set(mixed.filter((user) => !isOnlyRun(user, newest, current)).map(placeInNew));
  const before = linesOfUnits(asNotebook(text) ?? baseline);
  const now = linesOfUnits(current);
  const hunks = unitChanges(units, current.units).map((change) => {
    const places = placesOf(change);
    const [base, shown] = [before(places.baseStart, places.baseCount), now(places.start, places.count)];
    return {
      baseStart: base.start,
      baseCount: base.count,
      ...shown,
      isMixed: clashing.has(placeInNew(change)),
      units: places,
    };
  });
  return { baseline: text, current: texts.current, hunks };
}

/** The agent has only written it differently. That is one hunk of the text: parts of it would be no notebook. */
function writingReview(baseline: string, current: string): FileReview {
  const places = textHunks(baseline, current);
  const [first, last] = [places[0], places.at(-1)];
  if (!first || !last) return { baseline, current, hunks: [] };
  const hunk = {
    baseStart: first.start + 1,
    baseCount: last.end - first.start,
    start: first.newStart + 1,
    count: last.newStart + last.lines.length - first.newStart,
    isMixed: false,
  };
  return { baseline, current, hunks: [hunk] };
}

/** The baseline once the chosen hunks are part of it; undefined when they are not about cells. */
export function keepCells(
  { baseline, current }: FileReview,
  chosen: readonly ReviewHunk[],
): string | undefined {
  const [base, now] = asNotebooks([baseline, current]) ?? [];
  const places = placesIn(chosen);
  if (!base || !now || !places) return undefined;
  const splices = places.map(({ baseStart, baseCount, start, count }) => ({
    start: baseStart,
    end: baseStart + baseCount,
    units: now.units.slice(start, start + count),
  }));
  return joinNotebook([base, now], spliceUnits(base.units, splices));
}

/** The text once the chosen hunks are taken out of it; undefined when they are not about cells. */
export function undoCells(
  { baseline, current }: FileReview,
  chosen: readonly ReviewHunk[],
): string | undefined {
  const [base, now] = asNotebooks([baseline, current]) ?? [];
  const places = placesIn(chosen);
  if (!base || !now || !places) return undefined;
  const splices = places.map(({ baseStart, baseCount, start, count }) => ({
    start,
    end: start + count,
    units: base.units.slice(baseStart, baseStart + baseCount),
  }));
  return joinNotebook([now, base], spliceUnits(now.units, splices));
}

const placesIn = (hunks: readonly ReviewHunk[]): readonly UnitPlaces[] | undefined => {
  const places = hunks.flatMap(({ units }) => units ?? []);
  return places.length === hunks.length ? places : undefined;
};
const placesOf = ({ start, end, newStart, newEnd }: UnitChange): UnitPlaces => ({
  baseStart: start,
  baseCount: end - start,
  start: newStart,
  count: newEnd - newStart,
});

/** Who runs a cell changes what it has put out and nothing of what it says: that goes with the cell. */
export function isOnlyRun(
  { start, end, newStart, newEnd }: UnitChange,
  from: Notebook,
  to: Notebook,
): boolean {
  if (end === start || newEnd === newStart) return false;
  const [old, now] = [from.units[start], to.units[newStart]];
  return (
    old !== undefined && now !== undefined && old.cell !== undefined && withoutRun(old) === withoutRun(now)
  );
}
function withoutRun({ cell, key }: Unit): string {
  if (!cell) return key;
  const { outputs: _outputs, execution_count: _count, metadata, ...said } = cell;
  const notes = isObject(metadata) ? Object.entries(metadata).filter(([name]) => !OF_A_RUN.has(name)) : [];
  return stable({ ...said, source: sourceOf(cell), metadata: Object.fromEntries(notes) });
}
/** What programs note in a cell's metadata when it runs, or of how its outputs are shown. All else is somebody's. */
const OF_A_RUN: ReadonlySet<string> = new Set([
  "execution",
  "ExecuteTime",
  "executionInfo",
  "outputId",
  "colab",
  "papermill",
  "collapsed",
  "scrolled",
  "trusted",
]);

/** Where a change shows in the new text: at a unit, or where one is gone. Two that show at the same are the same there. */
const placeInNew = ({ newStart, newEnd }: UnitChange): string => `${newStart} ${newEnd}`;
