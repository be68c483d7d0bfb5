import { diffHunks, hunkHead } from "./diff.ts";
import type { FileReview, ReviewHunk } from "./hunks.ts";
import { lineReader, linesOf } from "./text-lines.ts";

/** Enough to see where it is; the model can read the file. */
const CONTEXT = 3;
const MOST_LINES = 200;

/** The lines that a hunk takes out and puts in, with their ends. */
export function wordsOf(file: FileReview, hunk: ReviewHunk): { removed: string; added: string } {
  const { baseStart, baseCount, start, count } = hunk;
  return {
    removed: lineReader(file.baseline)(baseStart - 1, baseCount).join(""),
    added: lineReader(file.current)(start - 1, count).join(""),
  };
}

/** One hunk as a small unified patch, with the lines around it as they are now. */
export function hunkPatch(file: FileReview, hunk: ReviewHunk): string {
  if (hunk.units) return cellPatch(file, hunk);
  const { baseStart, baseCount, start, count } = hunk;
  const linesAt = lineReader(file.current);
  const above = Math.min(CONTEXT, start - 1);
  const before = linesAt(start - 1 - above, above);
  const after = linesAt(start - 1 + count, CONTEXT);
  const { removed, added } = wordsOf(file, hunk);
  const around = before.length + after.length;
  const lines = [
    ...before.map((line) => ` ${line}`),
    ...linesOf(removed).map((line) => `-${line}`),
    ...linesOf(added).map((line) => `+${line}`),
    ...after.map((line) => ` ${line}`),
  ].map((line) => line.replace(/\r?\n$/, ""));
  const first = before.length;
  const head = `@@ -${baseStart - first},${baseCount + around} +${start - first},${count + around} @@`;
  const rest = lines.length > MOST_LINES ? [`(${lines.length - MOST_LINES} more lines)`] : [];
  return [head, ...lines.slice(0, MOST_LINES), ...rest].join("\n");
}

/** Of a notebook, in lines of the cell's source. */
function cellPatch(file: FileReview, hunk: ReviewHunk): string {
  const cell = diffHunks(file.baseline, file.current)[file.hunks.indexOf(hunk)];
  if (!cell) return "";
  const rest = cell.lines.length > MOST_LINES ? [`(${cell.lines.length - MOST_LINES} more lines)`] : [];
  return [hunkHead(cell), ...cell.lines.slice(0, MOST_LINES), ...rest].join("\n");
}
