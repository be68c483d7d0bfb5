import { dollarsOf } from "../../core/cost.ts";
import { addUsage, NO_USAGE, type Usage } from "../../core/message.ts";
import type { ModelInfo } from "../../core/model.ts";

/** What is known of a model: its price and its limits. */
export type FactsOf = (
  model: string,
) => Partial<Pick<ModelInfo, "contextTokens" | "maxOutputTokens" | "price">> | undefined;

export const wireUsage = (usage: Usage) => ({
  input_tokens: usage.inputTokens,
  output_tokens: usage.outputTokens,
  cache_read_input_tokens: usage.cacheReadTokens,
  cache_creation_input_tokens: usage.cacheWriteTokens,
});

/** What everything cost so far that this process asked for, by model. */
export class Totals {
  readonly #models = new Map<string, { usage: Usage; dollars: number }>();
  readonly #factsOf: FactsOf;

  constructor(factsOf: FactsOf) {
    this.#factsOf = factsOf;
  }

  add(model: string, usage: Usage): void {
    const before = this.#models.get(model) ?? { usage: NO_USAGE, dollars: 0 };
    const price = this.#factsOf(model)?.price;
    this.#models.set(model, {
      usage: addUsage(before.usage, usage),
      dollars: before.dollars + (price ? dollarsOf(usage, price) : 0),
    });
  }

  /** US dollars; what a model costs whose price is not known counts as nothing. */
  get dollars(): number {
    return [...this.#models.values()].reduce((sum, { dollars }) => sum + dollars, 0);
  }

  get byModel(): Record<string, unknown> {
    return Object.fromEntries(
      [...this.#models].map(([model, { usage, dollars }]) => {
        const { contextTokens = 0, maxOutputTokens = 0 } = this.#factsOf(model) ?? {};
        return [
          model,
          {
            inputTokens: usage.inputTokens,
            outputTokens: usage.outputTokens,
            cacheReadInputTokens: usage.cacheReadTokens,
            cacheCreationInputTokens: usage.cacheWriteTokens,
            webSearchRequests: 0,
            costUSD: dollars,
            contextWindow: contextTokens,
            maxOutputTokens,
          },
        ];
      }),
    );
  }
}
