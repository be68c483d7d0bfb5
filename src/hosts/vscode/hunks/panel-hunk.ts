import { MAX_HUNK_LINES, type PendingHunk } from "../../../protocol/pending.ts";
import { displayLine } from "../../../review/diff.ts";
import type { ReviewHunk } from "../../../review/hunks.ts";
import { lineReader } from "../../../review/text-lines.ts";
import type { PendingFile } from "../engine.ts";
import { lineOf } from "./hunk-places.ts";

/** Hunks with as many of their lines as are worth showing; the file is gone through once for all of them. */
export function tellHunk(file: PendingFile, hunks: readonly ReviewHunk[]): PendingHunk[] {
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
