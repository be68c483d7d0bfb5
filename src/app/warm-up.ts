import { sinceReply } from "../core/cache-watch.ts";
import { findLast, lastPrefix, openCalls, toRequest } from "../core/conversation.ts";
import { dollarsOf, type PriceOf } from "../core/cost.ts";
import { type EventOf, MAIN } from "../core/event.ts";
import type { ModelProvider } from "../core/model.ts";
import type { Spending } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import { worthKeeping, worthWarming } from "../core/warmth.ts";

export interface WarmUpParts {
  readonly session: Session;
  readonly provider: ModelProvider;
  readonly now: () => number;
  readonly priceOf: PriceOf;
  readonly spending: Spending | undefined;
  readonly choice: () => { readonly model: string; readonly effort: string };
  /** Whether anything may be sent now that nobody has asked for. */
  readonly mayAsk: () => boolean;
}

/** What went wrong once is left alone for so long. */
const PAUSE_MS = 10 * 60_000;
const LONGEST_MS = 60_000;

/** Keeps the cache of a conversation from expiring while somebody writes or a turn waits, where that costs less than it saves. */
export class WarmUp {
  readonly #parts: WarmUpParts;
  #notBefore = 0;
  #warmedAt = 0;
  #isAsking = false;

  constructor(parts: WarmUpParts) {
    this.#parts = parts;
  }

  /** Somebody writes, and may be about to send it. Never rejects; resolves once nothing is under way any more. */
  async typing(): Promise<void> {
    const { session, choice, now, mayAsk } = this.#parts;
    const prefix = lastPrefix(session.events, MAIN);
    const { model, effort } = choice();
    // Another model has a cache of its own.
    if (!mayAsk() || prefix?.model !== model || (prefix.effort ?? "") !== effort) return;
    if (now() >= this.#notBefore) await this.#warm(worthWarming);
  }

  /** A turn waits for its calls, and the entry is about to expire for the time `times` + 1. True once it will not. Never rejects. */
  async waiting(times: number): Promise<boolean> {
    if (openCalls(this.#parts.session.events, MAIN).length === 0) return false;
    return this.#warm((stand) => worthKeeping({ ...stand, times }));
  }

  async #warm(pays: (stand: Parameters<typeof worthWarming>[0]) => boolean): Promise<boolean> {
    const { now } = this.#parts;
    if (this.#isAsking) return false;
    this.#isAsking = true;
    const began = now();
    try {
      const isWarm = await this.#ask(pays);
      if (isWarm) this.#warmedAt = began;
      return isWarm;
    } catch {
      this.#notBefore = now() + PAUSE_MS;
      return false;
    } finally {
      this.#isAsking = false;
    }
  }

  async #ask(pays: (stand: Parameters<typeof worthWarming>[0]) => boolean): Promise<boolean> {
    const { session, provider, now, priceOf, spending } = this.#parts;
    const reply = this.#lastReply();
    const price = reply && priceOf(reply.model);
    if (!reply || !price) return false;
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = reply.usage;
    const tokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
    const usedAt = Math.max(this.#warmedAt, reply.at - (reply.durationMs ?? 0));
    if (!pays({ tokens, price, idleMs: now() - usedAt })) return false;
    const request = toRequest(session.events, MAIN, 0);
    const usage = await provider.warm?.(request, AbortSignal.timeout(LONGEST_MS));
    if (!usage) return false;
    session.append(MAIN, { type: "spent", model: request.model, usage, because: "kept the cache warm" });
    await spending?.begin(dollarsOf(usage, price));
    return true;
  }

  /** What the cache should have, where the next request will begin with just that. */
  #lastReply(): EventOf<"assistant"> | undefined {
    const { session, provider } = this.#parts;
    const reply = findLast(session.events, MAIN, "assistant");
    if (!reply || !provider.warm) return undefined;
    const { isCompacted, isCleared } = sinceReply(session.events, MAIN);
    // A provider that does not say that it keeps anything has nothing to be kept warm.
    const isKept = reply.usage.cacheReadTokens + reply.usage.cacheWriteTokens > 0;
    return isCompacted || isCleared || !isKept ? undefined : reply;
  }
}
