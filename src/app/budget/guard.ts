import { type Estimate, Estimator } from "../../context/estimate.ts";
import { carefully, type Forecast, forecastOf } from "../../context/forecast.ts";
import { untilAborted } from "../../core/async.ts";
import { type BudgetLimits, type BudgetScope, dollarWords, type PriceOf } from "../../core/cost.ts";
import { AgentError } from "../../core/errors.ts";
import { type AgentEvent, MAIN } from "../../core/event.ts";
import { budgetNearlySpent } from "../../core/habits/remaining.ts";
import type { ModelRequest } from "../../core/model.ts";
import type { Spending, SpendingEntry } from "../../core/ports.ts";
import type { Session } from "../../core/session.ts";
import { SessionCost } from "../../core/session-cost.ts";
import { type AskParts, askForMore, budgetError, endOpenQuestion, type Reached } from "./ask-for-more.ts";
import { type Limit, limitsInForce, Raises } from "./limits.ts";

export interface GuardParts extends AskParts {
  readonly session: Session;
  /** The newest event before this window opened the conversation. */
  readonly openedAtSeq: number;
  readonly limits: () => BudgetLimits;
  readonly spending: Spending | undefined;
  readonly priceOf: PriceOf;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The date on the user's calendar. */
  readonly today: () => string;
}

/** A request that was let through, and counts as expected until it is settled. */
export interface Admission {
  /** What it cost in the end, in US dollars. Never rejects. */
  settle(dollars: number): Promise<void>;
}

/** A limit this near is worth a word. */
const NEAR = 0.8;
/** The smallest differences of sums are none. US dollars. */
const NOTHING = 1e-9;

/** Keeps a conversation within what its user wants to spend: nothing is sent that would probably go beyond it. */
export class Guard {
  readonly #parts: GuardParts;
  readonly #estimator = new Estimator();
  readonly #raises = new Raises();
  /** US dollars that are paid for: by the log until the guard came, from then on as requests are settled. */
  readonly #spent: { run: number; session: number };
  /** US dollars of requests that were let through and are not settled. */
  #underWay = 0;
  #waiting: (() => void)[] = [];
  /** Resolves to whether it is worth looking again. */
  #asking: Promise<boolean> | undefined;
  #question: AbortController | undefined;
  #isRefused = false;
  readonly #warned = new Set<string>();

  constructor(parts: GuardParts) {
    this.#parts = parts;
    const session = new SessionCost();
    const run = new SessionCost();
    for (const event of parts.session.events) {
      this.#take(event);
      session.apply(event);
      if (event.seq > parts.openedAtSeq) run.apply(event);
    }
    this.#spent = {
      run: run.figures(parts.priceOf).dollars,
      session: session.figures(parts.priceOf).dollars,
    };
    for (const limit of this.#limits())
      if (limit.scope !== "day" && this.#spent[limit.scope] >= limit.dollars * NEAR)
        this.#warned.add(keyOf(limit));
    parts.session.subscribe((event) => {
      if ("durable" in event) this.#take(event.durable);
    });
  }

  #take(event: AgentEvent): void {
    this.#estimator.apply(event);
    this.#raises.apply(event, event.seq > this.#parts.openedAtSeq);
    // Raised elsewhere: the question may be needless.
    if (event.type === "budget.raised") this.#question?.abort();
  }

  get estimator(): Estimator {
    return this.#estimator;
  }

  /** What was refused in a turn is not asked again in it. */
  beginTurn(): void {
    this.#isRefused = false;
  }

