import { textHunks } from "./line-hunks.ts";
import { baselineAfter, undoEdit } from "./three-way.ts";

interface Step {
  readonly before: string;
  readonly after: string;
  /** A change of the user's; else one that was kept or undone. */
  readonly isOthers?: boolean | undefined;
}

/**
 * Lines (one-based) of `end` at which the user changed what was the agent's between two of its edits: the baseline stays
 * as it was there, so nothing else tells. `end` is the baseline with all steps in it, and perhaps later changes.
 */
export function clashingLines(start: string, steps: readonly Step[], end: string): readonly number[] {
  let baseline = start;
  let found: number[] = [];
  for (const { before, after, isOthers } of steps) {
    const applied = isOthers ? undoEdit({ current: baseline, before: after, after: before }) : undefined;
    if (applied && "conflict" in applied)
      found = [...found, ...applied.conflict.hunks.map(({ line }) => line)];
    const next = baselineAfter({ baseline, before, after });
    found = moved(found, baseline, next);
    baseline = next;
  }
  return found.length === 0 ? found : moved(found, baseline, end);
}

/** Where lines are once one text has become the other. */
function moved(lines: readonly number[], from: string, to: string): number[] {
  if (lines.length === 0 || from === to) return [...lines];
  const changes = textHunks(from, to);
  return lines.map((line) =>
    changes
      .filter(({ end }) => end < line)
      .reduce((at, { start, end, lines: now }) => at + now.length - (end - start), line),
  );
}
