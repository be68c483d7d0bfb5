import { sinceReply } from "../core/cache-watch.ts";
import { findLast, lastPrefix, toRequest } from "../core/conversation.ts";
import type { PriceOf } from "../core/cost.ts";
import { MAIN } from "../core/event.ts";
import type { ModelProvider } from "../core/model.ts";
import type { Session } from "../core/session.ts";
import { worthWarming } from "../core/warmth.ts";
import { factsOf } from "../models/model-table.ts";
import type { AppOptions } from "./app-options.ts";

interface Parts {
  readonly session: Session;
  readonly provider: ModelProvider;
  readonly now: () => number;
  readonly priceOf: PriceOf;
  readonly choice: () => { readonly model: string; readonly effort: string };
  /** Whether anything may be sent now that nobody has asked for. */
  readonly mayAsk: () => boolean;
}

/** What went wrong once is left alone for so long. */
const PAUSE_MS = 10 * 60_000;
const LONGEST_MS = 60_000;

/** Keeps the cache of a conversation from expiring under somebody who writes, where that costs less than it saves. */
export class WarmUp {
  readonly #parts: Parts;
  #notBefore = 0;
  #warmedAt = 0;
  #isAsking = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Somebody writes, and may be about to send it. Never rejects; resolves once nothing is under way any more. */
  async typing(): Promise<void> {
    const { provider, now } = this.#parts;
    if (this.#isAsking || !provider.warm || now() < this.#notBefore || !this.#pays()) return;
    this.#isAsking = true;
    const began = now();
    try {
      await this.#warm(provider);
      this.#warmedAt = began;
    } catch {
      this.#notBefore = now() + PAUSE_MS;
    } finally {
      this.#isAsking = false;
    }
  }

  #pays(): boolean {
    const { session, now, priceOf, choice, mayAsk } = this.#parts;
    const reply = findLast(session.events, MAIN, "assistant");
    const prefix = lastPrefix(session.events, MAIN);
    const { model, effort } = choice();
    // Another model has a cache of its own, and what was said since will be sent in its own time.
    if (!reply || prefix?.model !== model || (prefix.effort ?? "") !== effort || !mayAsk()) return false;
    const { isCompacted, isCleared } = sinceReply(session.events, MAIN);
    if (isCompacted || isCleared) return false;
    const price = priceOf(model);
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = reply.usage;
    // A provider that does not say that it keeps anything has nothing to be kept warm.
    if (!price || cacheReadTokens + cacheWriteTokens === 0) return false;
    const tokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
    const usedAt = Math.max(this.#warmedAt, reply.at - (reply.durationMs ?? 0));
    return worthWarming({ tokens, price, idleMs: now() - usedAt });
  }

  async #warm(provider: ModelProvider): Promise<void> {
    const { session } = this.#parts;
    const request = toRequest(session.events, MAIN, 0);
    const usage = await provider.warm?.(request, AbortSignal.timeout(LONGEST_MS));
    if (!usage) return;
    session.append(MAIN, { type: "spent", model: request.model, usage, because: "kept the cache warm" });
  }
}

/** Of a conversation: never in a folder that is not trusted, and never beside a limit on what may be spent. */
export function warmUpOf({
  options,
  session,
  choice,
  isOpen,
}: Pick<Parts, "session" | "choice"> & {
  readonly options: AppOptions;
  /** Whether nothing runs, and something could. */
  readonly isOpen: () => boolean;
}): WarmUp {
  const { host, provider, keepsWarm, budget, priceOf } = options;
  const isLimited = (): boolean => Object.values(budget?.() ?? {}).some((limit) => limit > 0);
  return new WarmUp({
    ...{ session, provider, choice },
    now: () => host.clock.now(),
    priceOf: (model) => priceOf?.(model) ?? factsOf(model)?.price,
    mayAsk: () => keepsWarm?.() === true && options.isTrusted() && isOpen() && !isLimited(),
  });
}
