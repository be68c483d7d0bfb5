import type { ModelRequest } from "../core/model.ts";
import type { Estimate } from "./estimate.ts";

/** Below this an estimate that is off by a quarter decides nothing. In tokens. */
const LEAST_UNCOUNTED = 20_000;
/** How far an estimate may be from the truth before a model's tokenizer is known. */
const DOUBT = 0.25;
/** After a refusal nobody asks again so soon. In milliseconds. */
const PAUSE_MS = 10 * 60_000;

export type Count = (request: ModelRequest) => Promise<number | undefined>;

/** Asks the provider for an exact count where a decision hangs on it, and only then; once for the same request. */
export class ExactCount {
  #pausedUntilMs = 0;
  #last: { readonly key: string; readonly tokens: number } | undefined;

  /**
   * The tokens of a request: as the provider counts them when the estimate is near what is decided at (`threshold`), else as
   * estimated. Never rejects.
   */
  async tokens(
    request: ModelRequest,
    estimate: Estimate,
    at: { readonly threshold: number; readonly key: string; readonly nowMs: number },
    count: Count | undefined,
  ): Promise<number> {
    const { tokens, countedTokens } = estimate;
    const uncounted = tokens - countedTokens;
    const isNear = Math.abs(tokens - at.threshold) <= uncounted * DOUBT;
    if (this.#last?.key === at.key) return this.#last.tokens;
    if (!count || uncounted < LEAST_UNCOUNTED || !isNear || at.nowMs < this.#pausedUntilMs) return tokens;
    const exact = await count(request).catch(() => undefined);
    if (exact === undefined) this.#pausedUntilMs = at.nowMs + PAUSE_MS;
    else this.#last = { key: at.key, tokens: exact };
    return exact ?? tokens;
  }
}
