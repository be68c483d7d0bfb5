import { type FileReview, linesOf, type ReviewHunk } from "./hunks.ts";

/** Enough to see where it is; the model can read the file. */
const CONTEXT = 3;
const MOST_LINES = 200;

/** The lines that a hunk takes out and puts in, with their ends. */
export function wordsOf(file: FileReview, hunk: ReviewHunk): { removed: string; added: string } {
  const { baseStart, baseCount, start, count } = hunk;
  return {
    removed: linesOf(file.baseline)
      .slice(baseStart - 1, baseStart - 1 + baseCount)
      .join(""),
    added: linesOf(file.current)
      .slice(start - 1, start - 1 + count)
      .join(""),
  };
}

/** One hunk as a small unified patch, with the lines around it as they are now. */
export function hunkPatch(file: FileReview, hunk: ReviewHunk): string {
  const { baseStart, baseCount, start, count } = hunk;
  const now = linesOf(file.current);
  const before = now.slice(Math.max(0, start - 1 - CONTEXT), start - 1);
  const after = now.slice(start - 1 + count, start - 1 + count + CONTEXT);
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
