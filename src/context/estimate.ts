import type { AgentEvent, EventOf } from "../core/event.ts";
import { inShort } from "../core/in-short.ts";
import type { Block, Usage } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";
import { blockTokens, type Family, familyOf, requestTokens, textTokens, toolTokens } from "./token-sizes.ts";

/** A model that counts that much more or less than expected is a mistake in the count: no tokenizer does. */
const LEAST_RATIO = 0.4;
const MOST_RATIO = 3;
/** Below this the overhead of a message says more than its text. In tokens. */
const LEAST_SAMPLE = 80;
const KEPT_SAMPLES = 32;
/** How much the starting values count, as if so many tokens had confirmed them. */
const PRIOR_WEIGHT = 200;
/** The first request also holds what the provider adds for tools, so it says less than its size. */
const MOST_FIRST_WEIGHT = 400;

/** Of a reply, before there was one. In tokens. */
const USUAL_OUTPUT = 600;
const KEPT_OUTPUTS = 15;
/** Below this no provider caches anything. */
const LEAST_CACHED = 5000;

interface Sample {
  /** Counted by the provider per token that was expected. */
  readonly ratio: number;
  /** Tokens that were expected. */
  readonly weight: number;
}

export interface Estimate {
  /** Tokens the request will fill of the window, without its reply. */
  readonly tokens: number;
  /** Of these, what the provider itself counted with the last reply; 0 when nothing of it holds any longer. */
  readonly countedTokens: number;
  /** Of these, what the last request left in the provider's cache, if that is still warm. */
  readonly cachedTokens: number;
  /** When the entry was last used, epoch milliseconds: its lifetime counts from there. */
  readonly cachedAtMs: number;
  /** Whether the provider caches at all, as far as the last reply told. True before the first. */
  readonly caches: boolean;
  /** Tools and system prompt, whose entry in the cache is kept for an hour. */
  readonly prefixTokens: number;
  /** What the next reply will say, from recent ones. */
  readonly outputTokens: number;
  /** As long as all but the longest of recent replies. */
  readonly longOutputTokens: number;
}

interface Counted {
  /** Of the reply. */
  readonly seq: number;
  readonly input: number;
  readonly total: number;
  readonly output: number;
  readonly cached: number;
  readonly atMs: number;
}

type Fork = NonNullable<EventOf<"agent.started">["fork"]>;

/** What the next request of one agent is known to hold. */
interface Stand {
  model: string;
  family: Family;
  /** What the last reply was counted with, itself included. Undefined at the beginning of an epoch. */
  counted: Counted | undefined;
  /** Lengths of recent replies, the newest last. */
  outputs: readonly number[];
  /** Expected tokens of what came since, by `seq`; undefined when only a look at the whole request can tell. */
  pending: { readonly seq: number; readonly tokens: number }[] | undefined;
}

/**
 * Says how many tokens things are, for each model better and better: every reply tells what the provider counted for
 * what had been added since the reply before. A fold over the log; one event costs the same however long the log is.
 */
export class Estimator {
  readonly #samples = new Map<string, Sample[]>();
  readonly #ratios = new Map<string, number>();
  readonly #stands = new Map<string, Stand>();
  readonly #forks = new Map<string, Fork>();

  static of(log: readonly AgentEvent[]): Estimator {
    const estimator = new Estimator();
    for (const event of log) estimator.apply(event);
    return estimator;
  }

  /** What the provider counts for each token that the starting values expect; 1 while nothing is known. */
  ratio(model: string): number {
    return this.#ratios.get(model) ?? 1;
  }

  text(value: string, model: string): number {
    return Math.ceil(textTokens(value, familyOf(model)) * this.ratio(model));
  }

  block(block: Block, model: string): number {
    return Math.ceil(blockTokens(block, familyOf(model)) * this.ratio(model));
  }

  tool(tool: ModelRequest["tools"][number], model: string): number {
    return Math.ceil(toolTokens(tool, familyOf(model)) * this.ratio(model));
  }

  /** A request of which nothing has been counted. */
  request(request: ModelRequest): number {
    return Math.ceil(requestTokens(request, familyOf(request.model)) * this.ratio(request.model));
  }

  /** The next request of an agent: what the provider counted last, and what came since. */
  next(agentId: string, request: ModelRequest): Estimate {
    const stand = this.#stands.get(agentId);
    const outputs = stand?.outputs ?? [];
    const said = {
      outputTokens: quantile(outputs, 0.5) ?? USUAL_OUTPUT,
      longOutputTokens: Math.max(quantile(outputs, 0.85) ?? 0, outputs.length < 3 ? USUAL_OUTPUT : 0),
    };
    const { counted, pending } = stand ?? {};
    const prefixTokens = this.request({ ...request, messages: [] });
    if (!counted || !pending || stand?.model !== request.model) {
      const tokens = this.request(request);
      const nothing = { countedTokens: 0, cachedTokens: 0, cachedAtMs: 0, caches: true };
      return { tokens, ...nothing, prefixTokens, ...said };
    }
    return {
      tokens: counted.total + Math.ceil(sum(pending) * this.ratio(stand.model)),
      countedTokens: counted.total,
      cachedTokens: counted.cached,
      cachedAtMs: counted.atMs,
      caches: counted.cached > 0 || counted.input < LEAST_CACHED,
      prefixTokens,
      ...said,
    };
  }

