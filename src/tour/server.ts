import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { readState, TourRequest } from "./conversation.ts";
import { type Listening, listenOnLoopback } from "./loopback.ts";
import { nextReply } from "./script.ts";
import {
  encodeEvent,
  inPieces,
  messageEnd,
  messageStart,
  SSE_HEADERS,
  textBlock,
  toolUseBlock,
  type WireEvent,
} from "./sse-writer.ts";

export interface TourServer extends Listening {
  /** Made anew at every start; nothing else is let in. */
  readonly apiKey: string;
}

export const TOUR_MODEL = { id: "plumb-tour", name: "Offline tour (no AI)" } as const;

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const TEXT_PIECE_CHARS = 6;
const JSON_PIECE_CHARS = 24;
/** No tokens are used, because there is no model; the context meter rightly stays at nothing. */
const USAGE = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
} as const;

/** The scripted stand-in for a model provider: real HTTP and streams, on this computer only, and no AI. */
export async function startTourServer(options: { readonly delayMs?: number } = {}): Promise<TourServer> {
  const apiKey = `tour-${randomBytes(24).toString("base64url")}`;
  const delayMs = options.delayMs ?? 6;
  const server = createServer((request, response) => {
    answer(request, response, apiKey, delayMs).catch(() => response.destroy());
  });
  return { ...(await listenOnLoopback(server)), apiKey };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  apiKey: string,
  delayMs: number,
): Promise<void> {
  const text = await readBody(request);
  if (text === undefined) return sendError(response, 413, "request_too_large", "The request is too large.");
  if (!hasKey(request, apiKey))
    return sendError(response, 401, "authentication_error", "This is not the tour's key.");
  const path = request.url?.split("?", 1)[0];
  if (request.method === "GET" && path === "/v1/models") return sendJson(response, 200, modelPage());
  if (request.method !== "POST" || path !== "/v1/messages") {
    return sendError(response, 404, "not_found_error", "The tour has no such page.");
  }
  const parsed = TourRequest.safeParse(parseJson(text));
  if (!parsed.success) return sendError(response, 400, "invalid_request_error", parsed.error.message);
  const { text: words, calls } = nextReply(readState(parsed.data));
  response.writeHead(200, SSE_HEADERS);
  for (const event of events(parsed.data.model, words, calls)) {
    if (response.destroyed) return;
    response.write(encodeEvent(event));
    if (delayMs > 0 && event.type === "content_block_delta") await wait(delayMs);
  }
  response.end();
}

function events(
  model: string,
  words: string,
  calls: readonly { name: string; input: unknown }[],
): WireEvent[] {
  const id = (prefix: string): string => `${prefix}_tour${randomBytes(12).toString("hex")}`;
  return [
    messageStart(id("msg"), model, USAGE),
    ...textBlock(0, inPieces(words, TEXT_PIECE_CHARS)),
    ...calls.flatMap(({ name, input }, index) =>
      toolUseBlock(index + 1, { id: id("toolu"), name }, inPieces(JSON.stringify(input), JSON_PIECE_CHARS)),
    ),
    ...messageEnd(calls.length > 0 ? "tool_use" : "end_turn", USAGE),
  ];
}

function modelPage(): unknown {
  const model = {
    type: "model",
    id: TOUR_MODEL.id,
    display_name: TOUR_MODEL.name,
    created_at: "1970-01-01T00:00:00Z",
    lifecycle: "active",
    max_input_tokens: 1_000_000,
    max_tokens: 32_000,
    capabilities: null,
  };
  return { data: [model], has_more: false, first_id: model.id, last_id: model.id };
}

function hasKey({ headers }: IncomingMessage, apiKey: string): boolean {
  const given = headers["x-api-key"]?.toString() ?? headers.authorization?.replace(/^Bearer /, "") ?? "";
  const [a, b] = [Buffer.from(given), Buffer.from(apiKey)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Undefined when there is more than anybody needs. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

const sendError = (response: ServerResponse, status: number, type: string, message: string): void =>
  sendJson(response, status, { type: "error", error: { type, message } });
