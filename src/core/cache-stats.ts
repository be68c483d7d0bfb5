import type { AgentEvent } from "./event.ts";
import { addUsage, NO_USAGE, type Usage } from "./message.ts";
import type { ModelInfo } from "./model.ts";

/** Why a request found less in the cache than the one before it had left there. */
export const CACHE_BREAK_CAUSES = [
  "tool added",
  "tool removed",
  "tools reordered",
  "tool changed",
  "system changed",
  "model changed",
  "effort changed",
  "thinking changed",
  "tool choice changed",
  "output format changed",
  "headers changed",
  "images added",
  "images removed",
  "message edited",
  "message removed",
  "blocks reordered",
  "entry expired",
  "out of look-back",
  "compacted",
  "results cleared",
  // What was sent is the same, and the entry should have been there still.
  "unknown",
] as const;
export type CacheBreakCause = (typeof CACHE_BREAK_CAUSES)[number];

type Price = NonNullable<ModelInfo["price"]>;

export interface CacheBreak {
  /** Sequence number of its event. */
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly agentId: string;
  readonly cause: string;
  readonly place: string;
  readonly lostTokens: number;
  readonly isIntended: boolean;
}

export interface CacheFigures {
  readonly requests: number;
  readonly freshTokens: number;
  /** Those kept for an hour included. */
  readonly writtenTokens: number;
  readonly readTokens: number;
  /** Share of all input tokens that came from the cache, 0 to 1; 0 before the first reply. */
  readonly hitRate: number;
  /** US dollars less than the same requests had cost without a cache; negative when it cost more. Undefined without any known price. */
  readonly savedDollars: number | undefined;
  /** Breaks that nobody wanted, and what they cost in tokens. */
  readonly breaks: number;
  readonly lostTokens: number;
  /** The newest break, wanted or not. */
  readonly lastBreak: CacheBreak | undefined;
}

/**
 * What the cache brought, as a fold over the log of a whole conversation, sub-agents included. Usage is kept by model, so that
 * prices may become known, or change, later.
 */
export class CacheStats {
  readonly #usage = new Map<string, { usage: Usage; requests: number }>();
  #breaks = 0;
  #lostTokens = 0;
  #lastBreak: CacheBreak | undefined;
  #ownFrom = 0;

  /** Takes the next event of the log. */
  apply(event: AgentEvent): void {
    // What a conversation was forked with was the other one's doing.
    if (event.type === "session" && event.forkedFrom) this.#begin(event.forkedFrom.seq);
    if (event.seq < this.#ownFrom) return;
    if (event.type === "assistant" || event.type === "spent") this.#count(event.model, event.usage);
    if (event.type !== "cache.broken") return;
    const { seq, at, agentId, cause, place, lostTokens, isIntended = false } = event;
    this.#lastBreak = { seq, at, agentId, cause, place, lostTokens, isIntended };
    if (isIntended) return;
    this.#breaks += 1;
    this.#lostTokens += lostTokens;
  }

  #begin(ownFrom: number): void {
    this.#ownFrom = ownFrom;
    this.#usage.clear();
    this.#breaks = 0;
    this.#lostTokens = 0;
    this.#lastBreak = undefined;
  }

  #count(model: string, usage: Usage): void {
    const before = this.#usage.get(model) ?? { usage: NO_USAGE, requests: 0 };
    this.#usage.set(model, { usage: addUsage(before.usage, usage), requests: before.requests + 1 });
  }

  /** `priceOf`: US dollars per million tokens of a model, undefined where unknown. */
  figures(priceOf: (model: string) => Price | undefined): CacheFigures {
    let total = NO_USAGE;
    let requests = 0;
    let saved: number | undefined;
    for (const [model, of] of this.#usage) {
      total = addUsage(total, of.usage);
      requests += of.requests;
      const price = priceOf(model);
      if (price) saved = (saved ?? 0) + savedBy(of.usage, price);
    }
    const all = total.inputTokens + total.cacheReadTokens + total.cacheWriteTokens;
    return {
      requests,
      freshTokens: total.inputTokens,
      writtenTokens: total.cacheWriteTokens,
      readTokens: total.cacheReadTokens,
      hitRate: all === 0 ? 0 : total.cacheReadTokens / all,
      savedDollars: saved,
      breaks: this.#breaks,
      lostTokens: this.#lostTokens,
      lastBreak: this.#lastBreak,
    };
  }
}

/** US dollars for the input of requests: everything but what the model said. */
export function inputDollars(usage: Usage, price: Price): number {
  const hour = Math.min(usage.cacheWriteHourTokens ?? 0, usage.cacheWriteTokens);
  return (
    (usage.inputTokens * price.input +
      usage.cacheReadTokens * price.cacheRead +
      (usage.cacheWriteTokens - hour) * price.cacheWrite +
      hour * (price.cacheWriteHour ?? 2 * price.input)) /
    1_000_000
  );
}

function savedBy(usage: Usage, price: Price): number {
  const all = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return (all * price.input) / 1_000_000 - inputDollars(usage, price);
}
