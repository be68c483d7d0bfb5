import type { FileReview, ReviewHunk } from "./hunks.ts";
import { type LineHunk, textHunks } from "./line-hunks.ts";

/**
 * What stands in a hunk's place in a newer state of its file, be it the same change or what became of it. Undefined
 * when nothing is left to decide there.
 */
export function followHunk(before: FileReview, hunk: ReviewHunk, now: FileReview): ReviewHunk | undefined {
  const changes = textHunks(before.current, now.current);
  const first = hunk.start - 1;
  const end = movedEnd(first + hunk.count, changes);
  const start = hunk.count === 0 ? end : Math.min(movedStart(first, changes), end);
  return now.hunks.find((other) => {
    const otherStart = other.start - 1;
    const otherEnd = otherStart + other.count;
    // Where lines are gone there is a place between two lines, and no line.
    if (other.count === 0 || start === end) return otherStart <= end && start <= otherEnd;
    return otherStart < end && start < otherEnd;
  });
}

const growth = ({ start, end, lines }: LineHunk): number => lines.length - (end - start);

/** Where a line that is still there has moved to; one that was replaced, where its replacement begins. */
export function movedStart(line: number, changes: readonly LineHunk[]): number {
  let moved = line;
  for (const change of changes) {
    if (change.end <= line) moved += growth(change);
    else if (change.start <= line) return change.newStart;
  }
  return moved;
}

/** The same for the end of some lines (exclusive). */
export function movedEnd(line: number, changes: readonly LineHunk[]): number {
  let moved = line;
  for (const change of changes) {
    if (change.end < line || (change.end === line && change.start < line)) moved += growth(change);
    else if (change.start < line) return change.newStart + change.lines.length;
  }
  return moved;
}
