import type { AppOptions } from "./app-options.ts";
import type { WarmUp, WarmUpParts } from "./warm-up.ts";

type Given = Pick<WarmUpParts, "session" | "choice"> & {
  readonly options: AppOptions;
  /** Whether nothing runs, and something could. */
  readonly isOpen: () => boolean;
};

/** Warms up the cache of a conversation: never in a folder that is not trusted, and never beside a limit on what may be spent. */
export class LateWarmUp {
  readonly #given: Given;
  #loading: Promise<WarmUp> | undefined;

  constructor(given: Given) {
    this.#given = given;
  }

  /** Somebody writes. Never rejects; resolves once nothing is under way any more. */
  async typing(): Promise<void> {
    if (!this.#mayAsk()) return;
    this.#loading ??= this.#load();
    const warmUp = await this.#loading.catch(() => undefined);
    await warmUp?.typing();
  }

  #mayAsk(): boolean {
    const { options, isOpen } = this.#given;
    const isLimited = Object.values(options.budget?.() ?? {}).some((limit) => limit > 0);
    return options.keepsWarm?.() === true && options.isTrusted() && isOpen() && !isLimited;
  }

  async #load(): Promise<WarmUp> {
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
      mayAsk: () => this.#mayAsk(),
    });
  }
}
