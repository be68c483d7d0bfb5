import { type AgentEvent, type EventOf, MAIN } from "../core/event.ts";
import { isToolUse } from "../core/message.ts";
import { KEEP_BEFORE_MS, LIFE_MS } from "../core/warmth.ts";
import type { AppOptions } from "./app-options.ts";
import type { WarmUp, WarmUpParts } from "./warm-up.ts";

type Given = Pick<WarmUpParts, "session" | "choice"> & {
  readonly options: AppOptions;
  readonly isRunning: () => boolean;
  /** Whether anything may be written. */
  readonly isOpen: () => boolean;
};

/** Half an hour: who is away for longer is away. */
const MOST_TIMES = 6;

/** Warms up the cache of a conversation: never in a folder that is not trusted, and never beside a limit on what may be spent. */
export class LateWarmUp {
  readonly #given: Given;
  #loading: Promise<WarmUp> | undefined;
  #waiting: AbortController | undefined;

  constructor(given: Given) {
    this.#given = given;
    given.session.subscribe((event) => {
      if ("durable" in event && event.durable.agentId === MAIN) this.#follow(event.durable);
    });
  }

  /** Somebody writes. Never rejects; resolves once nothing is under way any more. */
  async typing(): Promise<void> {
    if (this.#given.isRunning() || !this.#mayAsk()) return;
    const warmUp = await this.#load().catch(() => undefined);
    await warmUp?.typing();
  }

  #mayAsk(): boolean {
    const { options, isOpen } = this.#given;
    const isLimited = Object.values(options.budget?.() ?? {}).some((limit) => limit > 0);
    return options.keepsWarm?.() === true && options.isTrusted() && isOpen() && !isLimited;
  }

  /** A long command, a sub-agent or a person may take longer than the cache keeps what they are waited for with. */
  #follow(event: AgentEvent): void {
    if (event.type !== "assistant" && event.type !== "finished") return;
    this.#waiting?.abort();
    this.#waiting = undefined;
    if (event.type === "finished" || !event.content.some(isToolUse) || !this.#mayAsk()) return;
    this.#waiting = new AbortController();
    this.#keep(event, this.#waiting.signal).catch(() => undefined);
  }

  async #keep({ at, durationMs = 0 }: EventOf<"assistant">, signal: AbortSignal): Promise<void> {
    const { clock } = this.#given.options.host;
    let usedAt = at - durationMs;
    for (let times = 0; times < MOST_TIMES; times += 1) {
      await clock.sleep(Math.max(0, usedAt + LIFE_MS - KEEP_BEFORE_MS - clock.now()), signal);
      signal.throwIfAborted();
      if (!this.#mayAsk()) return;
      usedAt = clock.now();
      const warmUp = await this.#load();
      if (!(await warmUp.waiting(times))) return;
    }
  }

  #load(): Promise<WarmUp> {
    this.#loading ??= this.#make();
    return this.#loading;
  }

  async #make(): Promise<WarmUp> {
    const { options, session, choice } = this.#given;
    const [{ WarmUp: Warmer }, { factsOf }] = await Promise.all([
      import("./warm-up.ts"),
      import("../models/model-table.ts"),
    ]);
    const { host, provider, spending, priceOf } = options;
    return new Warmer({
      ...{ session, provider, spending, choice },
      now: () => host.clock.now(),
      priceOf: (model) => priceOf?.(model) ?? factsOf(model)?.price,
      mayAsk: () => !this.#given.isRunning() && this.#mayAsk(),
    });
  }
}
