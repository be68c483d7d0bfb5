import { toAgentError } from "../../core/errors.ts";
import { createAnthropicProvider } from "../../models/anthropic.ts";
import type { Finding } from "./finding.ts";

const PATIENCE_MS = 15_000;
const NAME = "Provider answers";

/** Asks the provider once for its models, which costs nothing: whether it answers, how fast, and whether it lets the key in. */
export async function ofProvider(
  account: { readonly apiKey: string; readonly baseUrl?: string },
  model: string,
): Promise<Finding> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const beganAt = performance.now();
  try {
    const models = await createAnthropicProvider(account).models(signal);
    const words = `after ${Math.round(performance.now() - beganAt)} ms, at no cost`;
    if (models.length === 0) return { name: NAME, words: `${words}; it lists no models` };
    return models.some(({ id }) => id === model)
      ? { name: NAME, words: `${words}; ${model} is among its ${models.length} models` }
      : { name: NAME, words: `${words}; ${model} is not among its ${models.length} models`, is: "note" };
  } catch (thrown) {
    if (signal.aborted) return { name: NAME, words: `no, not within ${PATIENCE_MS / 1000} s`, is: "problem" };
    const { message, hint } = toAgentError(thrown);
    return { name: NAME, words: `no: ${message} ${hint}`, is: "problem" };
  }
}
