import { wordsOf } from "../../../review/hunk-patch.ts";
import type { FileReview, ReviewHunk } from "../../../review/hunks.ts";
import { countLineEnds, lineReader } from "../../../review/text-lines.ts";

/** One change as the editor's own diff reports it. Lines are one-based; an end of 0 is no lines, right after `start`. */
export interface LineChange {
  readonly originalStartLineNumber: number;
  readonly originalEndLineNumber: number;
  readonly modifiedStartLineNumber: number;
  readonly modifiedEndLineNumber: number;
}
const KEYS = [
  "originalStartLineNumber",
  "originalEndLineNumber",
  "modifiedStartLineNumber",
  "modifiedEndLineNumber",
] as const;

/** True for what the editor's peek hands to a command. */
export const isLineChange = (value: unknown): value is LineChange =>
  typeof value === "object" &&
  value !== null &&
  KEYS.every((key) => typeof Object.getOwnPropertyDescriptor(value, key)?.value === "number");

/** `[from, to)`, one-based. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The hunks that a change of the editor's own diff stands for. It may group lines differently, and it counts an empty
 * last line where the text ends with a line end, so the closest relation that any hunk has to it decides.
 */
export function hunksOfChange(change: LineChange, hunks: readonly ReviewHunk[]): readonly ReviewHunk[] {
  const base = spanOf(change.originalStartLineNumber, change.originalEndLineNumber);
  const now = spanOf(change.modifiedStartLineNumber, change.modifiedEndLineNumber);
  const relations = [
    (hunk: ReviewHunk) => isSame(baseSpan(hunk), base) && isSame(nowSpan(hunk), now),
    (hunk: ReviewHunk) => overlaps(nowSpan(hunk), now) || overlaps(baseSpan(hunk), base),
    (hunk: ReviewHunk) => touches(nowSpan(hunk), now) && touches(baseSpan(hunk), base),
  ];
  for (const isRelated of relations) {
    const found = hunks.filter(isRelated);
    if (found.length > 0) return found;
  }
  return [];
}

/** A hunk in the words of the editor's diff. */
export const toLineChange = (hunk: ReviewHunk): LineChange => ({
  originalStartLineNumber: hunk.baseCount === 0 ? hunk.baseStart - 1 : hunk.baseStart,
  originalEndLineNumber: hunk.baseCount === 0 ? 0 : hunk.baseStart + hunk.baseCount - 1,
  modifiedStartLineNumber: hunk.count === 0 ? hunk.start - 1 : hunk.start,
  modifiedEndLineNumber: hunk.count === 0 ? 0 : hunk.start + hunk.count - 1,
});

/** The hunk of a cell, as the marks below the cell say it: by its units. */
export const hunksOfCell = (places: unknown, hunks: readonly ReviewHunk[]): readonly ReviewHunk[] =>
  hunks.filter(({ units }) => units !== undefined && JSON.stringify(units) === JSON.stringify(places));

const spanOf = (start: number, end: number): Span =>
  end === 0 ? { from: start + 1, to: start + 1 } : { from: start, to: end + 1 };
const baseSpan = (hunk: ReviewHunk): Span => ({
  from: hunk.baseStart,
  to: hunk.baseStart + hunk.baseCount,
});
const nowSpan = (hunk: ReviewHunk): Span => ({ from: hunk.start, to: hunk.start + hunk.count });
const isSame = (a: Span, b: Span): boolean => a.from === b.from && a.to === b.to;
const overlaps = (a: Span, b: Span): boolean => Math.max(a.from, b.from) < Math.min(a.to, b.to);
const touches = (a: Span, b: Span): boolean => a.from <= b.to && b.from <= a.to;

type Reviewed = Pick<FileReview, "current" | "hunks">;

/** The one-based line of the editor at which a hunk is shown: lines that are gone are shown where they were. */
export function lineOf(hunk: ReviewHunk, file: Reviewed): number {
  const count = lineCounts.get(file) ?? countLineEnds(file.current) + 1;
  lineCounts.set(file, count);
  return Math.max(1, Math.min(hunk.start, count));
}
/** Counted once per text: a large file may have many hunks. */
const lineCounts = new WeakMap<Reviewed, number>();

/** The hunk at a one-based line, or right beside it. */
export function hunkAt(line: number, file: Reviewed): ReviewHunk | undefined {
  const isWithin = (hunk: ReviewHunk, margin: number): boolean => {
    const first = lineOf(hunk, file);
    return line >= first - margin && line < first + Math.max(1, hunk.count) + margin;
  };
  return file.hunks.find((hunk) => isWithin(hunk, 0)) ?? file.hunks.find((hunk) => isWithin(hunk, 1));
}

export interface Place {
  readonly path: string;
  /** One-based. */
  readonly line: number;
}

/** The hunk after (or before) a place, over all files and round again at the end. Undefined when there is none at all. */
export function stepFrom(
  at: Place | undefined,
  files: readonly (Reviewed & { readonly path: string })[],
  direction: "next" | "previous",
): Place | undefined {
  const places = files.flatMap((file) =>
    file.hunks.map((hunk) => ({ path: file.path, line: lineOf(hunk, file) })),
  );
  const here = at && places.filter(({ path }) => path === at.path);
  if (direction === "next") {
    const later = here?.find(({ line }) => line > (at?.line ?? 0));
    if (later) return later;
    const last = here?.at(-1);
    return (last && places[places.indexOf(last) + 1]) ?? places[0];
  }
  const earlier = here?.findLast(({ line }) => line < (at?.line ?? 0));
  if (earlier) return earlier;
  const first = here?.[0];
  return (first && places[places.indexOf(first) - 1]) ?? places.at(-1);
}

/** The same changes in a newer state of the file: the same lines instead of the same lines. Undefined when one is gone. */
export function sameHunks(
  before: FileReview,
  chosen: readonly ReviewHunk[],
  now: FileReview,
): readonly ReviewHunk[] | undefined {
  const wordsBefore = wordsIn(before);
  const left = Map.groupBy(now.hunks, wordsIn(now));
  const found: ReviewHunk[] = [];
  for (const hunk of chosen) {
    const same = left.get(wordsBefore(hunk)) ?? [];
    const [nearest] = same.toSorted(
      (a, b) => Math.abs(a.start - hunk.start) - Math.abs(b.start - hunk.start),
    );
    if (!nearest) return undefined;
    same.splice(same.indexOf(nearest), 1);
    found.push(nearest);
  }
  return found;
}

/** The hunk that a message of an earlier window was about: the same change, or else what became of the same lines. */
export function markedHunk(
  { line, removed, added }: { line: number; removed: string; added: string },
  file: FileReview,
): ReviewHunk | undefined {
  const near = file.hunks.toSorted((a, b) => Math.abs(a.start - line) - Math.abs(b.start - line));
  const words = new Map(near.map((hunk) => [hunk, wordsOf(file, hunk)]));
  const isSame = (hunk: ReviewHunk, which: "removed" | "added", marked: string): boolean =>
    words.get(hunk)?.[which].startsWith(marked) === true;
  const same = near.find((hunk) => isSame(hunk, "removed", removed) && isSame(hunk, "added", added));
  return same ?? near.find((hunk) => removed !== "" && isSame(hunk, "removed", removed));
}

function wordsIn(file: FileReview): (hunk: ReviewHunk) => string {
  const base = lineReader(file.baseline);
  const now = lineReader(file.current);
  return ({ baseStart, baseCount, start, count }) =>
    JSON.stringify([base(baseStart - 1, baseCount), now(start - 1, count)]);
}
