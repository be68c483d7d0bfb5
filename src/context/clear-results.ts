import type { ContextStrategy } from "../core/context.ts";
import { reliedOn } from "./relied-on.ts";
import { type Result, type Size, type Window, windowOf } from "./window.ts";

/** Results the agent most likely still works with. */
export const KEPT_RESULTS = 4;
/** What is smaller saves next to nothing: the note in its place is as long. */
const LEAST_TOKENS = 150;

/** Calls whose results are what the agent or the person said; other calls bring what can be brought again. */
const OWN_WORDS = new Set(["TodoWrite", "ExitPlanMode", "AskUserQuestion", "Agent", "Skill", "ToolSearch"]);

/** Which results may become a note: old ones, big enough, not pinned. */
export function oldResults(window: Window, keepNewest = KEPT_RESULTS): Result[] {
  const open = new Set(window.openCalls);
  // What the newest reply asked for has not been read yet, however much it is.
  const unread = window.lastReply?.seq ?? 0;
  const old = window.results.slice(0, Math.max(0, window.results.length - keepNewest));
  const newest = new Set(window.results.slice(old.length));
  const inUse = reliedOn(window.results, (result) => newest.has(result) || result.seq >= unread);
  return old.filter(
    ({ tokens, isPinned, name, callId, seq }) =>
      tokens >= LEAST_TOKENS &&
      !isPinned &&
      !OWN_WORDS.has(name) &&
      !open.has(callId) &&
      !inUse.has(callId) &&
      seq < unread,
  );
}

/** Puts notes in place of all results but the newest ones. Whether that pays is for others to say. */
export const clearResults = ({ size, keepNewest }: { size: Size; keepNewest?: number }): ContextStrategy => ({
  name: "clear",
  async makeRoom({ events }) {
    const callIds = oldResults(windowOf(events, size), keepNewest).map(({ callId }) => callId);
    return callIds.length === 0 ? undefined : { events: [{ type: "cleared", callIds, strategy: "clear" }] };
  },
});
