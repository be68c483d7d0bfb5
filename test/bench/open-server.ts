import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as z from "zod";
import { listenOnLoopback } from "../../src/tour/loopback.ts";
import { encodeEvent, SSE_HEADERS } from "../../src/tour/sse-writer.ts";
import { type CacheUse, PromptCache } from "../support/fake-api/cache.ts";
import { MODELS, profileOf } from "../support/fake-api/models.ts";
import type { Part } from "../support/fake-api/replies.ts";
import { blocksOf, type RequestBody, type WireBlock } from "../support/fake-api/schema.ts";
import { usage } from "../support/fake-api/stream.ts";
import { countTokens, toUnits } from "../support/fake-api/units.ts";
import { asEvents, asMessage, nextId } from "./open-reply.ts";

/** The replies of a scenario by their number; undefined when there is none. */
export type Replies = (index: number) => readonly Part[] | undefined;

export interface OpenServer {
  readonly url: string;
  /** Requests of the conversation: when they came, when they were answered (`performance.now()`), how long they were. */
  readonly requests: readonly {
    readonly arrivedMs: number;
    readonly answeredMs: number;
    readonly tokens: number;
  }[];
  /** What every request read and wrote, side requests included. */
  readonly uses: readonly CacheUse[];
  /** Results of our calls that say themselves that they are errors. */
  readonly failures: readonly string[];
  close(): Promise<void>;
}

const isBody = (raw: unknown): boolean =>
  typeof raw === "object" && raw !== null && "messages" in raw && Array.isArray(raw.messages);
/** Any fields at all: only what the cache goes by is looked at. */
const Body = z.custom<RequestBody>(isBody);
const CHARS_PER_TOKEN = 4;
const OK: readonly Part[] = [{ kind: "text", text: "Ok.", pieceChars: 24 }];

/**
 * The stand-in for programs that are not ours: it speaks the Messages API and accepts whatever header and field they send,
 * because how strict they are is not what is measured. The conversation is the first request with tools, and then whoever
 * answers the calls of the reply before. Side requests (titles, memories) get one word, and their tokens count.
 */
export async function startOpenServer(replies: Replies): Promise<OpenServer> {
  const requests: { arrivedMs: number; answeredMs: number; tokens: number }[] = [];
  const uses: CacheUse[] = [];
  const failures: string[] = [];
  const cache = new PromptCache();
  let awaited: readonly string[] | undefined;
  const isMain = (body: RequestBody, results: readonly WireBlock[]): boolean =>
    awaited === undefined
      ? (body.tools ?? []).length > 0
      : results.some(({ tool_use_id: id }) => typeof id === "string" && awaited?.includes(id));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await bodyOf(request);
    const arrivedMs = performance.now();
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const json = (value: unknown): void =>
      void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (pathname.endsWith("/count_tokens"))
      return json({ input_tokens: Math.ceil(text.length / CHARS_PER_TOKEN) });
    if (!pathname.endsWith("/messages")) return json({ data: [], has_more: false });
    const body = Body.parse(JSON.parse(text));
    const units = toUnits(body);
    const use = cache.use(units, body, profileOf(MODELS, body.model) ?? UNKNOWN, Date.now());
    use.commit();
    uses.push(use);
    const results = lastResults(body);
    const main = isMain(body, results);
    const parts = (main ? replies(requests.length) : undefined) ?? OK;
    const ids = parts.map(() => nextId("toolu"));
    if (main) {
      awaited = parts.flatMap(({ kind }, i) => (kind === "call" ? (ids[i] ?? []) : []));
      failures.push(...results.filter((result) => result["is_error"] === true).map(wordsOf));
    }
    const spoken = { parts, ids, model: body.model, use: usage(use, 1) };
    const reply = body.stream ? [...asEvents(spoken)].map(encodeEvent).join("") : asMessage(spoken);
    if (main) requests.push({ arrivedMs, answeredMs: performance.now(), tokens: countTokens(units) });
    if (typeof reply !== "string") return json(reply);
    response.writeHead(200, SSE_HEADERS).end(reply);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const { url, close } = await listenOnLoopback(server);
  return { url, close, requests, uses, failures };
}

/** A model that nobody knows caches like the ones that we know best. */
const [UNKNOWN_MODEL] = MODELS;
if (!UNKNOWN_MODEL) throw new Error("No model is known.");
const UNKNOWN = UNKNOWN_MODEL;

/** Results in what was said after the last reply. */
function lastResults({ messages }: RequestBody): WireBlock[] {
  const from = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  return messages.slice(from).flatMap((message) => blocksOf(message).filter(isResult));
}
const isResult = ({ type }: WireBlock): boolean => type === "tool_result";
const wordsOf = (result: WireBlock): string => JSON.stringify(result["content"]);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
