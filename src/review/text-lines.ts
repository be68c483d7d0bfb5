/** Lines with their ends, so that nothing but equal bytes is equal. */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
    lines.push(text.slice(from, end + 1));
    from = end + 1;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}

/** How many line ends stand before a place of the text; before its end when none is named. */
export function countLineEnds(text: string, until = text.length): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < until; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/**
 * Takes lines (counted from 0, with their ends) out of a text without taking all of it apart. Going down the text costs
 * one pass over it, however many lines are asked for.
 */
export function lineReader(text: string): (start: number, count: number) => string[] {
  const offsetOf = lineOffsets(text);
  return (start, count) => (count === 0 ? [] : linesOf(text.slice(offsetOf(start), offsetOf(start + count))));
}

/** Where lines begin, by their number from 0; the end of the text for those it does not have. */
function lineOffsets(text: string): (line: number) => number {
  let known = 0;
  let at = 0;
  return (line) => {
    if (line < known) [known, at] = [0, 0];
    while (known < line && at < text.length) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end + 1;
      known += 1;
    }
    return at;
  };
}

export interface LineChange {
  /** Lines `[start, end)`, counted from 0 in the old text. */
  readonly start: number;
  readonly end: number;
  /** What stands there instead, with line ends. */
  readonly lines: readonly string[];
}

/** Puts changes that do not overlap into a text; all count from the same old lines. */
export function replaceLines(text: string, changes: readonly LineChange[]): string {
  const offsetOf = lineOffsets(text);
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, lines } of changes.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    pieces.push(text.slice(at, offsetOf(start)));
    for (const line of lines) pieces.push(line);
    at = offsetOf(end);
  }
  pieces.push(text.slice(at));
  return pieces.join("");
}
