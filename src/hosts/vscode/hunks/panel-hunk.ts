import { MAX_HUNK_LINES, type PendingHunk } from "../../../protocol/pending.ts";
import { diffHunks, displayLine } from "../../../review/diff.ts";
import { placeOfHunk, type ReviewHunk } from "../../../review/hunks.ts";
import { lineReader } from "../../../review/text-lines.ts";
import type { PendingFile } from "../engine.ts";
import { lineOf } from "./hunk-places.ts";

/** The cells of a notebook, in lines of their sources. */
function tellCells(file: PendingFile, hunks: readonly ReviewHunk[]): PendingHunk[] {
  const shown = new Map(diffHunks(file.baseline, file.current).map((hunk, at) => [file.hunks[at], hunk]));
  return hunks.flatMap((hunk) => {
    const cell = shown.get(hunk);
    if (!cell) return [];
    const lines = cell.lines.slice(0, MAX_HUNK_LINES).map(displayLine);
    return {
      ...placeOfHunk(hunk),
      isMixed: hunk.isMixed,
      line: lineOf(hunk, file),
      hunk: { ...cell, lines },
      hiddenLines: cell.lines.length - lines.length,
    };
  });
}

/** Hunks with as many of their lines as are worth showing; the file is gone through once for all of them. */
export function tellHunk(file: PendingFile, hunks: readonly ReviewHunk[]): PendingHunk[] {
  if (hunks.some(({ units }) => units !== undefined)) return tellCells(file, hunks);
  const base = lineReader(file.baseline);
  const now = lineReader(file.current);
  return hunks.map((hunk) => {
    const { baseStart, baseCount, start, count, isMixed } = hunk;
    // Of a long change both sides are shown, not only what went.
    const removed = Math.min(baseCount, Math.max(MAX_HUNK_LINES / 2, MAX_HUNK_LINES - count));
    const added = Math.min(count, MAX_HUNK_LINES - removed);
    const lines = [
      ...base(baseStart - 1, removed).map((line) => `-${line}`),
      ...now(start - 1, added).map((line) => `+${line}`),
    ];
    return {
      baseStart,
      baseCount,
      start,
      count,
      isMixed,
      line: lineOf(hunk, file),
      hunk: {
        oldStart: baseStart,
        oldLines: removed,
        newStart: start,
        newLines: added,
        lines: lines.map((line) => displayLine(line.replace(/\n$/, ""))),
      },
      hiddenLines: baseCount + count - removed - added,
    };
  });
}
