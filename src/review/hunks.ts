import { areClose, type LineHunk, textHunks } from "./line-hunks.ts";
import { keepCells, notebookReview, undoCells } from "./notebook-hunks.ts";
import { type LineChange, lineReader, replaceLines } from "./text-lines.ts";

/** One place where a file differs from its baseline. Lines are one-based; a place without lines lies before `start`. */
export interface ReviewHunk {
  readonly baseStart: number;
  readonly baseCount: number;
  readonly start: number;
  readonly count: number;
  /** True when the user changed some of its lines too: an undo takes that out with it. */
  readonly isMixed: boolean;
  /** In a notebook, what it is about instead of lines. */
  readonly units?: UnitPlaces;
}

/** The units of a notebook that a hunk is about: 0 is what is around the cells, 1 the first cell. */
export interface UnitPlaces {
  readonly baseStart: number;
  readonly baseCount: number;
  readonly start: number;
  readonly count: number;
}

/** Says which hunk of a file is meant. Cells of a notebook may share a line, so of those the units say it. */
export const placeOfHunk = ({ units, baseStart, baseCount, start, count }: ReviewHunk): UnitPlaces =>
  units ?? { baseStart, baseCount, start, count };

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
  const notebook = notebookReview(texts);
  if (notebook) return notebook;
  const { newest, current } = texts;
  const agents = textHunks(newest, texts.baseline);
  const users = newest === current ? [] : textHunks(newest, current);
  const isMixed = (user: LineHunk): boolean => agents.some((agent) => areClose(user, agent));
  const baseline = replaceLines(newest, [...agents, ...users.filter((user) => !isMixed(user))]);
  const mixed = users.filter(isMixed);
  return {
    baseline,
    current,
    hunks: textHunks(baseline, current).map(({ start, end, newStart, lines }) => ({
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
export function keepHunks(file: FileReview, chosen: readonly ReviewHunk[]): string {
  const notebook = keepCells(file, chosen);
  if (notebook !== undefined) return notebook;
  const { baseline, current } = file;
  const linesAt = lineReader(current);
  const changes = fromTheTop(chosen).map(
    (hunk): LineChange => ({
      start: hunk.baseStart - 1,
      end: hunk.baseStart - 1 + hunk.baseCount,
      lines: linesAt(hunk.start - 1, hunk.count),
    }),
  );
  return replaceLines(baseline, changes);
}

/** The text once the chosen hunks are taken out of it. */
export function undoHunks(file: FileReview, chosen: readonly ReviewHunk[]): string {
  const notebook = undoCells(file, chosen);
  if (notebook !== undefined) return notebook;
  const { baseline, current } = file;
  const linesAt = lineReader(baseline);
  const changes = fromTheTop(chosen).map(
    (hunk): LineChange => ({
      start: hunk.start - 1,
      end: hunk.start - 1 + hunk.count,
      lines: linesAt(hunk.baseStart - 1, hunk.baseCount),
    }),
  );
  return replaceLines(current, changes);
}

const fromTheTop = (hunks: readonly ReviewHunk[]): readonly ReviewHunk[] =>
  hunks.toSorted((a, b) => a.start - b.start);
