import type { EventOf } from "./event.ts";
import type { Usage } from "./message.ts";
import type { ModelInfo } from "./model.ts";

/** US dollars per million tokens. */
export type Price = NonNullable<ModelInfo["price"]>;
/** Undefined where the price of a model is not known. */
export type PriceOf = (model: string) => Price | undefined;

/** US dollars that one request costs. What was thought is part of the output. */
export function dollarsOf(usage: Usage, price: Price): number {
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const { long } = price;
  const { input: plain, output, cacheRead, cacheWrite, cacheWriteHour = 2 * plain } = price;
  const hour = Math.min(usage.cacheWriteHourTokens ?? 0, usage.cacheWriteTokens);
  const dollars =
    usage.inputTokens * plain +
    usage.cacheReadTokens * cacheRead +
    (usage.cacheWriteTokens - hour) * cacheWrite +
    hour * cacheWriteHour +
    usage.outputTokens * output;
  return ((long && input > long.aboveTokens ? long.times : 1) * dollars) / 1_000_000;
}

/** US dollars as people read them: cents, and more digits only where there are not even cents. */
export function dollarWords(dollars: number): string {
  if (dollars > 0 && dollars < 0.0001) return "less than $0.0001";
  return `$${dollars.toFixed(Math.abs(dollars) < 0.1 && dollars !== 0 ? 4 : 2)}`;
}

/** What may be spent, in US dollars; left out or 0: as much as it takes. */
export interface BudgetLimits {
  /** From the opening of the conversation to its closing. */
  readonly run?: number | undefined;
  /** By the conversation, as long as it lives. */
  readonly session?: number | undefined;
  /** By all conversations of the user from midnight to midnight, in their time zone. */
  readonly day?: number | undefined;
}
export type BudgetScope = keyof BudgetLimits;
export type Raised = EventOf<"budget.raised">;
