import * as z from "zod";

/** Lines of a text: first and last, one-based and inclusive. */
export const LineRange = z.tuple([z.number(), z.number()]).readonly();
export type LineRange = readonly [first: number, last: number];

/** Lines that became others: first old line and how many there were, first new line and how many there are. */
export const LineChange = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly();
export type LineChange = readonly [oldStart: number, oldCount: number, newStart: number, newCount: number];

/** In order, without overlaps and without neighbours that could be one. Empty ranges count for nothing. */
export function joinRanges(ranges: readonly LineRange[]): LineRange[] {
  const joined: [number, number][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (last < first) continue;
    const before = joined.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

/** Whether every line from `first` to `last` is in one of the ranges, which are joined. An empty range always is. */
export const coversRange = (ranges: readonly LineRange[], [first, last]: LineRange): boolean =>
  last < first || ranges.some(([from, to]) => from <= first && last <= to);

/** What of a range is in none of the ranges, which are joined. */
export function missingFrom(ranges: readonly LineRange[], [first, last]: LineRange): LineRange[] {
  const missing: LineRange[] = [];
  let at = first;
  for (const [from, to] of ranges) {
    if (to < at || from > last) continue;
    if (from > at) missing.push([at, from - 1]);
    at = Math.max(at, to + 1);
  }
  if (at <= last) missing.push([at, last]);
  return missing;
}

/**
 * Where known lines of a text are once it was changed. The changes are in order. New lines are known where all that they
 * took the place of was: who knows a line and what was done to it knows what became of it.
 */
export function afterChanges(ranges: readonly LineRange[], changes: readonly LineChange[]): LineRange[] {
  const known: LineRange[] = [];
  let oldAt = 1;
  let shift = 0;
  const keep = (upTo: number): void => {
    for (const [first, last] of ranges) {
      const [from, to] = [Math.max(first, oldAt), Math.min(last, upTo)];
      if (from <= to) known.push([from + shift, to + shift]);
    }
  };
  for (const [oldStart, oldCount, newStart, newCount] of changes) {
    keep(oldStart - 1);
    if (coversRange(ranges, [oldStart, oldStart + oldCount - 1]))
      known.push([newStart, newStart + newCount - 1]);
    oldAt = oldStart + oldCount;
    shift = newStart + newCount - oldAt;
  }
  keep(Number.MAX_SAFE_INTEGER);
  return joinRanges(known);
}
