import type { BudgetLimits, BudgetScope } from "../../core/cost.ts";
import type { AgentEvent } from "../../core/event.ts";

/** In the order in which a person is asked about them. */
const SCOPES: readonly BudgetScope[] = ["run", "session", "day"];

export interface Limit {
  readonly scope: BudgetScope;
  /** US dollars. */
  readonly dollars: number;
}

/** What holds now: what the user set, or more where they let it cost more. Nothing and 0 are no limit. */
export function limitsInForce(
  limits: BudgetLimits,
  raised: ReadonlyMap<BudgetScope, { readonly dollars: number; readonly day: string | undefined }>,
  today: string,
): Limit[] {
  return SCOPES.flatMap((scope) => {
    const set = limits[scope];
    if (set === undefined || !(set > 0)) return [];
    const more = raised.get(scope);
    const counts = more !== undefined && (scope !== "day" || more.day === today);
    return [{ scope, dollars: counts ? Math.max(set, more.dollars) : set }];
  });
}

/** What the person let it cost, by what the log says; the newest word counts. `fromSeq`: what a run began with. */
export class Raises {
  readonly #raised = new Map<BudgetScope, { dollars: number; day: string | undefined }>();

  apply(event: AgentEvent, isOfThisRun: boolean): void {
    if (event.type !== "budget.raised" || (event.scope === "run" && !isOfThisRun)) return;
    this.#raised.set(event.scope, { dollars: event.dollars, day: event.day });
  }

  get all(): ReadonlyMap<BudgetScope, { readonly dollars: number; readonly day: string | undefined }> {
    return this.#raised;
  }
}

/** The amount to offer next: twice as much, or as often as it takes for the request to fit. */
export function nextLimit(limit: number, needed: number): number {
  let next = limit * 2;
  while (next < needed) next *= 2;
  // As it is shown: to the cent, and upwards.
  const unit = next < 0.1 ? 10_000 : 100;
  return Math.ceil(next * unit - 1e-9) / unit;
}

/** A person's own words for an amount: "7.50", "$7", "up to 7,5 dollars". Undefined for anything else: that is no leave. */
export function amountIn(words: string): number | undefined {
  const found = /^(?:(?:go on )?up to )?\$?\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*(?:\$|usd|dollars?)?\.?$/i.exec(
    words.trim(),
  )?.[1];
  return found === undefined ? undefined : Number(found.replace(",", "."));
}
