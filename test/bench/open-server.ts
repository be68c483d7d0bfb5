import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as z from "zod";
import { listenOnLoopback } from "../../src/tour/loopback.ts";
import {
  encodeEvent,
  inPieces,
  messageEnd,
  messageStart,
  SSE_HEADERS,
  textBlock,
  toolUseBlock,
  type WireEvent,
} from "../../src/tour/sse-writer.ts";
import type { Part } from "../support/fake-api/replies.ts";

/** The replies of a scenario by their number; undefined when there is none. */
export type Replies = (index: number) => readonly Part[] | undefined;

export interface OpenServer {
  readonly url: string;
  /** Requests of the conversation: when they came, when they were answered (`performance.now()`), how long they were. */
  readonly requests: readonly {
    readonly arrivedMs: number;
    readonly answeredMs: number;
    readonly chars: number;
  }[];
  close(): Promise<void>;
}

const Body = z.object({
  model: z.string().default(""),
  stream: z.boolean().default(false),
  tools: z.array(z.unknown()).default([]),
});
const CHARS_PER_TOKEN = 4;

/**
 * The stand-in for programs that are not ours: it speaks the Messages API and accepts whatever header and field they send,
 * because how strict they are is not what is measured. Side requests (titles and the like) have no tools and get one word.
 */
export async function startOpenServer(replies: Replies): Promise<OpenServer> {
  const requests: { arrivedMs: number; answeredMs: number; chars: number }[] = [];
  let isFirst = true;
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
    // A program without tools has no side requests that could be told apart.
    const isMain = body.tools.length > 0 || isFirst;
    isFirst = isFirst && body.tools.length === 0;
    const index = requests.length;
    const parts = (isMain ? replies(index) : undefined) ?? [{ kind: "text", text: "Ok.", pieceChars: 24 }];
    const events = [...eventsOf(parts, body.model)];
    if (isMain) requests.push({ arrivedMs, answeredMs: performance.now(), chars: text.length });
    if (!body.stream) return json(asMessage(parts, body.model));
    response.writeHead(200, SSE_HEADERS).end(events.map(encodeEvent).join(""));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const { url, close } = await listenOnLoopback(server);
  return { url, close, requests };
}

const USAGE = {
  input_tokens: 1,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 1,
};
const hasCall = (parts: readonly Part[]): boolean => parts.some(({ kind }) => kind === "call");
const stopOf = (parts: readonly Part[]): string => (hasCall(parts) ? "tool_use" : "end_turn");
let ids = 0;
const nextId = (prefix: string): string => {
  ids += 1;
  return `${prefix}_${String(ids).padStart(24, "0")}`;
};

function* eventsOf(parts: readonly Part[], model: string): Generator<WireEvent> {
  yield messageStart(nextId("msg"), model, USAGE);
  for (const [i, part] of parts.entries()) {
    if (part.kind === "text") yield* textBlock(i, inPieces(part.text, part.pieceChars));
    else if (part.kind === "call")
      yield* toolUseBlock(i, { id: nextId("toolu"), name: part.name }, inPieces(part.json, part.pieceChars));
    else throw new Error(`The open stand-in has no ${part.kind}.`);
  }
  yield* messageEnd(stopOf(parts), USAGE);
}

const asMessage = (parts: readonly Part[], model: string): unknown => ({
  ...{ id: nextId("msg"), type: "message", role: "assistant", model, stop_sequence: null, usage: USAGE },
  stop_reason: stopOf(parts),
  content: parts.map((part) =>
    part.kind === "call"
      ? { type: "tool_use", id: nextId("toolu"), name: part.name, input: JSON.parse(part.json) }
      : { type: "text", text: part.kind === "text" ? part.text : "" },
  ),
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
