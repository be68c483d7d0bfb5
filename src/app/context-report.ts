import { Estimator } from "../context/estimate.ts";
import { forecastOf } from "../context/forecast.ts";
import { type ContextPart, type ContextParts, contextParts } from "../context/parts.ts";
import { CacheStats } from "../core/cache-stats.ts";
import { lastPrefix, toRequest } from "../core/conversation.ts";
import type { PriceOf } from "../core/cost.ts";
import { type AgentEvent, MAIN } from "../core/event.ts";
import { Instructions } from "../core/instructions.ts";
import type { ModelInfo, ModelRequest } from "../core/model.ts";
import { spendingOf } from "./spending-by-model.ts";

/** More parts than this are told only as a sum: nobody reads them, and a panel has to draw them. */
const MAX_PARTS = 400;

interface Parts {
  readonly events: readonly AgentEvent[];
  /** What is known of the account's models. */
  readonly models: readonly Pick<ModelInfo, "id" | "name" | "contextTokens" | "price">[];
  readonly priceOf: PriceOf | undefined;
  /** Of the next turn, while nothing has been sent. */
  readonly model: string;
  readonly maxOutputTokens: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What fills the main agent's window, what it costs and which instructions count. Looks at the whole log. */
export function contextReport({ events, models, priceOf, model: chosen, maxOutputTokens, now }: Parts) {
  const model = lastPrefix(events, MAIN)?.model ?? chosen;
  const info = models.find(({ id }) => id === model);
  const price: PriceOf = (id) => priceOf?.(id) ?? models.find((one) => one.id === id)?.price;
  const estimator = Estimator.of(events);
  const request = lastPrefix(events, MAIN) && toRequest(events, MAIN, maxOutputTokens);
  const window = request ? windowOf(events, request, estimator) : NOTHING;
  const stats = new CacheStats();
  const instructions = new Instructions(MAIN);
  for (const event of events) {
    stats.apply(event);
    instructions.apply(event);
  }
  const { hitRate, savedDollars, breaks, lostTokens, lastBreak } = stats.figures(price);
  const cost = price(model);
  const forecast = cost && request && forecastOf(estimator.next(MAIN, request), cost, now);
  return {
    model,
    modelName: info?.name ?? model,
    limit: info?.contextTokens ?? 0,
    ...window,
    ...(forecast && { forecast: { dollars: forecast.dollars, missDollars: forecast.coldDollars } }),
    cache: {
      ...{ hitRate, breaks, lostTokens },
      ...(savedDollars !== undefined && { savedDollars }),
      ...(lastBreak && { lastBreak }),
    },
    spending: spendingOf(events, price),
    instructions: { files: [...instructions.files], left: [...instructions.left] },
  };
}
export type ContextReport = ReturnType<typeof contextReport>;

interface Window extends ContextParts {
  readonly hidden?: { readonly parts: number; readonly tokens: number };
}

const NOTHING: Window = { tokens: 0, countedTokens: 0, parts: [] };

function windowOf(events: readonly AgentEvent[], request: ModelRequest, estimator: Estimator): Window {
  const window = contextParts(events, request, { estimator });
  if (window.parts.length <= MAX_PARTS) return window;
  const shown = new Set(window.parts.toSorted((a, b) => b.tokens - a.tokens).slice(0, MAX_PARTS));
  const isHidden = (part: ContextPart): boolean => !shown.has(part);
  const rest = window.parts.filter(isHidden);
  return {
    ...window,
    parts: window.parts.filter((part) => !isHidden(part)),
    hidden: { parts: rest.length, tokens: rest.reduce((sum, { tokens }) => sum + tokens, 0) },
  };
}
