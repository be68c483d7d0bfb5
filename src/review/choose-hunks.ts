import { diffHunks } from "./diff.ts";
import { chooseCells } from "./notebook-choice.ts";
import { lineReader, replaceLines } from "./text-lines.ts";

/**
 * The text before a change with only some of its hunks in it, byte for byte. `chosen` are places in the diff that a
 * person is shown (`diffHunks`), from 0; what is not one of them means nothing.
 */
export function chooseHunks(before: string, after: string, chosen: readonly number[]): string {
  const notebook = chooseCells(before, after, chosen);
  if (notebook !== undefined) return notebook;
  const wanted = new Set(chosen);
  const linesAt = lineReader(after);
  const changes = diffHunks(before, after)
    .filter((_, index) => wanted.has(index))
    .map(({ oldStart, oldLines, newStart, newLines }) => {
      // A side without lines begins at 0, all others at 1.
      const start = Math.max(0, oldStart - 1);
      return { start, end: start + oldLines, lines: linesAt(Math.max(0, newStart - 1), newLines) };
    });
  return replaceLines(before, changes);
}
