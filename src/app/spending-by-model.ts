import { dollarsOf, type PriceOf } from "../core/cost.ts";
import type { AgentEvent } from "../core/event.ts";
import { addUsage, NO_USAGE, type Usage } from "../core/message.ts";
import { type Purpose, paidRequest } from "../core/paid-request.ts";

const PURPOSES: readonly Purpose[] = ["main", "agents", "summaries", "classifier"];

/**
 * Tokens, and US dollars where the price is known, by model and purpose: every request of the log but those it was forked
 * with, which the other conversation paid for.
 */
export function spendingOf(events: readonly AgentEvent[], priceOf: PriceOf) {
  const found = new Map<
    string,
    { model: string; purpose: Purpose; requests: number; usage: Usage; dollars: number }
  >();
  const models = new Map<string, string>();
  const begin = events.findLast((event) => event.type === "session");
  const ownFrom = (begin?.type === "session" && begin.forkedFrom?.seq) || 0;
  for (const event of events) {
    if (event.type === "prefix") models.set(event.agentId, event.model);
    const one = paidRequest(event, models);
    if (!one || one.model === "" || event.seq < ownFrom) continue;
    const key = `${one.model} ${one.purpose}`;
    const before = found.get(key) ?? { ...one, requests: 0, usage: NO_USAGE, dollars: 0 };
    const price = priceOf(one.model);
    found.set(key, {
      ...before,
      requests: before.requests + 1,
      usage: addUsage(before.usage, one.usage),
      // Request by request: a long one may cost more for each token.
      dollars: before.dollars + (price ? dollarsOf(one.usage, price) : 0),
    });
  }
  return [...found.values()]
    .toSorted((a, b) => PURPOSES.indexOf(a.purpose) - PURPOSES.indexOf(b.purpose) || b.dollars - a.dollars)
    .map(({ model, purpose, requests, usage, dollars }) => ({
      ...{ model, purpose, requests },
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cacheReadTokens: usage.cacheReadTokens,
      cacheWriteTokens: usage.cacheWriteTokens,
      ...(priceOf(model) && { dollars }),
    }));
}
