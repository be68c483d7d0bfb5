import type { TextFile } from "../core/ports.ts";
import type { Seen } from "../core/seen.ts";
import { changeBetween } from "../review/line-changes.ts";
import { splitLines } from "./page-of-lines.ts";

type Known = Pick<Seen, "lines" | "lineCount" | "from">;

/** What an agent knows of a file by its own edit of it: what was done to the text, whose lines it may have or not. */
export function knownByEdit(file: TextFile | undefined, text: string): Known {
  if (file === undefined) return knownWhole(text);
  const changes = changeBetween(file.text, text);
  return { lineCount: splitLines(text).length, from: { hash: file.hash, changes } };
}

/** What an agent knows of a text that it has written itself. */
export function knownWhole(text: string): Known {
  const { length } = splitLines(text);
  return { lines: length === 0 ? [] : [[1, length]], lineCount: length };
}
