import { areClose, inChangedPart, type LineHunk, leansOut, lineHunks } from "./line-hunks.ts";
import { changeNotebook } from "./notebook-three-way.ts";
import { countLineEnds } from "./text-lines.ts";

/** One place where a change no longer fits. `line` is one-based in the text as it is now. */
export interface ConflictHunk {
  readonly line: number;
  /** What stands there now. */
  readonly current: string;
  /** What the operation wanted to stand there. */
  readonly wanted: string;
}
/** A conflict changes nothing: all of a change is done or none of it. */
export type ThreeWay =
  | { readonly text: string }
  | { readonly conflict: { readonly hunks: readonly ConflictHunk[] } };

/**
 * Takes one edit (`before` to `after`) back out of the current text and leaves everything else in it alone. Swap
 * `before` and `after` to put it in again.
 */
export const undoEdit = ({
  current,
  before,
  after,
}: {
  current: string;
  before: string;
  after: string;
}): ThreeWay => applyChange(current, after, before);

/**
 * The baseline with a change in it that is not for review (any more): one that was kept, or one that a person made
 * between two edits. Where it cannot be told apart from what is for review the baseline stays as it is there.
 */
export const baselineAfter = (change: { baseline: string; before: string; after: string }): string => {
  const result = applyChange(change.baseline, change.before, change.after, { leavesClashes: true });
  return "text" in result ? result.text : change.baseline;
};

/**
 * Does to `text` what leads from `from` to `to`. Positions come from comparing whole texts, never from searching for
 * something similar; where another change is at or beside the same place, or could be, it is a conflict, or left out.
 */
function applyChange(text: string, from: string, to: string, { leavesClashes = false } = {}): ThreeWay {
  if (text === from) return { text: to };
  if (text === to || from === to) return { text };
  const notebook = changeNotebook({ text, from, to }, leavesClashes);
  if (notebook) return notebook;
  return inChangedPart([from, text, to], (part): ThreeWay | undefined => {
    const isEnd = part.tail === "";
    const [base = [], mine = [], wanted = []] = part.texts.map((each) => linesOf(each, isEnd));
    const theirs = lineHunks(words(base), words(wanted));
    const others = lineHunks(words(base), words(mine));
    if (theirs.length === 0) return { text: withLineEnd(text, commonEnd(to) ?? "\n") };
    if (leansOut([...theirs, ...others], base.length, part)) return undefined;

    const open = theirs.filter((hunk) => !others.some((other) => isSame(hunk, other)));
    const clashes = open.filter((hunk) => others.some((other) => areClose(hunk, other)));
    if (clashes.length > 0 && !leavesClashes) {
      const found = clashes.map((hunk) => describe(hunk, others, mine));
      return { conflict: { hunks: found.map((hunk) => ({ ...hunk, line: hunk.line + part.firstLine })) } };
    }
    const fitting = open.filter((hunk) => !clashes.includes(hunk));
    if (fitting.length === 0) return { text };
    const ends = { mine: commonEnd(text), base: commonEnd(from) ?? commonEnd(to) ?? "\n", isEnd };
    return { text: `${part.head}${join(splice(mine, fitting, others, wanted, ends))}${part.tail}` };
  });
}

interface Line {
  readonly text: string;
  readonly end: string;
}

/**
 * The last line has no end; a text that ends with a line break has an empty last line, so that adding one is a change.
 * A part that is not the end of its text has only lines with an end.
 */
function linesOf(text: string, isEnd: boolean): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
    const end = at > from && text.charCodeAt(at - 1) === 13 ? "\r\n" : "\n";
    lines.push({ text: text.slice(from, at + 1 - end.length), end });
    from = at + 1;
  }
  if (isEnd) lines.push({ text: text.slice(from), end: "" });
  return lines;
}

const words = (lines: readonly Line[]): string[] => lines.map((line) => line.text);
const join = (lines: readonly Line[]): string => lines.map(({ text, end }) => text + end).join("");

/** The line end most lines have; undefined when there is none. */
function commonEnd(text: string): string | undefined {
  const all = countLineEnds(text);
  if (all === 0) return undefined;
  let pairs = 0;
  for (let at = text.indexOf("\r\n"); at >= 0; at = text.indexOf("\r\n", at + 2)) pairs += 1;
  return pairs * 2 > all ? "\r\n" : "\n";
}

const withLineEnd = (text: string, end: string): string => text.replaceAll(/\r?\n/g, end);

/** Somebody removed or replaced the very same lines by the same; what is only added, or lies among equal lines, may be meant otherwise. */
const isSame = (a: LineHunk, b: LineHunk): boolean =>
  a.end > a.start &&
  a.start === b.start &&
  a.end === b.end &&
  a.least === a.start &&
  a.most === a.end &&
  a.lines.length === b.lines.length &&
  a.lines.every((line, i) => line === b.lines[i]);

/** Where a line of the base stands in the text that the other changes made of it. */
function shifted(line: number, others: readonly LineHunk[]): number {
  let shift = 0;
  for (const other of others) {
    if (other.end > line || (other.end === line && other.start === line)) break;
    shift += other.lines.length - (other.end - other.start);
  }
  return line + shift;
}

interface Ends {
  /** Of most lines, in the text as it is and in the one that the change was made of. */
  readonly mine: string | undefined;
  readonly base: string;
  /** Whether these lines are the last of the text. */
  readonly isEnd: boolean;
}

function splice(
  mine: readonly Line[],
  hunks: readonly LineHunk[],
  others: readonly LineHunk[],
  wanted: readonly Line[],
  ends: Ends,
): Line[] {
  const end = ends.mine ?? ends.base;
  // Lines put back have the ends they had, unless the file has been converted since.
  const isConverted = ends.base !== end;
  const result: Line[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const start = shifted(hunk.start, others);
    for (const line of mine.slice(at, start)) result.push(line);
    for (const line of wanted.slice(hunk.newStart, hunk.newStart + hunk.lines.length)) {
      result.push(isConverted && line.end !== "" ? { text: line.text, end } : line);
    }
    at = start + hunk.end - hunk.start;
  }
  for (const line of mine.slice(at)) result.push(line);
  return result.map((line, i) => ({
    text: line.text,
    end: ends.isEnd && i === result.length - 1 ? "" : line.end === "" ? end : line.end,
  }));
}

function describe(hunk: LineHunk, others: readonly LineHunk[], mine: readonly Line[]): ConflictHunk {
  const start = shifted(
    hunk.start,
    others.filter((other) => other.end <= hunk.start),
  );
  const length = Math.max(1, hunk.end - hunk.start);
  return {
    line: start + 1,
    current: words(mine.slice(start, start + length)).join("\n"),
    wanted: hunk.lines.join("\n"),
  };
}
