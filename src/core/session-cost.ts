import { dollarsOf, type PriceOf } from "./cost.ts";
import type { AgentEvent } from "./event.ts";
import { type PaidRequest, paidRequest } from "./paid-request.ts";

interface Paid extends PaidRequest {
  readonly seq: number;
}
export interface CostFigures {
  /** US dollars, of the models whose price is known. */
  readonly dollars: number;
  /** Models that were used and whose price is not known: what they cost is in none of the sums. */
  readonly unpriced: readonly string[];
  readonly byModel: readonly {
    readonly model: string;
    readonly dollars: number;
    readonly requests: number;
  }[];
}

/**
 * What a conversation has cost: all replies, those of sub-agents, of summaries and of small models beside it, and requests
 * that were stopped. A fold over its log. What it was forked with was paid for by the other one.
 */
export class SessionCost {
  #paid: Paid[] = [];
  #ownFrom = 0;
  readonly #models = new Map<string, string>();

  /** Takes the next event of the log. */
  apply(event: AgentEvent): void {
    const { seq } = event;
    switch (event.type) {
      case "session": {
        const from = event.forkedFrom?.seq ?? 0;
        this.#paid = this.#paid.filter((paid) => paid.seq >= from);
        this.#ownFrom = from;
        return;
      }
      case "prefix":
        this.#models.set(event.agentId, event.model);
        return;
      default: {
        const request = paidRequest(event, this.#models);
        if (request && seq >= this.#ownFrom) this.#paid.push({ ...request, seq });
      }
    }
  }

  /** Prices are asked for anew, because they may become known, or change. */
  figures(priceOf: PriceOf): CostFigures {
    const byModel = new Map<string, { model: string; dollars: number; requests: number }>();
    const unpriced = new Set<string>();
    for (const { model, usage } of this.#paid) {
      const price = priceOf(model);
      if (!price) unpriced.add(model);
      const before = byModel.get(model) ?? { model, dollars: 0, requests: 0 };
      const dollars = before.dollars + (price ? dollarsOf(usage, price) : 0);
      byModel.set(model, { model, dollars, requests: before.requests + 1 });
    }
    const list = [...byModel.values()].toSorted((a, b) => b.dollars - a.dollars);
    const dollars = list.reduce((sum, one) => sum + one.dollars, 0);
    return { dollars, unpriced: [...unpriced], byModel: list };
  }
}
