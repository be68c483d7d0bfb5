import type { ContextStrategy, ContextView, Room } from "../core/context.ts";
import type { AgentEvent } from "../core/event.ts";
import { isText } from "../core/message.ts";
import type { ModelInfo } from "../core/model.ts";
import type { Limits } from "./choose-room.ts";
import { type PriceRatios, USUAL_RATIOS } from "./clearing-cost.ts";
import type { Estimator } from "./estimate.ts";
import { ExactCount } from "./exact-count.ts";

export interface PolicyOptions {
  /** From which share of the window older turns are summarised by themselves, in percent; 0 for never. */
  readonly compactAt: () => number;
  /** Whether old results may be cleared before that, as soon as it pays. Default: they may. */
  readonly clearsEarly?: () => boolean;
  /** Undefined for a model nobody knows. */
  readonly modelOf: (model: string) => Pick<ModelInfo, "contextTokens" | "price"> | undefined;
}

/** When nobody says anything else. */
export const COMPACT_AT_PERCENT = 80;
/** The windows of models that nobody knows are seldom smaller. */
const UNKNOWN_WINDOW_TOKENS = 128_000;
/** A reply and a summary have to fit as well. */
const RESERVED_TOKENS = 20_000;
const LEAST_SHARE = 0.5;
/** Below this there is nothing to be won, and nothing is looked at. */
const LEAST_TOKENS = 12_000;
/** By how much a window must have grown to be looked at again. */
const GROWTH = 1.02;
/** After a failure, by which share of the window it must have grown. */
const GROWTH_AFTER_FAILURE = 0.05;
const CHARS_PER_TOKEN = 3;

/** Chooses among the strategies of this folder; made once for each conversation. */
export function contextPolicy(options: PolicyOptions): ContextStrategy {
  return new Policy(options);
}

class Policy implements ContextStrategy {
  readonly name = "policy";
  readonly #options: PolicyOptions;
  /** By agent: how much was used when nothing could be won, and from where on it is looked at again. */
  readonly #rests = new Map<string, { readonly below: number; readonly above: number }>();
  readonly #followed = new Map<string, number>();
  readonly #exact = new ExactCount();
  #estimator: Estimator | undefined;

  constructor(options: PolicyOptions) {
    this.#options = options;
  }

  async makeRoom(view: ContextView, signal: AbortSignal): Promise<Room | undefined> {
    const { agentId, occasion } = view;
    const roughly = roughTokens(view.events);
    const rest = this.#rests.get(agentId);
    const isResting = rest !== undefined && roughly >= rest.below && roughly < rest.above;
    if (occasion === "step" && (roughly < LEAST_TOKENS || isResting)) return undefined;
    const [{ chooseRoom }, estimator] = await Promise.all([import("./choose-room.ts"), this.#follow(view)]);
    const limits = limitsOf(view, this.#options);
    const usedTokens = await this.#usedTokens(view, estimator, limits);
    signal.throwIfAborted();
    const room = await chooseRoom({ view, limits, estimator, usedTokens }, signal);
    const hasFailed = room?.warning !== undefined && room.events.length === 0;
    const above = hasFailed ? roughly + limits.windowTokens * GROWTH_AFTER_FAILURE : roughly * GROWTH;
    if (room && room.events.length > 0) this.#rests.delete(agentId);
    else this.#rests.set(agentId, { below: roughly * (1 - (GROWTH - 1)), above });
    return room;
  }

  /** Estimated, and where it decides, e.g. after another model took over or with a huge attachment, counted by the provider. */
  #usedTokens(view: ContextView, estimator: Estimator, { compactAtTokens }: Limits): Promise<number> {
    const { agentId, now, count, events } = view;
    const request = view.request();
    const at = { threshold: compactAtTokens, key: `${agentId}:${events.at(-1)?.seq ?? -1}`, nowMs: now };
    return this.#exact.tokens(request, estimator.next(agentId, request), at, count);
  }

  async #follow({ events, agentId }: ContextView): Promise<Estimator> {
    const { Estimator: Made } = await import("./estimate.ts");
    this.#estimator ??= new Made();
    const estimator = this.#estimator;
    // A fork begins with events of another agent, which have been taken or will be.
    for (const event of events.slice(this.#followed.get(agentId) ?? 0))
      if (event.agentId === agentId) estimator.apply(event);
    this.#followed.set(agentId, events.length);
    return estimator;
  }
}

/** What the provider counted last and the length of what came since: enough to know that there is nothing to do. */
function roughTokens(events: readonly AgentEvent[]): number {
  let chars = 0;
  for (let at = events.length - 1; at >= 0; at -= 1) {
    const event = events[at];
    if (event?.type === "assistant") {
      const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = event.usage;
      const counted = inputTokens + cacheReadTokens + cacheWriteTokens;
      // Some servers do not count; then all of it is looked through.
      if (counted > 0) return counted + outputTokens + chars / CHARS_PER_TOKEN;
    }
    const isRoom = event?.type === "compacted" || event?.type === "cleared";
    if (isRoom && event.tokensAfter !== undefined) return event.tokensAfter + chars / CHARS_PER_TOKEN;
    if (event) chars += charsOf(event);
  }
  return chars / CHARS_PER_TOKEN;
}

function charsOf(event: AgentEvent): number {
  if (event.type === "reminder") return event.text.length;
  if (event.type !== "user" && event.type !== "tool.finished" && event.type !== "assistant") return 0;
  return event.content.reduce((sum, block) => sum + (isText(block) ? block.text.length : 500), 0);
}

function limitsOf(
  { model, maxOutputTokens }: ContextView,
  { compactAt, modelOf, clearsEarly = () => true }: PolicyOptions,
): Limits {
  const known = modelOf(model);
  const windowTokens = known?.contextTokens ?? UNKNOWN_WINDOW_TOKENS;
  const share = Math.min(95, compactAt()) / 100;
  const most = Math.max(windowTokens * LEAST_SHARE, windowTokens - maxOutputTokens - RESERVED_TOKENS);
  const compactAtTokens = share > 0 ? Math.min(windowTokens * share, most) : Number.POSITIVE_INFINITY;
  return { windowTokens, compactAtTokens, prices: ratiosOf(known?.price), clearsEarly: clearsEarly() };
}

const ratiosOf = (price: ModelInfo["price"]): PriceRatios =>
  price && price.input > 0
    ? { read: price.cacheRead / price.input, write: price.cacheWrite / price.input }
    : USUAL_RATIOS;
