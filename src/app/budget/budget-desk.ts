import type { Forecast } from "../../context/forecast.ts";
import { dayOf } from "../../core/calendar.ts";
import { toRequest } from "../../core/conversation.ts";
import { type BudgetLimits, type BudgetScope, dollarsOf, type Price, type PriceOf } from "../../core/cost.ts";
import { MAIN } from "../../core/event.ts";
import type { Usage } from "../../core/message.ts";
import type { ModelChunk, ModelProvider, ModelRequest, SentRequest } from "../../core/model.ts";
import type { Host, Spending } from "../../core/ports.ts";
import type { CostFigures } from "../../core/session-cost.ts";
import type { AskParts } from "./ask-for-more.ts";
import type { Admission, Guard } from "./guard.ts";

interface Parts extends AskParts {
  readonly provider: ModelProvider;
  readonly host: Pick<Host, "clock">;
  readonly maxOutputTokens: number;
  readonly budget?: () => BudgetLimits;
  readonly spending?: Spending;
  readonly priceOf?: PriceOf;
}

/** What a conversation costs and may cost. US dollars. */
export interface BudgetFigures {
  readonly session: CostFigures;
  /** Of all conversations today; undefined when nobody keeps it. */
  readonly today: number | undefined;
  readonly limits: readonly { readonly scope: BudgetScope; readonly dollars: number }[];
  /** Undefined when nothing has been said yet, or the price is not known. */
  readonly next: Forecast | undefined;
}

/** What came of one request. */
interface Heard {
  usage: Usage | undefined;
  /** Of what was said and thought. */
  chars: number;
  /** Of the arguments of each call. */
  readonly calls: Map<string, number>;
  isBegun: boolean;
}

