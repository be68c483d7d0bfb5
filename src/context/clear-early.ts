import type { ContextView, RoomEvent } from "../core/context.ts";
import type { Block } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";
import type { Choosing } from "./choose-room.ts";
import { oldResults } from "./clear-results.ts";
import { ASKED_AGAIN, gainOfClearing, remainingSteps } from "./clearing-cost.ts";
import { superseded } from "./drop-superseded.ts";
import { type Result, type Size, type Window, windowOf } from "./window.ts";

/** So many plain input tokens must be gained: estimates are no better than that. Figures in docs/decisions/0024. */
const LEAST_GAIN_TOKENS = 10_000;
/** Seldom and much is better than often and little: each time all that stays is written once more. Share of what is used. */
const LEAST_SAVED = 0.5;
const NOTE_TOKENS = 24;
/** What was not used for so long has left the cache: writing it once more costs nothing extra. */
const COLD_AFTER_MS = 65 * 60_000;

/**
 * Notes in place of old results and of older copies, long before the window is full: as soon as not reading them again costs
 * less than writing the rest once more. Empty while it does not pay.
 */
export function clearEarly({ view, limits, estimator, usedTokens }: Choosing): RoomEvent[] {
  const window = windowOf(view.events, (block) => estimator.block(block, view.model));
  const stale = superseded(window);
  const all = new Set([...stale, ...oldResults(window)]);
  const steps = view.events.filter(({ type }) => type === "assistant").length;
  const isCold = view.now - (window.lastReply?.at ?? view.now) > COLD_AFTER_MS;
  const gain = ({ savedTokens, tailTokens }: Change, askedAgain: number): number => {
    if (savedTokens < usedTokens * LEAST_SAVED) return 0;
    const clearing = { savedTokens, tailTokens, askedAgain, isCold };
    return gainOfClearing({ ...clearing, remainingSteps: remainingSteps(steps) }, limits.prices);
  };
  const stales = new Set(stale);
  const gains = [gain(changeOf(window, stales), 0), gain(changeOf(window, all), ASKED_AGAIN)] as const;
  if (Math.max(...gains) < LEAST_GAIN_TOKENS) return [];
  const isAll = gains[1] >= gains[0];
  const old = isAll ? [...all].filter((result) => !stales.has(result)) : [];
  const events = [note(stale, "superseded"), note(old, "clear")].filter((event) => event.callIds.length > 0);
  // The sum over the results is only a promise: what rests on a cleared one is sent in full again.
  const real = realChange(view, events, (block) => estimator.block(block, view.model));
  return gain(real, isAll ? ASKED_AGAIN : 0) < LEAST_GAIN_TOKENS ? [] : events;
}

interface Change {
  readonly savedTokens: number;
  /** Behind the first change, and to be written once more. */
  readonly tailTokens: number;
}

const note = (results: readonly Result[], strategy: string) => ({
  type: "cleared" as const,
  callIds: results.map(({ callId }) => callId),
  strategy,
});

/** What goes, and what has to be written once more: all that stays behind the first change. Thoughts go with the rest. */
function changeOf(window: Window, cleared: ReadonlySet<Result>): Change {
  const callIds = new Set([...cleared].map(({ callId }) => callId));
  let savedTokens = 0;
  let tailTokens = 0;
  for (const { tokens, callId, isThought } of window.stretches) {
    const isCleared = callId !== undefined && callIds.has(callId);
    if (isThought) savedTokens += tokens;
    else if (isCleared) savedTokens += tokens - NOTE_TOKENS;
    if (isCleared) tailTokens += NOTE_TOKENS;
    else if (savedTokens > 0 && !isThought) tailTokens += tokens;
  }
  return { savedTokens, tailTokens };
}

/** The same of the requests themselves. */
function realChange(view: ContextView, events: readonly RoomEvent[], size: Size): Change {
  const blocksOf = ({ messages }: ModelRequest): Block[] => messages.flatMap(({ content }) => content);
  const [before, after] = [blocksOf(view.request()), blocksOf(view.request(events))];
  const isSame = (block: Block, i: number): boolean =>
    block === before[i] || JSON.stringify(block) === JSON.stringify(before[i]);
  const first = after.findIndex((block, i) => !isSame(block, i));
  const sum = (blocks: readonly Block[]): number => blocks.reduce((total, block) => total + size(block), 0);
  return { savedTokens: sum(before) - sum(after), tailTokens: first < 0 ? 0 : sum(after.slice(first)) };
}
