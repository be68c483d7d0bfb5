import { untilAborted } from "../core/async.ts";
import { AgentError } from "../core/errors.ts";
import type { Usage } from "../core/message.ts";
import type { ModelChunk, ModelInfo, ModelProvider, ModelRequest, SentRequest } from "../core/model.ts";
import type { AnthropicClient } from "./anthropic-client.ts";
import { type Dialect, toBody } from "./anthropic-request.ts";
import { canDefer } from "./deferred-tools.ts";
import { numberAt } from "./fields.ts";
import { sentRequest } from "./sent-request.ts";
import { betaHeaders, canSign } from "./signed-summary.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

export interface AnthropicOptions {
  readonly apiKey: string;
  /** Default: the vendor's own endpoint. No environment variable is read. */
  readonly baseUrl?: string;
  /** What makes the requests, e.g. one that honours the editor's proxy. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** How the endpoint is spoken to. Default: by its host. */
  readonly dialect?: Dialect;
  /** A stream without a byte for this long counts as cut; pings are bytes. Default 90,000. */
  readonly idleMs?: number;
  /** Time until the head of the answer. Default 120,000. */
  readonly headersMs?: number;
}

export const FIRST_PARTY_URL = "https://api.anthropic.com";
const IDLE_MS = 90_000;
const HEADERS_MS = 120_000;

/**
 * The Messages API. `models` resolves to nothing for a compatible server that has no list. A `baseUrl` that is no http(s) address makes every call
 * reject with `invalid_request`.
 */
export function createAnthropicProvider(options: AnthropicOptions): ModelProvider {
  const { apiKey, baseUrl = FIRST_PARTY_URL } = options;
  const address = parseUrl(baseUrl);
  const dialect = options.dialect ?? (address && isFirstParty(address) ? "first-party" : "compatible");
  const context = { host: address?.host ?? "the provider", apiKey };
  let client: Promise<AnthropicClient> | undefined;

  const connect = (): Promise<AnthropicClient> => {
    if (!address) throw new AgentError("invalid_request", "The base URL is not an http or https address.");
    client ??= import("./anthropic-client.ts").then(({ createClient }) =>
      createClient({ apiKey, address, dialect, fetch: options.fetch }),
    );
    return client;
  };
  const watch = (signal: AbortSignal): Watchdog =>
    startWatchdog(signal, options.headersMs ?? HEADERS_MS, (idleMs) => silence(context.host, idleMs));

  async function* stream(
    request: ModelRequest,
    signal: AbortSignal,
    onSent?: (sent: SentRequest) => void,
  ): AsyncGenerator<ModelChunk> {
    signal.throwIfAborted();
    const watchdog = watch(signal);
    try {
      const sdk = await connect();
      const body = toBody(request, dialect);
      const headers = dialect === "first-party" ? betaHeaders(request) : {};
      onSent?.(sentRequest(body, { host: context.host, dialect, ...headers }));
      // The raw response, not the SDK's stream: that one hides pings and takes a cut connection for the end.
      const answer = sdk
        .post("/v1/messages", { ...asJson(body, headers), stream: true, signal: watchdog.signal })
        .asResponse();
      // What reads the answer is loaded while it is under way.
      const reading = import("./anthropic-stream.ts");
      reading.catch(() => undefined);
      const response = await untilAborted(answer, watchdog.signal);
      watchdog.allow(options.idleMs ?? IDLE_MS);
      const { readReply } = await reading;
      yield* readReply(response, { dialect, context, signal: watchdog.signal, onBytes: watchdog.kick });
    } catch (thrown) {
      signal.throwIfAborted();
      const { classify } = await import("./classify.ts");
      throw classify(thrown, context);
    } finally {
      watchdog.stop();
    }
  }

  async function models(signal: AbortSignal): Promise<readonly ModelInfo[]> {
    signal.throwIfAborted();
    const watchdog = watch(signal);
    try {
      const { listModels } = await import("./list-models.ts");
      return await untilAborted(listModels(await connect(), watchdog.signal), watchdog.signal);
    } catch (thrown) {
      signal.throwIfAborted();
      // Many compatible servers have no list; that is not a failure of the account.
      if (dialect === "compatible" && numberAt(thrown, "status") === 404) return [];
      const { classify } = await import("./classify.ts");
      throw classify(thrown, context);
    } finally {
      watchdog.stop();
    }
  }

  async function warm(request: ModelRequest, signal: AbortSignal): Promise<Usage | undefined> {
    if (dialect !== "first-party") return undefined;
    const { askWarm } = await import("./warm-request.ts");
    return askWarm(request, { connect, watchdog: watch(signal), context });
  }

  const countTokens = async (request: ModelRequest, signal: AbortSignal): Promise<number | undefined> =>
    (await import("./count-request.ts")).askCount(request, { dialect, connect, signal });

  const signs = async (model: string): Promise<boolean> => dialect === "first-party" && canSign(model);

  const loadsTools = (model: string): boolean => dialect === "first-party" && canDefer(model);

  return { id: "anthropic", stream, warm, countTokens, models, canSign: signs, loadsTools };
}

/** As text: what is no text is first compared with every kind of body there is, for which all of them are loaded. */
const asJson = (body: unknown, headers: Readonly<Record<string, string>>) => ({
  body: JSON.stringify(body),
  headers: { ...headers, "content-type": "application/json" },
});

function parseUrl(value: string): URL | undefined {
  const url = URL.parse(value);
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : undefined;
}

/** Whether definitions of tools are loaded later when this model is asked here; without an address, by its vendor. */
export function defersTools(model: string, baseUrl: string = FIRST_PARTY_URL): boolean {
  const address = parseUrl(baseUrl);
  return address !== undefined && isFirstParty(address) && canDefer(model);
}

const isFirstParty = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" && (hostname === "anthropic.com" || hostname.endsWith(".anthropic.com"));

const silence = (host: string, idleMs: number): AgentError =>
  new AgentError("network", `${host} has sent nothing for ${Math.round(idleMs / 1_000)} seconds.`);
