import { areClose, type LineHunk, lineHunks } from "./line-hunks.ts";

/** One place where a file differs from its baseline. Lines are one-based; a place without lines lies before `start`. */
export interface ReviewHunk {
  readonly baseStart: number;
  readonly baseCount: number;
  readonly start: number;
  readonly count: number;
  /** True when the user changed some of its lines too: an undo takes that out with it. */
  readonly isMixed: boolean;
}

export interface FileReview {
  /** What the hunks compare with: the text without what is pending, with what the user changed elsewhere since. */
  readonly baseline: string;
  readonly current: string;
  /** From the top down. */
  readonly hunks: readonly ReviewHunk[];
}

/**
 * What there is to decide in one file. `baseline` is its text without what is pending, `newest` what the newest edit
 * made of it, `current` what it holds now. What the user changed meanwhile is not for review, unless it is at or
 * beside a change of the agent. Byte for byte: keeping all makes the baseline the current text, undoing all the reverse.
 */
export function reviewOf(texts: { baseline: string; newest: string; current: string }): FileReview {
  const newest = linesOf(texts.newest);
  const current = linesOf(texts.current);
  const agents = lineHunks(newest, linesOf(texts.baseline));
  const users = lineHunks(newest, current);
  const isMixed = (user: LineHunk): boolean => agents.some((agent) => areClose(user, agent));
  const base = splice(newest, [...agents, ...users.filter((user) => !isMixed(user))]);
  const mixed = users.filter(isMixed);
  return {
    baseline: base.join(""),
    current: texts.current,
    hunks: lineHunks(base, current).map(({ start, end, newStart, lines }) => ({
      baseStart: start + 1,
      baseCount: end - start,
      start: newStart + 1,
      count: lines.length,
      isMixed: mixed.some(
        (user) => user.newStart <= newStart + lines.length && newStart <= user.newStart + user.lines.length,
      ),
    })),
  };
}

/** The baseline once the chosen hunks are part of it. */
export function keepHunks({ baseline, current }: FileReview, chosen: readonly ReviewHunk[]): string {
  const now = linesOf(current);
  const changes = chosen.map((hunk) => ({
    start: hunk.baseStart - 1,
    end: hunk.baseStart - 1 + hunk.baseCount,
    lines: now.slice(hunk.start - 1, hunk.start - 1 + hunk.count),
  }));
  return splice(linesOf(baseline), changes).join("");
}

/** The text once the chosen hunks are taken out of it. */
export function undoHunks({ baseline, current }: FileReview, chosen: readonly ReviewHunk[]): string {
  const base = linesOf(baseline);
  const changes = chosen.map((hunk) => ({
    start: hunk.start - 1,
    end: hunk.start - 1 + hunk.count,
    lines: base.slice(hunk.baseStart - 1, hunk.baseStart - 1 + hunk.baseCount),
  }));
  return splice(linesOf(current), changes).join("");
}

/** Lines with their ends, so that nothing but equal bytes is equal. */
export const linesOf = (text: string): string[] => (text === "" ? [] : text.split(/(?<=\n)/));

/** Puts changes into lines that do not overlap; all count from the same old text. */
function splice(
  old: readonly string[],
  changes: readonly Pick<LineHunk, "start" | "end" | "lines">[],
): string[] {
  const result: string[] = [];
  let at = 0;
  for (const { start, end, lines } of changes.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    for (const line of old.slice(at, start)) result.push(line);
    for (const line of lines) result.push(line);
    at = end;
  }
  for (const line of old.slice(at)) result.push(line);
  return result;
}