/** Every request of a conversation goes through here: it is counted, and where there are limits, let through or not. */
export class BudgetDesk {
  /** The provider of the options, with all that it is asked counted. */
  readonly provider: ModelProvider;
  readonly #parts: Parts;
  readonly #openedAtSeq: number;
  readonly #counting = new Set<Promise<void>>();
  #loading: Promise<Guard> | undefined;
  #guard: Guard | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#openedAtSeq = parts.session.lastSeq;
    const { provider } = parts;
    this.provider = {
      ...provider,
      id: provider.id,
      models: (signal) => provider.models(signal),
      stream: (request, signal, onSent) => this.#stream(request, signal, onSent),
      ...(provider.warm && { warm: (request, signal) => this.#warm(request, signal) }),
    };
  }

  beginTurn(): void {
    this.#guard?.beginTurn();
  }

  /** Resolves once everything that was asked is counted. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#counting);
  }

  /** The person lets it cost more than a limit of theirs, up to so many US dollars. */
  raise(scope: BudgetScope, dollars: number): void {
    const { session } = this.#parts;
    session.append(MAIN, {
      ...{ type: "budget.raised", scope, dollars },
      ...(scope === "day" && { day: this.#today() }),
    });
  }

  async figures(): Promise<BudgetFigures> {
    const { session, spending, budget, maxOutputTokens } = this.#parts;
    const [guard, priceOf, { SessionCost }, { limitsInForce, Raises }] = await Promise.all([
      this.#load(),
      this.#prices(),
      import("../../core/session-cost.ts"),
      import("./limits.ts"),
    ]);
    const cost = new SessionCost();
    const raises = new Raises();
    for (const event of session.events) {
      cost.apply(event);
      raises.apply(event, event.seq > this.#openedAtSeq);
    }
    const isBegun = session.events.some((event) => event.type === "prefix" && event.agentId === MAIN);
    return {
      session: cost.figures(priceOf),
      today: await spending?.today().catch(() => undefined),
      limits: limitsInForce(budget?.() ?? {}, raises.all, this.#today()),
      next: isBegun ? guard.forecast(toRequest(session.events, MAIN, maxOutputTokens)) : undefined,
    };
  }

  async *#stream(
    request: ModelRequest,
    signal: AbortSignal,
    onSent: ((sent: SentRequest) => void) | undefined,
  ): AsyncGenerator<ModelChunk> {
    const admission = this.#isLimited() ? await (await this.#load()).admit(request, signal) : undefined;
    const heard: Heard = { usage: undefined, chars: 0, calls: new Map(), isBegun: false };
    try {
      for await (const chunk of this.#parts.provider.stream(request, signal, onSent)) {
        hear(chunk, heard);
        yield chunk;
      }
    } finally {
      this.#keepCounting(this.#count(request, heard, admission, signal));
    }
  }

  /** Nobody is asked for it: where it does not fit any more, the cache goes cold. Whoever asks keeps a record of its usage. */
  async #warm(request: ModelRequest, signal: AbortSignal): Promise<Usage | undefined> {
    const { agentId: _, ...unasked } = request;
    const admission = this.#isLimited() ? await (await this.#load()).admit(unasked, signal) : undefined;
    const heard: Heard = { usage: undefined, chars: 0, calls: new Map(), isBegun: false };
    try {
      heard.usage = await this.#parts.provider.warm?.(request, signal);
      heard.isBegun = heard.usage !== undefined;
      return heard.usage;
    } finally {
      this.#keepCounting(this.#count(request, heard, admission, signal));
    }
  }

  #keepCounting(work: Promise<void>): void {
    const counting = work.finally(() => this.#counting.delete(counting));
    this.#counting.add(counting);
  }

  #isLimited(): boolean {
    const limits = this.#parts.budget?.() ?? {};
    return Object.values(limits).some((dollars) => dollars !== undefined && dollars > 0);
  }

  #load(): Promise<Guard> {
    this.#loading ??= Promise.all([import("./guard.ts"), this.#prices()]).then(
      ([{ Guard: Keeper }, priceOf]) => {
        const { budget, spending } = this.#parts;
        this.#guard = new Keeper({
          ...{ ...this.#parts, spending, priceOf, openedAtSeq: this.#openedAtSeq },
          limits: () => budget?.() ?? {},
          now: () => this.#parts.host.clock.now(),
          today: () => this.#today(),
        });
        return this.#guard;
      },
    );
    return this.#loading;
  }

  /** What the user says that a model costs; undefined where they say nothing. */
  saidPrice(model: string): Price | undefined {
    return this.#parts.priceOf?.(model);
  }

  /** What the user says goes before what we know. */
  async #prices(): Promise<PriceOf> {
    const { factsOf } = await import("../../models/model-table.ts");
    return (model) => this.saidPrice(model) ?? factsOf(model)?.price;
  }

  #today(): string {
    return dayOf(this.#parts.host.clock.now());
  }

  /** Never rejects: that it could not be counted is no reason to lose a reply. */
  async #count(
    request: ModelRequest,
    heard: Heard,
    admission: Admission | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    // A server that refuses, or does not answer, takes nothing.
    if (!heard.isBegun) return admission?.settle(0);
    const { session, spending } = this.#parts;
    try {
      const price = (await this.#prices())(request.model);
      const usage = heard.usage ?? (await this.#estimate(request, heard));
      const dollars = price && usage ? dollarsOf(usage, price) : 0;
      if (admission) await admission.settle(dollars);
      else {
        this.#guard?.add(dollars);
        await spending?.begin(dollars);
      }
      if (heard.usage || !usage) return;
      const because = signal.aborted ? "stopped" : "failed";
      session.append(MAIN, { type: "spent", model: request.model, usage, because });
    } catch {
      // What was expected goes on counting.
    }
  }

  /** What a request cost whose end nobody heard: its input whole, and of its output what had come. */
  async #estimate(request: ModelRequest, { chars, calls }: Heard): Promise<Usage | undefined> {
    const forecast = (await this.#load()).forecast(request);
    const said = [...calls.values()].reduce((sum, length) => sum + length, chars);
    return forecast && { ...forecast.usage, outputTokens: Math.ceil(said / CHARS_PER_TOKEN) };
  }
}

const CHARS_PER_TOKEN = 3;

function hear(chunk: ModelChunk, heard: Heard): void {
  heard.isBegun = true;
  if (chunk.type === "done") heard.usage = chunk.usage;
  else if (chunk.type === "call") heard.calls.set(chunk.id, chunk.inputSoFar.length);
  else heard.chars += chunk.delta.length;
}
