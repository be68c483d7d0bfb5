import type { ReviewHunk } from "./hunks.ts";
import { areClose, type LineHunk, textHunks } from "./line-hunks.ts";
import { lineReader } from "./text-lines.ts";
import { baselineAfter } from "./three-way.ts";

interface Step {
  readonly before: string;
  readonly after: string;
  /** A change of the user's; else one that was kept or undone. */
  readonly isOthers?: boolean | undefined;
}
/** Lines, one-based and both included. */
interface LineRange {
  readonly from: number;
  readonly to: number;
}
/** Where both have changed the same lines, and what the user wrote there. */
export interface Clash extends LineRange {
  readonly words: readonly string[];
}

/** Whether a hunk is about lines that both have changed, by its place or by what the user wrote and it would take out. */
export function isClash(
  { baseStart, baseCount, start, count }: ReviewHunk,
  clashes: readonly Clash[],
  current: string,
): boolean {
  const isAt = ({ from, to }: LineRange): boolean => to >= baseStart - 1 && from <= baseStart + baseCount;
  if (clashes.some(isAt)) return true;
  const words = new Set(clashes.flatMap((clash) => clash.words));
  return words.size > 0 && lineReader(current)(start - 1, count).some((line) => words.has(line.trim()));
}

/**
 * Lines of `end` at which the user changed what was the agent's between two of its edits: the baseline stays as it was
 * there, so nothing else tells. `end` is the baseline with all steps in it, and perhaps later changes.
 */
export function clashesAt(start: string, steps: readonly Step[], end: string): readonly Clash[] {
  let baseline = start;
  let found: readonly Clash[] = [];
  for (const step of steps) {
    if (step.isOthers) found = [...found, ...clashesOf(step, baseline)];
    const next = baselineAfter({ baseline, before: step.before, after: step.after });
    found = moved(found, baseline, next);
    baseline = next;
  }
  return moved(found, baseline, end);
}

/** Where the baseline has other lines than the file had (the agent's are pending there), and the user changed those. */
function clashesOf({ before, after }: Step, baseline: string): Clash[] {
  const pending = textHunks(before, baseline, wordsOf);
  const users = pending.length === 0 ? [] : textHunks(before, after, wordsOf);
  return pending.flatMap((agent) => {
    const both = users.filter((user) => areClose(user, agent) && !isSame(user, agent));
    if (both.length === 0) return [];
    const { newStart, lines } = agent;
    const words = both.flatMap((user) => user.lines.map((line) => line.trim())).filter((line) => line !== "");
    const place =
      lines.length === 0
        ? { from: newStart, to: newStart + 1 }
        : { from: newStart + 1, to: newStart + lines.length };
    return [{ ...place, words }];
  });
}

/** Line ends are no words of anybody's. */
function wordsOf(part: string, isEnd: boolean): string[] {
  const lines = part.split(/\r?\n/);
  return isEnd ? lines : lines.slice(0, -1);
}

/** The user took out by hand what the agent did. */
const isSame = (a: LineHunk, b: LineHunk): boolean =>
  a.start === b.start &&
  a.end === b.end &&
  a.lines.length === b.lines.length &&
  a.lines.every((line, i) => line === b.lines[i]);

/** Where lines are once one text has become the other. */
function moved(ranges: readonly Clash[], from: string, to: string): readonly Clash[] {
  if (ranges.length === 0 || from === to) return ranges;
  const changes = textHunks(from, to);
  const place = (line: number): number =>
    changes
      .filter(({ end }) => end < line)
      .reduce((at, { start, end, lines: now }) => at + now.length - (end - start), line);
  return ranges.map((range) => ({ ...range, from: place(range.from), to: place(range.to) }));
}
