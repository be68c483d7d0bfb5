import { BaseAnthropic } from "@anthropic-ai/sdk/client";
import type { Dialect } from "./anthropic-request.ts";

export type AnthropicClient = BaseAnthropic;

interface ClientOptions {
  readonly apiKey: string;
  readonly address: URL;
  readonly dialect: Dialect;
  readonly fetch: typeof fetch | undefined;
}

/** The version that every compatible server knows; the SDK's own is newer. */
const COMPATIBLE_VERSION = "2023-06-01";
/** We have our own clock for silence; this is the longest a timer can be set to. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * The SDK, with what we do ourselves switched off: retries, time limits, logging, telemetry, finding credentials.
 * This file is the only one that imports it, statically and without its resources: loaded on first use, it stays
 * a quarter of the size that importing the SDK dynamically as a whole would have.
 */
export function createClient({ apiKey, address, dialect, fetch }: ClientOptions): AnthropicClient {
  return new BaseAnthropic({
    apiKey,
    baseURL: address.href.replace(/\/+$/, ""),
    maxRetries: 0,
    timeout: NEVER_MS,
    openTelemetry: false,
    logLevel: "off",
    ...(fetch && { fetch }),
    ...(dialect === "compatible" && {
      defaultHeaders: { "anthropic-version": COMPATIBLE_VERSION, "x-api-key": apiKey },
    }),
  });
}
