import type { Hunk } from "../core/detail.ts";
import { cellWords } from "../review/notebook-view.ts";

const MAX_SHOWN_LINES = 40;
/** A longer line of a hunk has lost its end, and ends in `…`. */
const CUT_CHARS = 500;
/** Around what an agent wrote itself: enough to see that it stands where it was meant to. */
const SEAM_CONTEXT = 1;
/** Of lines that it wrote, so many at both ends are shown again, and all when there are not more than these and one. */
const SEAM_LINES = 2;

/** The changed places as they are now, numbered like a listing. */
export const showHunks = (hunks: readonly Hunk[]): string => list(hunks.map(numbered), hunks);

/** The same for whoever made the change and has it: where it begins and ends, and what stands around it. */
export const showSeams = (hunks: readonly Hunk[]): string =>
  list(
    hunks.map((hunk) => withoutMiddle(withLessContext(numbered(hunk)))),
    hunks,
  );

interface Line {
  readonly text: string;
  readonly isNew: boolean;
}

function numbered({ newStart, lines }: Hunk): readonly Line[] {
  const kept = lines.filter((line) => !line.startsWith("-"));
  return kept.map((line, i) => ({
    text: `${newStart + i}\t${line.slice(1)}${line.length > CUT_CHARS && line.endsWith("…") ? " [line cut]" : ""}`,
    isNew: line.startsWith("+"),
  }));
}

function withLessContext(lines: readonly Line[]): readonly Line[] {
  const first = lines.findIndex(({ isNew }) => isNew);
  // Where lines went and none came, the middle is what they stood between.
  if (first < 0) return lines;
  const last = lines.findLastIndex(({ isNew }) => isNew);
  return lines.slice(Math.max(0, first - SEAM_CONTEXT), last + 1 + SEAM_CONTEXT);
}

function withoutMiddle(lines: readonly Line[]): readonly Line[] {
  const shown: Line[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = endOfRun(lines, at);
    const run = lines.slice(at, end);
    const left = run.length - 2 * SEAM_LINES;
    if (run[0]?.isNew && left > 1) {
      const gap = { text: `… (${left} more of your lines)`, isNew: false };
      shown.push(...run.slice(0, SEAM_LINES), gap, ...run.slice(-SEAM_LINES));
    } else {
      shown.push(...run);
    }
    at = end;
  }
  return shown;
}

function endOfRun(lines: readonly Line[], from: number): number {
  const isNew = lines[from]?.isNew;
  const length = lines.slice(from).findIndex((line) => line.isNew !== isNew);
  return length < 0 ? lines.length : from + length;
}

function list(shown: readonly (readonly Line[])[], hunks: readonly Hunk[]): string {
  const lines: string[] = [];
  for (const [i, hunk] of hunks.entries()) {
    if (lines.length > 0) lines.push("…");
    if (hunk.cell) lines.push(`[${cellWords(hunk.cell)}]`);
    lines.push(...(shown[i] ?? []).map(({ text }) => text));
  }
  if (lines.length <= MAX_SHOWN_LINES) return lines.join("\n");
  return `${lines.slice(0, MAX_SHOWN_LINES).join("\n")}\n… (${lines.length - MAX_SHOWN_LINES} more lines)`;
}
