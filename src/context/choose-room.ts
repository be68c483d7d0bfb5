import type { ContextStrategy, ContextView, Room, RoomEvent } from "../core/context.ts";
import { type AgentError, toAgentError } from "../core/errors.ts";
import { clearEarly } from "./clear-early.ts";
import { clearResults } from "./clear-results.ts";
import type { PriceRatios } from "./clearing-cost.ts";
import { dropSuperseded } from "./drop-superseded.ts";
import { emergencyCut } from "./emergency-cut.ts";
import type { Estimator } from "./estimate.ts";
import { factsOf } from "./facts.ts";
import { freshStart } from "./fresh-start.ts";
import { signedSummary } from "./signed-summary.ts";
import { summarise } from "./summarise.ts";
import { windowOf } from "./window.ts";

export interface Limits {
  /** The model's window, in tokens. */
  readonly windowTokens: number;
  /** From here on older turns are summarised; Infinity for never by itself. */
  readonly compactAtTokens: number;
  readonly prices: PriceRatios;
  readonly clearsEarly: boolean;
}
export interface Choosing {
  readonly view: ContextView;
  readonly limits: Limits;
  readonly estimator: Estimator;
  /** Tokens of the next request. */
  readonly usedTokens: number;
}

/** What stays verbatim: a share of the window, but never more than so many tokens; and the newest reply with its results. */
const TAIL = 0.04;
const MOST_TAIL_TOKENS = 20_000;
const LAST_TAIL = 0.2;
/** What may be left when notes are to be enough, and after a cut: shares of the threshold and of the window. */
const ENOUGH = 0.6;
const MOST_EMERGENCY = 0.5;
/** When so little is left of the window, what could not be summarised is cut. */
const URGENT = 0.95;
/** What saves less than this share of what is used is not worth what it takes from the agent. */
const LEAST_SAVED = 0.1;
/** After room was made, so much has to be added before it is made again: a share of the threshold. */
const LEAST_GROWTH = 0.1;
/** One more summary of summaries is one too many where a plan or a todo list says what is to be done. */
const MOST_SUMMARIES = 3;
/** Results that stay even when the provider has refused a request. */
const KEPT_AFTER_OVERFLOW = 2;

/** The policy: which strategy makes room now, if any. Rejects when aborted, or when what somebody wished could not be done. */
export async function chooseRoom(choosing: Choosing, signal: AbortSignal): Promise<Room | undefined> {
  const { view } = choosing;
  if (view.occasion === "hand") return byHand(choosing, signal);
  if (view.occasion === "overflow") return afterOverflow(choosing, signal);
  const cleared = choosing.limits.clearsEarly ? clearEarly(choosing) : [];
  return cleared.length > 0 ? measured(choosing, cleared) : atThreshold(choosing, signal);
}

async function byHand(choosing: Choosing, signal: AbortSignal): Promise<Room> {
  const probe = await freshStart(partsOf(choosing)).makeRoom(choosing.view, signal);
  if (!probe) return { events: [], because: "There is nothing to summarise yet." };
  if (!saves(choosing, probe.events)) return { events: [], because: TOO_LITTLE };
  const { room, failure } = await summed(choosing, signal);
  if (failure) throw failure;
  return room
    ? measured(choosing, room.events)
    : { events: [], because: "There is nothing to summarise yet." };
}

async function atThreshold(choosing: Choosing, signal: AbortSignal): Promise<Room | undefined> {
  const { view, usedTokens, limits } = choosing;
  if (usedTokens < limits.compactAtTokens || isLatched(choosing)) return undefined;
  // Notes in place of old results lose less than a summary of everything.
  const notes = await clearAll(choosing, signal);
  if (notes.length > 0 && sizeAfter(choosing, notes) <= limits.compactAtTokens * ENOUGH)
    return measured(choosing, notes);
  const fresh = await freshStart(partsOf(choosing)).makeRoom(view, signal);
  if (!fresh) return undefined;
  if (!saves(choosing, fresh.events)) return { events: [], warning: TOO_LITTLE };
  const { room, failure } = await summed(choosing, signal);
  if (room) return measured(choosing, room.events);
  if (usedTokens < limits.windowTokens * URGENT) return { events: [], warning: notNow(failure) };
  return { ...measured(choosing, fresh.events), warning: instead(failure) };
}

/** Whatever was estimated: it was too much. Tried once with as little loss as possible, and then with as much as it takes. */
async function afterOverflow(choosing: Choosing, signal: AbortSignal): Promise<Room | undefined> {
  const { view, limits, estimator, usedTokens } = choosing;
  const { lastReply, epoch } = windowOf(view.events, sizeIn(choosing));
  const madeAt = view.events.findLast(({ type }) => type === "compacted" || type === "cleared")?.seq ?? -1;
  const isSecond = madeAt > (lastReply?.seq ?? -1);
  if (isSecond && epoch.compacted?.seq === madeAt && epoch.compacted.strategy === "emergency")
    return undefined;
  // The provider counts more than we do: by so much.
  const scale = Math.max(1, limits.windowTokens / Math.max(1, usedTokens));
  const fits = (events: readonly RoomEvent[]): boolean =>
    events.length > 0 && sizeAfter(choosing, events) * scale <= limits.windowTokens * ENOUGH;
  if (!isSecond) {
    const notes = await clearAll(choosing, signal, KEPT_AFTER_OVERFLOW);
    if (fits(notes)) return measured(choosing, notes);
    const { room } = await summed(choosing, signal, Number.POSITIVE_INFINITY);
    const made = room ? [...room.events, ...tooLarge(choosing, room.events, scale)] : [];
    if (fits(made)) return measured(choosing, made);
  }
  const cut = await emergencyCut({
    size: sizeIn(choosing),
    sizeOf: (request) => estimator.request(request) * scale,
    limit: () => limits.windowTokens * MOST_EMERGENCY,
  }).makeRoom(view, signal);
  if (!cut || cut.events.length === 0) return cut;
  return { ...measured(choosing, cut.events), warning: EMERGENCY };
}

