import { diffHunks } from "./diff.ts";
import { linesOf } from "./hunks.ts";

/**
 * The text before a change with only some of its hunks in it, byte for byte. `chosen` are places in the diff that a
 * person is shown (`diffHunks`), from 0; what is not one of them means nothing.
 */
export function chooseHunks(before: string, after: string, chosen: readonly number[]): string {
  const wanted = new Set(chosen);
  const old = linesOf(before);
  const now = linesOf(after);
  const result: string[] = [];
  const take = (lines: readonly string[], from: number, to: number): void => {
    for (let at = from; at < to; at += 1) result.push(lines[at] ?? "");
  };
  let oldAt = 0;
  for (const [index, hunk] of diffHunks(before, after).entries()) {
    // A side without lines begins at 0, all others at 1.
    const oldStart = Math.max(0, hunk.oldStart - 1);
    const newStart = Math.max(0, hunk.newStart - 1);
    take(old, oldAt, oldStart);
    if (wanted.has(index)) take(now, newStart, newStart + hunk.newLines);
    else take(old, oldStart, oldStart + hunk.oldLines);
    oldAt = oldStart + hunk.oldLines;
  }
  take(old, oldAt, old.length);
  return result.join("");
}
