import { untilAborted } from "../core/async.ts";
import type { ModelRequest } from "../core/model.ts";
import type { AnthropicClient } from "./anthropic-client.ts";
import { type Dialect, toBody } from "./anthropic-request.ts";
import { numberAt } from "./fields.ts";
import { betaHeaders } from "./signed-summary.ts";

/** What only a request for a reply may say. */
const NOT_COUNTED = ["stream", "max_tokens", "diagnostics", "compaction"] as const;

/** An estimate is there at once. */
const COUNT_MS = 3_000;

interface Way {
  readonly dialect: Dialect;
  readonly connect: () => Promise<AnthropicClient>;
  readonly signal: AbortSignal;
}

/**
 * How many tokens the provider would count for a request, which costs nothing; undefined where it has no counter, or no time.
 * Rejects only with the signal's reason.
 */
export async function askCount(
  request: ModelRequest,
  { dialect, connect, signal }: Way,
): Promise<number | undefined> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(COUNT_MS)]);
  try {
    const sdk = await connect();
    const body = toBody(request, dialect);
    for (const key of NOT_COUNTED) delete body[key];
    const headers = dialect === "first-party" ? betaHeaders(request) : {};
    const answer = sdk.post("/v1/messages/count_tokens", { body, headers, signal: either, maxRetries: 0 });
    return numberAt(await untilAborted(answer, either), "input_tokens");
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
