import { diffArrays } from "diff";
import { type ChangedPart, changedPart } from "./changed-part.ts";
import { linesOf } from "./text-lines.ts";

/**
 * Lines `[start, end)` of the old text become `lines`. Equal lines around it may make it undecidable where exactly it
 * lies; then it is somewhere in `[least, most)`.
 */
export interface LineHunk {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
  /** Where `lines` begin in the new text. */
  readonly newStart: number;
  readonly least: number;
  readonly most: number;
}

/** Past this many differing lines comparing costs more than it tells: what lies between the common ends is one change. */
const MAX_EDIT_LENGTH = 1_000;

/** The lines of a part of a text; where that is not its end, it ends with a line end. */
export type SplitLines = (part: string, isEnd: boolean) => string[];

/** The differences between two texts, line by line and in order. Only the part in which they differ is taken apart. */
export function textHunks(old: string, now: string, split: SplitLines = linesOf): LineHunk[] {
  if (old === now) return [];
  return inChangedPart([old, now], (part) => {
    const [before = [], after = []] = part.texts.map((text) => split(text, part.tail === ""));
    const hunks = lineHunks(before, after);
    if (leansOut(hunks, before.length, part)) return undefined;

    return part.firstLine === 0 ? hunks : hunks.map((hunk) => movedDown(hunk, part.firstLine));
  });
}

const LEAST_MARGIN = 2;
const MARGIN_GROWTH = 16;

/** Does something with the part in which texts differ, and with ever more lines around it until it comes to a result. */
export function inChangedPart<T>(texts: readonly string[], work: (part: ChangedPart) => T | undefined): T {
  for (let margin = LEAST_MARGIN; ; margin *= MARGIN_GROWTH) {
    const found = work(changedPart(texts, margin));
    if (found !== undefined) return found;
  }
}

/** Whether equal lines, among which a hunk could lie anywhere, go on beyond the part. Never so of a whole text. */
export const leansOut = (
  hunks: readonly LineHunk[],
  oldCount: number,
  { head, tail }: ChangedPart,
): boolean =>
  hunks.some(({ least, most }) => (head !== "" && least === 0) || (tail !== "" && most === oldCount));

const movedDown = (hunk: LineHunk, by: number): LineHunk => ({
  start: hunk.start + by,
  end: hunk.end + by,
  lines: hunk.lines,
  newStart: hunk.newStart + by,
  least: hunk.least + by,
  most: hunk.most + by,
});

/** The differences between two lists of lines, in order. */
export function lineHunks(old: readonly string[], now: readonly string[]): LineHunk[] {
  const { head, tail } = commonEnds(old, now);
  const removed = old.slice(head, old.length - tail);
  const added = now.slice(head, now.length - tail);
  const changes = diffArrays(removed, added, { maxEditLength: MAX_EDIT_LENGTH }) ?? [
    { removed: true, added: false, value: removed },
    { removed: false, added: true, value: added },
  ];
  const hunks: { start: number; end: number; newStart: number; lines: string[] }[] = [];
  let at = head;
  let newAt = head;
  for (const change of changes) {
    if (!change.added && !change.removed) {
      at += change.value.length;
      newAt += change.value.length;
      continue;
    }
    const last = hunks.at(-1);
    const hunk = last?.end === at ? last : { start: at, end: at, newStart: newAt, lines: [] };
    if (hunk !== last) hunks.push(hunk);
    if (change.added) {
      for (const line of change.value) hunk.lines.push(line);
      newAt += change.value.length;
    } else {
      at += change.value.length;
    }
    hunk.end = at;
  }
  return hunks.map((hunk) => ({ ...hunk, ...slide(hunk, old) }));
}

function commonEnds(old: readonly string[], now: readonly string[]): { head: number; tail: number } {
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return { head, tail };
}

/** How far a pure insertion or deletion can move among equal lines without changing the result. */
function slide(
  { start, end, lines }: { start: number; end: number; lines: readonly string[] },
  old: readonly string[],
): { least: number; most: number } {
  if (lines.length > 0 && end > start) return { least: start, most: end };
  const moved = lines.length > 0 ? lines : old.slice(start, end);
  let up = 0;
  while (start - up > 0 && old[start - up - 1] === moved.at(-1 - (up % moved.length))) up += 1;
  let down = 0;
  while (end + down < old.length && old[end + down] === moved[down % moved.length]) down += 1;
  return { least: start - up, most: end + down };
}

/** Whether two changes of the same old text could be about the same place. */
export function areClose(a: LineHunk, b: LineHunk): boolean {
  const touches = a.least <= b.most && b.least <= a.most;
  const overlaps = a.least < b.most && b.least < a.most;
  const isInsertion = a.start === a.end || b.start === b.end;
  return isInsertion ? touches : overlaps;
}
