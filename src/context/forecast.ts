import { dollarsOf, type Price } from "../core/cost.ts";
import type { Usage } from "../core/message.ts";
import type { Estimate } from "./estimate.ts";

/** An entry in the provider's cache lives so long after it was last used. */
export const CACHE_LIFE_MS = 5 * 60_000;

export interface Forecast {
  /** US dollars for the next request and a reply of the usual length. */
  readonly dollars: number;
  /** The same if nothing of it is in the cache any more. */
  readonly coldDollars: number;
  readonly isWarm: boolean;
  /** How the provider would count it. */
  readonly usage: Usage;
}

/**
 * What the next request will cost: the part that is in the cache at the price of reading it, the rest at that of writing
 * it. What is neither is known afterwards; `nowMs` says whether the cache is warm still.
 */
export function forecastOf(estimate: Estimate, price: Price, nowMs: number): Forecast {
  const age = nowMs - estimate.cachedAtMs;
  // A clock that was put back says nothing: then it may be cold as well.
  const isWarm = estimate.cachedTokens > 0 && age >= 0 && age < CACHE_LIFE_MS;
  const cold = usageOf(estimate, 0);
  const usage = isWarm ? usageOf(estimate, Math.min(estimate.cachedTokens, estimate.tokens)) : cold;
  return { dollars: dollarsOf(usage, price), coldDollars: dollarsOf(cold, price), isWarm, usage };
}

/** An estimate that the real request will hardly go beyond: what nobody has counted may be more, and the reply long. */
export const carefully = (estimate: Estimate): Estimate => ({
  ...estimate,
  tokens: estimate.countedTokens + Math.ceil((estimate.tokens - estimate.countedTokens) * DOUBT) + FRAMES,
  outputTokens: Math.max(estimate.outputTokens, estimate.longOutputTokens),
});
const DOUBT = 1.2;
/** Tokens around a few results that are short themselves: how much a text weighs is learned from long ones. */
const FRAMES = 100;

function usageOf({ tokens, caches, prefixTokens, outputTokens }: Estimate, cacheReadTokens: number): Usage {
  const rest = tokens - cacheReadTokens;
  // What is read from the cache begins with the prefix.
  const hour = Math.min(rest, Math.max(0, prefixTokens - cacheReadTokens));
  return {
    inputTokens: caches ? 0 : rest,
    cacheWriteTokens: caches ? rest : 0,
    ...(caches && hour > 0 && { cacheWriteHourTokens: hour }),
    cacheReadTokens,
    outputTokens,
  };
}