/** What the provider signs goes before what we ask for; behind too many summaries neither does. */
async function summed(
  choosing: Choosing,
  signal: AbortSignal,
  lastTokens?: number,
): Promise<{ room?: Room; failure?: AgentError }> {
  let failure: AgentError | undefined;
  for (const strategy of strategiesFor(choosing, lastTokens)) {
    try {
      const room = await strategy.makeRoom(choosing.view, signal);
      if (room && saves(choosing, room.events)) return { room };
    } catch (thrown) {
      signal.throwIfAborted();
      failure = toAgentError(thrown);
      // The person's limit is no failure of a way: another one, which loses more, is not tried instead.
      if (failure.kind === "budget") throw failure;
    }
  }
  return failure ? { failure } : {};
}

function strategiesFor(choosing: Choosing, lastTokens?: number): ContextStrategy[] {
  const parts = partsOf(choosing, lastTokens);
  const { events } = choosing.view;
  const summaries = events.filter((event) => event.type === "compacted" && SUMMARIES.has(event.strategy));
  const { plan, todos } = factsOf(events);
  const isThin = summaries.length >= MOST_SUMMARIES && (plan !== undefined || todos !== undefined);
  const isAsked = choosing.view.occasion === "hand";
  return [...(isThin && !isAsked ? [freshStart(parts)] : []), signedSummary(parts), summarise(parts)];
}
const SUMMARIES = new Set(["summarise", "signed"]);

async function clearAll(choosing: Choosing, signal: AbortSignal, keepNewest?: number): Promise<RoomEvent[]> {
  const size = sizeIn(choosing);
  const strategies = [
    dropSuperseded({ size }),
    clearResults({ size, ...(keepNewest !== undefined && { keepNewest }) }),
  ];
  const rooms = await Promise.all(strategies.map((strategy) => strategy.makeRoom(choosing.view, signal)));
  return rooms.flatMap((room) => room?.events ?? []);
}

/** Results of the newest reply that fill what a summary has freed: the largest go first, until the rest fits. */
function tooLarge(choosing: Choosing, made: readonly RoomEvent[], scale: number): RoomEvent[] {
  const { view, limits } = choosing;
  let over = sizeAfter(choosing, made) - (limits.windowTokens * ENOUGH) / scale;
  const callIds: string[] = [];
  const { results } = windowOf(view.events, sizeIn(choosing));
  for (const { callId, tokens, isPinned } of results.toSorted((a, b) => b.tokens - a.tokens)) {
    if (over <= 0) break;
    if (isPinned) continue;
    callIds.push(callId);
    over -= tokens;
  }
  return callIds.length === 0 ? [] : [{ type: "cleared", callIds, strategy: "large" }];
}

/** True while too little was added since room was made last: making it again would go round in circles. */
function isLatched({ view, usedTokens, limits }: Choosing): boolean {
  const last = view.events.findLast((event) => event.type === "compacted" || event.type === "cleared");
  if (last?.type !== "compacted" && last?.type !== "cleared") return false;
  return usedTokens < (last.tokensAfter ?? 0) + limits.compactAtTokens * LEAST_GROWTH;
}

const sizeIn =
  ({ estimator, view }: Choosing): ((block: Parameters<Estimator["block"]>[0]) => number) =>
  (block) =>
    estimator.block(block, view.model);

const partsOf = (choosing: Choosing, lastTokens = choosing.limits.windowTokens * LAST_TAIL) => ({
  size: sizeIn(choosing),
  tail: { tokens: Math.min(MOST_TAIL_TOKENS, choosing.limits.windowTokens * TAIL), lastTokens },
});

/** Differences between two estimates are closer to the truth than estimates. */
function sizeAfter({ view, estimator, usedTokens }: Choosing, events: readonly RoomEvent[]): number {
  const saved = estimator.request(view.request()) - estimator.request(view.request(events));
  return Math.max(0, usedTokens - saved);
}

const saves = (choosing: Choosing, events: readonly RoomEvent[]): boolean =>
  sizeAfter(choosing, events) <= choosing.usedTokens * (1 - LEAST_SAVED);

/** With what it was before each, and what it is after. */
function measured(choosing: Choosing, events: readonly RoomEvent[]): Room {
  let tokensBefore = choosing.usedTokens;
  return {
    events: events.map((event, i) => {
      const tokensAfter = Math.round(sizeAfter(choosing, events.slice(0, i + 1)));
      const withTokens = { ...event, tokensBefore, tokensAfter };
      tokensBefore = tokensAfter;
      return withTokens;
    }),
  };
}

const TOO_LITTLE =
  "Summarising would save too little: nearly all of the window is what has to stay, such as tools, instructions and pinned parts.";
const EMERGENCY =
  "The conversation did not fit the model any more, and neither did a summary of it. It goes on from an extract; all of it is still here.";
const notNow = (failure: AgentError | undefined): string =>
  `Older turns could not be summarised: ${failure?.message ?? "there was nothing to summarise."} Nothing was left out; it is tried again later.`;
const instead = (failure: AgentError | undefined): string =>
  `Older turns could not be summarised: ${failure?.message ?? "there was nothing to summarise."} The conversation goes on from what the records say; all of it is still here.`;
