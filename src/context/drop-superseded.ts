import type { ContextStrategy } from "../core/context.ts";
import type { Seen } from "../core/seen.ts";
import { type Result, type Size, type Window, windowOf } from "./window.ts";

/** Tools that show text of files. */
const SHOWING = new Set(["Read", "Edit", "Write", "NotebookEdit"]);
const LEAST_TOKENS = 60;

/** Which results show older text of a file of which all of a newer text stands further down. */
export function superseded(window: Window): Result[] {
  /** By path: where the newest whole text stands. */
  const whole = new Map<string, number>();
  for (const { name, seq, seen } of window.results)
    for (const one of seen) if (isWhole(name, one)) whole.set(one.path, seq);
  return window.results.filter(
    ({ name, seq, seen, tokens, isPinned }) =>
      SHOWING.has(name) &&
      !isPinned &&
      tokens >= LEAST_TOKENS &&
      seen.length > 0 &&
      seen.every(({ path }) => seq < (whole.get(path) ?? 0)),
  );
}

/** All of the text is in the call or in its result: what was written, or read from the first line to the last. */
function isWhole(name: string, { hash, isPartial, lines, lineCount, from }: Seen): boolean {
  if ((name !== "Read" && name !== "Write") || isPartial || from || hash === "") return false;
  // Old records do not say which lines they show.
  if (lineCount === undefined) return true;
  return lineCount > 0 && (lines ?? []).some(([first, last]) => first <= 1 && last >= lineCount);
}

/** Puts notes in place of older copies of files. Whether that pays is for others to say. */
export const dropSuperseded = ({ size }: { size: Size }): ContextStrategy => ({
  name: "superseded",
  async makeRoom({ events }) {
    const callIds = superseded(windowOf(events, size)).map(({ callId }) => callId);
    return callIds.length === 0
      ? undefined
      : { events: [{ type: "cleared", callIds, strategy: "superseded" }] };
  },
});