  /** Undefined when the price is not known. */
  forecast(
    request: ModelRequest,
    shape: (estimate: Estimate) => Estimate = (as) => as,
  ): Forecast | undefined {
    const price = this.#parts.priceOf(request.model);
    const estimate = this.#estimator.next(request.agentId ?? "", request);
    return price && forecastOf(shape(estimate), price, this.#parts.now());
  }

  /** Something that was not let through here has cost so many US dollars. */
  add(dollars: number): void {
    this.#spent.run += dollars;
    this.#spent.session += dollars;
  }

  /**
   * Resolves once the request may be sent; to undefined when nothing limits it. Rejects with `budget` when it may not be sent,
   * with `storage` when nobody can tell what the day has cost, and with the signal's reason.
   */
  async admit(request: ModelRequest, signal: AbortSignal): Promise<Admission | undefined> {
    if (this.#limits().length === 0) return undefined;
    const forecast = this.forecast(request, carefully);
    if (!forecast) this.#sayUnpriced(request.model);
    const dollars = forecast?.dollars ?? 0;
    for (;;) {
      signal.throwIfAborted();
      const { reached, entry } = await this.#begin(dollars);
      if (!reached) {
        endOpenQuestion(this.#parts.session);
        return { settle: (real) => this.#settle(dollars, real, entry) };
      }
      // Beside others of the same conversation it does not fit; once it is known what they cost, it may.
      if (this.#underWay > 0) await untilAborted(this.#nextSettled(), signal);
      else await this.#ask(reached, request, signal);
    }
  }

  #limits(): Limit[] {
    return limitsInForce(this.#parts.limits(), this.#raises.all, this.#parts.today());
  }

  /** For a day it is counted as begun first and looked at then: of two windows, at least one sees the other. */
  async #begin(dollars: number): Promise<{ reached?: Reached; entry?: SpendingEntry }> {
    const limits = this.#limits();
    for (const limit of limits) {
      if (limit.scope === "day") continue;
      const spent = this.#spent[limit.scope];
      if (isBeyond(spent + this.#underWay + dollars, limit))
        return { reached: { limit, spent, nextCosts: dollars } };
    }
    // In the same moment as the look at it.
    this.#underWay += dollars;
    const day = limits.find(({ scope }) => scope === "day");
    const { spending } = this.#parts;
    if (!day || !spending) return {};
    try {
      const entry = await spending.begin(dollars);
      const spent = Math.max(0, (await spending.today()) - dollars);
      this.#warnIfNear(day, spent);
      if (!isBeyond(spent + dollars, day)) return { entry };
      await entry.settle(0);
      this.#release(dollars);
      return { reached: { limit: day, spent, nextCosts: dollars } };
    } catch (thrown) {
      this.#release(dollars);
      throw thrown;
    }
  }

  async #settle(expected: number, real: number, entry: SpendingEntry | undefined): Promise<void> {
    this.add(real);
    this.#release(expected);
    for (const limit of this.#limits())
      if (limit.scope !== "day") this.#warnIfNear(limit, this.#spent[limit.scope]);
    // Where it cannot be written, what was expected counts.
    const noted = entry ? entry.settle(real) : this.#parts.spending?.begin(real);
    await noted?.catch(() => undefined);
  }

  #release(dollars: number): void {
    this.#underWay -= dollars;
    if (this.#underWay < NOTHING) this.#underWay = 0;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #nextSettled(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #ask(reached: Reached, { agentId }: ModelRequest, signal: AbortSignal): Promise<void> {
    // What is asked beside the conversation can be done without: nobody is interrupted for it.
    if (this.#isRefused || agentId === undefined) throw budgetError(reached);
    this.#asking ??= this.#askOnce(reached, signal).finally(() => {
      this.#asking = undefined;
    });
    if (!(await this.#asking)) throw budgetError(reached);
  }

  async #askOnce(reached: Reached, signal: AbortSignal): Promise<boolean> {
    const { session, today } = this.#parts;
    const { scope } = reached.limit;
    const question = new AbortController();
    this.#question = question;
    let dollars: number | undefined;
    try {
      dollars = await askForMore(reached, this.#parts, AbortSignal.any([signal, question.signal]));
    } catch (thrown) {
      signal.throwIfAborted();
      if (question.signal.aborted) return true;
      throw thrown;
    } finally {
      this.#question = undefined;
    }
    this.#isRefused = dollars === undefined;
    if (dollars === undefined) return false;
    session.append(MAIN, {
      ...{ type: "budget.raised", scope, dollars },
      ...(scope === "day" && { day: today() }),
    });
    return true;
  }

  /** Once a crossing: a limit that was raised may come near again. */
  #warnIfNear(limit: Limit, spent: number): void {
    const key = keyOf(limit);
    if (spent < limit.dollars * NEAR || this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#say(`${WHAT[limit.scope]} ${dollarWords(spent)} of your limit of ${dollarWords(limit.dollars)}.`);
    this.#parts.session.append(MAIN, budgetNearlySpent(limit.scope));
  }

  /** Nobody can keep to a limit in dollars without a price: who is there is told, where nobody is nothing is sent. */
  #sayUnpriced(model: string): void {
    const text = `Nobody knows what ${model} costs, so limits in dollars do not hold for it. Give its price in the setting plumb.prices.`;
    if (!this.#parts.canAsk()) throw new AgentError("budget", text);
    const isSaid = this.#parts.session.events.some((event) => event.type === "notice" && event.text === text);
    if (!isSaid) this.#say(text);
  }

  #say(text: string): void {
    this.#parts.session.append(MAIN, { type: "notice", kind: "warning", text });
  }
}

const WHAT: Readonly<Record<BudgetScope, string>> = {
  run: "This run has cost",
  session: "This conversation has cost",
  day: "All conversations of today have cost",
};
const keyOf = ({ scope, dollars }: Limit): string => `${scope}:${dollars}`;
const isBeyond = (spent: number, limit: Limit): boolean => spent > limit.dollars + NOTHING;