  apply(event: AgentEvent): void {
    if (event.type === "prefix") return this.#begin(event);
    if (event.type === "agent.started" && event.fork) return this.#takeOver(event.agentId, event.fork);
    const stand = this.#stands.get(event.agentId);
    if (!stand) return;
    if (event.type === "assistant") return this.#learn(event, stand);
    // A request without a reply, e.g. one that keeps the cache warm, lengthens the life of what it read.
    if (event.type === "spent" && event.usage.cacheReadTokens > 0 && stand.counted)
      stand.counted = { ...stand.counted, atMs: Math.max(stand.counted.atMs, event.at) };
    if (RESHAPING.has(event.type)) {
      stand.counted = undefined;
      stand.pending = undefined;
      return;
    }
    const tokens = saidTokens(event, stand.family);
    if (tokens > 0) stand.pending?.push({ seq: event.seq, tokens });
  }

  /** Another model counts the same history anew; only a look at all of it tells what it will make of it. */
  #begin({ agentId, seq, model, system, tools }: EventOf<"prefix">): void {
    const family = familyOf(model);
    const isFirst = !this.#stands.has(agentId);
    const tokens = requestTokens({ model, system, tools, messages: [], maxOutputTokens: 0 }, family);
    const pending = isFirst ? [{ seq, tokens }] : undefined;
    const outputs = this.#stands.get(agentId)?.outputs ?? [];
    this.#stands.set(agentId, { model, family, counted: undefined, outputs, pending });
    const fork = this.#forks.get(agentId);
    if (isFirst && fork) this.#takeOver(agentId, fork);
  }

  /** A fork has before it what its parent had with one of its replies, which was counted then. */
  #takeOver(agentId: string, fork: Fork): void {
    this.#forks.set(agentId, fork);
    const stand = this.#stands.get(agentId);
    if (!stand) return;
    const parent = this.#stands.get(fork.from);
    const isCounted = parent?.counted?.seq === fork.seq && parent.model === stand.model;
    stand.counted = isCounted ? parent.counted : undefined;
    stand.outputs = parent?.outputs ?? [];
    stand.pending = isCounted ? [{ seq: fork.seq, tokens: RESULT_TOKENS }] : undefined;
  }

  #learn(
    { seq: replySeq, usage, sawSeq, model, at, durationMs = 0 }: EventOf<"assistant">,
    stand: Stand,
  ): void {
    const input = inputOf(usage);
    const total = input + usage.outputTokens;
    // A server that does not count says zeros: nothing to hold on to.
    if (input === 0) {
      stand.counted = undefined;
      stand.pending = undefined;
      return;
    }
    const { counted, pending } = stand;
    if (pending && model === stand.model) {
      const weight = sum(pending.filter(({ seq }) => seq <= sawSeq));
      const real = input - (counted?.total ?? 0);
      // Where the reply before is most of what was added, the sample would say more about its thoughts.
      const isTelling = weight >= LEAST_SAMPLE && weight * 2 >= (counted?.output ?? 0);
      if (isTelling) {
        const heft = counted ? weight : Math.min(weight, MOST_FIRST_WEIGHT);
        this.#keep(model, { ratio: real / weight, weight: heft });
      }
    }
    const cached = usage.cacheReadTokens + usage.cacheWriteTokens;
    stand.counted = {
      seq: replySeq,
      input,
      total,
      output: usage.outputTokens,
      cached,
      atMs: at - durationMs,
    };
    stand.outputs = [...stand.outputs, usage.outputTokens].slice(-KEPT_OUTPUTS);
    stand.pending = (pending ?? []).filter(({ seq }) => seq > sawSeq);
  }

  #keep(model: string, sample: Sample): void {
    if (!(sample.ratio >= LEAST_RATIO && sample.ratio <= MOST_RATIO)) return;
    const samples = [...(this.#samples.get(model) ?? []), sample].slice(-KEPT_SAMPLES);
    this.#samples.set(model, samples);
    this.#ratios.set(model, weightedMedian([...samples, { ratio: 1, weight: PRIOR_WEIGHT }]));
  }
}

/** After these the next request is no longer the last one and some more. */
const RESHAPING: ReadonlySet<string> = new Set(["compacted", "cleared"]);

const sum = (items: readonly { readonly tokens: number }[]): number =>
  items.reduce((total, { tokens }) => total + tokens, 0);

/** Tokens of what was sent; cached or not, they fill the window. */
export const inputOf = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number =>
  inputTokens + cacheReadTokens + cacheWriteTokens;

function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Half of the weight is on either side of it, so that a few wrong samples do nothing. */
function weightedMedian(samples: readonly Sample[]): number {
  const sorted = samples.toSorted((a, b) => a.ratio - b.ratio);
  const half = sorted.reduce((total, { weight }) => total + weight, 0) / 2;
  let passed = 0;
  for (const { ratio, weight } of sorted) {
    passed += weight;
    if (passed >= half) return ratio;
  }
  return 1;
}

/** What an event adds to the next request; replies are counted by the provider. */
function saidTokens(event: AgentEvent, family: Family): number {
  switch (event.type) {
    case "user":
      return event.content.reduce((total, block) => total + blockTokens(block, family), 0);
    case "tool.finished":
      return RESULT_TOKENS + sentOf(event).reduce((total, block) => total + blockTokens(block, family), 0);
    case "reminder":
      return REMINDER_TOKENS + textTokens(event.text, family);
    case "partial":
      return event.text.trim() === "" ? 0 : REMINDER_TOKENS + textTokens(event.text.slice(-2_000), family);
    default:
      return 0;
  }
}

/** A result that the model has above is sent as a word about it. */
const sentOf = ({ content, sameAs }: EventOf<"tool.finished">): readonly Block[] =>
  sameAs === undefined ? content : inShort(content);

/** Marks around the text of a result, and its call's id. */
const RESULT_TOKENS = 24;
const REMINDER_TOKENS = 14;
