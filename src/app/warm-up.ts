import { sinceReply } from "../core/cache-watch.ts";
import { findLast, lastPrefix, toRequest } from "../core/conversation.ts";
import { dollarsOf, type PriceOf } from "../core/cost.ts";
import { type EventOf, MAIN } from "../core/event.ts";
import type { ModelProvider } from "../core/model.ts";
import type { Spending } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import { worthWarming } from "../core/warmth.ts";

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

/** Keeps the cache of a conversation from expiring under somebody who writes, where that costs less than it saves. */
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
    const { now } = this.#parts;
    const reply = this.#lastReply();
    if (!reply || this.#isAsking || now() < this.#notBefore) return;
    this.#isAsking = true;
    const began = now();
    try {
      if (await this.#warm(reply)) this.#warmedAt = began;
    } catch {
      this.#notBefore = now() + PAUSE_MS;
    } finally {
      this.#isAsking = false;
    }
  }

  /** What the cache should have, where the next request would ask for just that. */
  #lastReply(): EventOf<"assistant"> | undefined {
    const { session, provider, choice, mayAsk } = this.#parts;
    const reply = findLast(session.events, MAIN, "assistant");
    if (!reply || !provider.warm || !mayAsk()) return undefined;
    const prefix = lastPrefix(session.events, MAIN);
    const { model, effort } = choice();
    // Another model has a cache of its own.
    if (prefix?.model !== model || (prefix.effort ?? "") !== effort) return undefined;
    const { isCompacted, isCleared } = sinceReply(session.events, MAIN);
    // A provider that does not say that it keeps anything has nothing to be kept warm.
    const isKept = reply.usage.cacheReadTokens + reply.usage.cacheWriteTokens > 0;
    return isCompacted || isCleared || !isKept ? undefined : reply;
  }

  async #warm(reply: EventOf<"assistant">): Promise<boolean> {
    const { session, provider, now, priceOf, spending } = this.#parts;
    const price = priceOf(reply.model);
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = reply.usage;
    const tokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
    const usedAt = Math.max(this.#warmedAt, reply.at - (reply.durationMs ?? 0));
    if (!price || !worthWarming({ tokens, price, idleMs: now() - usedAt })) return false;
    const request = toRequest(session.events, MAIN, 0);
    const usage = await provider.warm?.(request, AbortSignal.timeout(LONGEST_MS));
    if (!usage) return false;
    session.append(MAIN, { type: "spent", model: request.model, usage, because: "kept the cache warm" });
    await spending?.begin(dollarsOf(usage, price));
    return true;
  }
}
