import type { Notebook } from "./notebook-text.ts";

/**
 * Where units stand in the text of a notebook, in one-based lines; where there are none, `start` is the line before
 * which they were. Cells that share a line have the same one.
 */
export function linesOfUnits(notebook: Notebook): (start: number, count: number) => Lines {
  const [, ...cells] = notebook.units;
  const spans: { first: number; last: number }[] = [];
  let line = 1 + breaksIn(notebook.head);
  for (const { raw } of cells) {
    const blanks = breaksIn(raw.slice(0, raw.length - raw.trimStart().length));
    spans.push({ first: line + blanks, last: line + breaksIn(raw.trimEnd()) });
    line += breaksIn(raw);
  }
  const total = breaksIn(notebook.text) + (notebook.text.endsWith("\n") ? 0 : 1);
  const end = Math.min(total, spans.length > 0 ? (spans.at(-1)?.last ?? 0) + 1 : line);
  return (start, count) => {
    if (start === 0 && count > 0) return { start: end, count: total - end + 1 };
    const first = spans[start - 1]?.first ?? end;
    const last = spans[start + count - 2]?.last ?? first;
    return { start: first, count: count === 0 ? 0 : last - first + 1 };
  };
}
interface Lines {
  readonly start: number;
  readonly count: number;
}

function breaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
