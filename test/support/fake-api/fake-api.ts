import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listenOnLoopback } from "../../../src/tour/loopback.ts";
import { messageStart } from "../../../src/tour/sse-writer.ts";
import { ApiError, refuseRequest } from "./api-error.ts";
import { PromptCache } from "./cache.ts";
import { Diagnostics } from "./diagnostics.ts";
import { checkMaxTokens, checkWarming } from "./limits.ts";
import { MODELS, type ModelProfile, profileOf, toModelInfo } from "./models.ts";
import { PrefixLaw } from "./prefix-law.ts";
import { httpError, type Reply } from "./replies.ts";
import { COMPACT_BETA, type CountBody, parseCount, parseCreate, type RequestBody } from "./schema.ts";
import { usage, writeReply } from "./stream.ts";
import type { Binding } from "./thinking.ts";
import { countTokens, type Unit } from "./units.ts";
import { validate } from "./validate.ts";

export interface RecordedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: RequestBody;
  /** When the last byte of it was there, by `performance.now()`: before it was looked at. */
  readonly arrivedMs: number;
  /** Settles when the response is over: `hung up` when the client left before its end. */
  readonly ended: Promise<"answered" | "hung up">;
  /** What was billed; undefined when the request was refused. */
  usage?: { readonly inputTokens: number; readonly readTokens: number; readonly writtenTokens: number };
}
/** Replies one after the other, or whatever the function makes of a request. `index` counts accepted requests. */
export type Script = readonly Reply[] | ((request: RecordedRequest, index: number) => Reply | Promise<Reply>);

export interface FakeApiOptions {
  readonly script?: Script;
  readonly models?: readonly ModelProfile[];
  /** Keys that are let in. Default: every key but those that contain "invalid". */
  readonly keys?: readonly string[];
  /** Epoch milliseconds, for the lifetime of cache entries. */
  readonly now?: () => number;
  /** Tells conversations apart for the prefix law. Default: by their first block. */
  readonly conversationOf?: (body: RequestBody) => string;
}

export interface FakeApi {
  readonly url: string;
  /** Every request for a reply that was understood, refused or not, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Broken laws: a changed prefix, a script that ran out. Tests end with `expect(api.violations).toEqual([])`. */
  readonly violations: readonly string[];
  /** What the server refused by itself, in its own words. */
  readonly refusals: readonly string[];
  /** TCP connections that were opened so far. */
  readonly connections: number;
  /** Resolves with the request of that number, when it has come. */
  request(index: number): Promise<RecordedRequest>;
  close(): Promise<void>;
}

const BETAS = new Set([COMPACT_BETA]);
const VERSIONS = new Set(["2023-06-01", "2026-10-21"]);
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** A server on loopback that is as strict as the real Messages API and answers by a script. */
export async function startFakeApi(options: FakeApiOptions = {}): Promise<FakeApi> {
  const fake = new Fake(options);
  const server = createServer((request, response) => void fake.answer(request, response));
  server.keepAliveTimeout = 60_000;
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    close,
    requests: fake.requests,
    violations: fake.law.violations,
    refusals: fake.refusals,
    request: (index) => fake.request(index),
    get connections() {
      return connections;
    },
  };
}

class Fake {
  readonly requests: RecordedRequest[] = [];
  readonly refusals: string[] = [];
  readonly law: PrefixLaw;
  readonly #options: FakeApiOptions;
  readonly #models: readonly ModelProfile[];
  readonly #cache = new PromptCache();
  readonly #diagnostics = new Diagnostics();
  readonly #accepted = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  #ids = 0;
  #replies = 0;

  constructor(options: FakeApiOptions) {
    this.#options = options;
    this.#models = options.models ?? MODELS;
    this.law = new PrefixLaw(options.conversationOf);
  }

