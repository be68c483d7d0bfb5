import type { Hunk } from "../core/detail.ts";
import { cellWords } from "../review/notebook-view.ts";

const MAX_SHOWN_LINES = 40;

/** The changed places as they are now, numbered like a listing. */
export function showHunks(hunks: readonly Hunk[]): string {
  const lines: string[] = [];
  for (const hunk of hunks) {
    if (lines.length > 0) lines.push("…");
    if (hunk.cell) lines.push(`[${cellWords(hunk.cell)}]`);
    let number = hunk.newStart;
    for (const line of hunk.lines) {
      if (line.startsWith("-")) continue;
      lines.push(`${number}\t${line.slice(1)}`);
      number += 1;
    }
  }
  if (lines.length <= MAX_SHOWN_LINES) return lines.join("\n");
  return `${lines.slice(0, MAX_SHOWN_LINES).join("\n")}\n… (${lines.length - MAX_SHOWN_LINES} more lines)`;
}
