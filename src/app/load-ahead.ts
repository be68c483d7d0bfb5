import type { Session } from "../core/session.ts";

/** By then a request is on its way, and loading does not hold it up. In milliseconds. */
const HEAD_START_MS = 30;
let hasBegun = false;

/**
 * Loads what the calls of a reply need while the model thinks about the first one: a moment after it was asked, or as soon as
 * a call begins to arrive. A reply that was all there was to say has loaded nothing.
 */
export function loadAhead(session: Session): void {
  if (hasBegun) return;
  const end = (): void => {
    clearTimeout(timer);
    stop();
  };
  const begin = (): void => {
    end();
    if (hasBegun) return;
    hasBegun = true;
    // Whoever needs one of them loads it once more, and hears of trouble then.
    for (const load of LOADS) load().catch(() => undefined);
  };
  const timer = setTimeout(begin, HEAD_START_MS);
  const stop = session.subscribe((event) => {
    if ("live" in event) {
      if (event.live.type === "call") begin();
    } else if (event.durable.type === "assistant" || event.durable.type === "finished") end();
  });
}

const LOADS: readonly (() => Promise<unknown>)[] = [
  () => import("../core/tool-calls.ts"),
  () => import("./compare-texts.ts"),
  () => import("../core/habits/watch.ts"),
  () => import("../core/repeated-result.ts"),
  () => import("../context/choose-room.ts"),
];