  async request(index: number): Promise<RecordedRequest> {
    for (;;) {
      const found = this.requests[index];
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("request-id", this.#nextId("req"));
    try {
      await this.#route(request, response);
    } catch (thrown) {
      const error = thrown instanceof ApiError ? thrown : new ApiError(500, "api_error", String(thrown));
      this.refusals.push(error.message);
      send(response, httpError(error.status, error));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const text = await readBody(request);
    const arrivedMs = performance.now();
    const { version, betas } = this.#checkHeaders(request);
    if (request.method === "GET" && path === "/v1/models") return sendJson(response, this.#modelPage());
    if (request.method === "GET" && path.startsWith("/v1/models/")) {
      return sendJson(response, toModelInfo(this.#profile(path.slice("/v1/models/".length))));
    }
    if (request.method === "POST" && path === "/v1/messages/count_tokens") {
      const body = parseCount(parseJson(text), this.#accepted, betas);
      const { units } = this.#validate(body);
      return sendJson(response, { input_tokens: countTokens(units) });
    }
    if (request.method === "POST" && path === "/v1/messages") {
      const body = parseCreate(parseJson(text), version, this.#accepted, betas);
      return this.#create(request, response, body, arrivedMs);
    }
    throw new ApiError(404, "not_found_error", `Not found: ${request.method} ${path}`);
  }

  async #create(
    request: IncomingMessage,
    response: ServerResponse,
    body: RequestBody,
    arrivedMs: number,
  ): Promise<void> {
    const ended = new Promise<"answered" | "hung up">((resolve) =>
      response.once("close", () => resolve(response.writableFinished ? "answered" : "hung up")),
    );
    const recorded: RecordedRequest = { headers: request.headers, body, arrivedMs, ended };
    this.requests.push(recorded);
    for (const wake of this.#waiting.splice(0)) wake();
    const { units, profile, binding } = this.#validate(body);
    checkMaxTokens(body, profile);
    if (body.max_tokens === 0) return this.#warm(response, recorded, units, profile);
    // What is asked for on the side is no part of the conversation.
    if (!body.compaction) this.law.check(body, units);
    const reply = await this.#nextReply(recorded);
    if ("status" in reply) return send(response, reply);
    for (const part of reply.parts) if (part.kind === "block") this.#accepted.add(part.block.type);
    const use = this.#cache.use(units, body, profile, (this.#options.now ?? Date.now)());
    use.commit();
    const writtenTokens = use.written["5m"] + use.written["1h"];
    recorded.usage = { inputTokens: use.inputTokens, readTokens: use.readTokens, writtenTokens };
    const messageId = this.#nextId("msg");
    const diagnosis = this.#diagnostics.diagnose(body, units);
    this.#diagnostics.remember(messageId, body, units);
    const nextId = (prefix: string): string => this.#nextId(prefix);
    await writeReply(response, reply, {
      model: body.model,
      messageId,
      diagnosis,
      use,
      binding,
      thoughts: thoughts(body, profile),
      nextId,
    });
  }

  /** Reads and writes the cache and says nothing. What it ends with is no part of the conversation. */
  #warm(
    response: ServerResponse,
    recorded: RecordedRequest,
    units: readonly Unit[],
    profile: ModelProfile,
  ): void {
    const { body } = recorded;
    checkWarming(body);
    const use = this.#cache.use(units, body, profile, (this.#options.now ?? Date.now)());
    use.commit();
    const writtenTokens = use.written["5m"] + use.written["1h"];
    recorded.usage = { inputTokens: use.inputTokens, readTokens: use.readTokens, writtenTokens };
    const { message } = messageStart(this.#nextId("msg"), body.model, usage(use, 0));
    sendJson(response, Object.assign({}, message, { stop_reason: "max_tokens" }));
  }

  #validate(body: CountBody): { units: Unit[]; profile: ModelProfile; binding: Binding } {
    const profile = this.#profile(body.model);
    return { profile, ...validate(body, profile) };
  }

  #profile(id: string): ModelProfile {
    const profile = profileOf(this.#models, id);
    if (!profile) throw new ApiError(404, "not_found_error", `model: ${id}`);
    return profile;
  }

  async #nextReply(recorded: RecordedRequest): Promise<Reply> {
    const { script = [] } = this.#options;
    const index = this.#replies++;
    const reply = typeof script === "function" ? await script(recorded, index) : script[index];
    if (reply) return reply;
    this.law.violations.push(`The script has ${script.length} replies; request ${index + 1} has none.`);
    return refuseRequest("The script of this fake has no more replies.");
  }

  #checkHeaders({ headers }: IncomingMessage): { version: string; betas: ReadonlySet<string> } {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    const key = headers["x-api-key"]?.toString() ?? bearer;
    if (!key) throw new ApiError(401, "authentication_error", "x-api-key header is required");
    const isKnown = this.#options.keys ? this.#options.keys.includes(key) : !key.includes("invalid");
    if (!isKnown) throw new ApiError(401, "authentication_error", "invalid x-api-key");
    const version = headers["anthropic-version"]?.toString();
    if (version === undefined) refuseRequest("anthropic-version: header is required");
    if (!VERSIONS.has(version)) refuseRequest(`anthropic-version: "${version}" is not a valid version`);
    const betas = (headers["anthropic-beta"]?.toString() ?? "").split(",").flatMap((one) => one.trim() || []);
    const unknown = betas.filter((beta) => !BETAS.has(beta));
    if (unknown.length > 0)
      refuseRequest(`Unexpected value(s) \`${unknown.join(",")}\` for the \`anthropic-beta\` header`);
    return { version, betas: new Set(betas) };
  }

  #modelPage(): unknown {
    const data = this.#models.map(toModelInfo);
    return {
      data,
      has_more: false,
      first_id: this.#models[0]?.id ?? null,
      last_id: this.#models.at(-1)?.id ?? null,
    };
  }

  #nextId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${String(this.#ids).padStart(24, "0")}`;
  }
}

function thoughts({ thinking }: RequestBody, profile: ModelProfile): "shown" | "hidden" | "none" {
  if (thinking?.type === "disabled" || (!thinking && !profile.thinksByDefault)) return "none";
  return thinking && "display" in thinking && thinking.display === "summarized" ? "shown" : "hidden";
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    bytes += chunk.length;
  }
  if (bytes > MAX_BODY_BYTES)
    throw new ApiError(413, "request_too_large", "Request exceeds the maximum size");
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuseRequest("The request body is not valid JSON");
  }
}

const sendJson = (response: ServerResponse, value: unknown): void =>
  send(response, {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });

function send(response: ServerResponse, { status, headers, body }: Extract<Reply, { status: number }>): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, headers);
  response.end(body);
}
