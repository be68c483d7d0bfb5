import type { ServerResponse } from "node:http";
import {
  encodeEvent,
  inPieces,
  messageEnd,
  messageStart,
  SSE_HEADERS,
  textBlock,
  thinkingBlock,
  toolUseBlock,
  type WireEvent,
  wholeBlock,
} from "../../../src/tour/sse-writer.ts";
import type { CacheUse } from "./cache.ts";
import type { Diagnosis } from "./diagnostics.ts";
import type { Part, StreamReply } from "./replies.ts";
import type { Binding } from "./thinking.ts";

export interface ReplyContext {
  readonly model: string;
  readonly messageId: string;
  readonly diagnosis: Diagnosis;
  readonly use: CacheUse;
  readonly binding: Binding;
  /** `none`: thoughts are left out; `hidden`: they are signed but empty. */
  readonly thoughts: "shown" | "hidden" | "none";
  readonly nextId: (prefix: string) => string;
}

const FLUSH_BYTES = 64 * 1024;

/** Streams a scripted reply as the API would. Resolves when the response is over, however it ended. */
export async function writeReply(
  response: ServerResponse,
  reply: StreamReply,
  context: ReplyContext,
): Promise<void> {
  const out = new Output(response, reply);
  response.writeHead(200, SSE_HEADERS);
  const blocks = new Blocks(context);
  const begun = usage(context.use, 1);
  const isSummary = reply.parts.some(({ kind }) => kind === "summary");
  const counted = isSummary ? asIteration(begun) : begun;
  await out.send([messageStart(context.messageId, context.model, counted, context.diagnosis)]);
  for (const part of reply.parts) {
    if (part.kind === "gate") {
      await out.flush();
      await Promise.race([part.open, out.closed]);
    } else if (part.kind === "cut") {
      await out.flush();
      return cutOff(response, part.how, out.closed);
    } else if (part.kind === "pings") {
      for (let i = 0; i < part.count; i += 1) await out.send([{ type: "ping" }]);
    } else {
      await out.send(blocks.events(part));
      if (part.kind === "error") break;
    }
  }
  if (!reply.parts.some(({ kind }) => kind === "error")) {
    const stop = reply.stopReason ?? (isSummary ? "compaction" : blocks.hasCall ? "tool_use" : "end_turn");
    const used = usage(context.use, blocks.outputTokens);
    await out.send(messageEnd(stop, isSummary ? asIteration(used) : used, reply.stopDetails));
  }
  await out.flush();
  response.end();
}

async function cutOff(
  response: ServerResponse,
  how: "fin" | "reset" | "hang",
  closed: Promise<void>,
): Promise<void> {
  if (how === "fin") response.end();
  else if (how === "reset") response.socket?.resetAndDestroy();
  else await closed;
}

/** Turns parts into events and keeps what a reply is made of: block numbers, tokens, what thoughts are bound to. */
class Blocks {
  #index = 0;
  #bytes = 0;
  hasCall = false;
  readonly #context: ReplyContext;

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  get outputTokens(): number {
    return Math.max(1, Math.ceil(this.#bytes / 3));
  }

  events(part: Exclude<Part, { kind: "gate" | "cut" | "pings" }>): WireEvent[] {
    const { binding, model, thoughts, nextId } = this.#context;
    switch (part.kind) {
      case "text":
        this.#count({ type: "text", text: part.text }, part.text);
        return textBlock(this.#index++, inPieces(part.text, part.pieceChars));
      case "thinking": {
        if (thoughts === "none") return [];
        const shown = thoughts === "shown" ? part.text : "";
        this.#bytes += Buffer.byteLength(part.text);
        return thinkingBlock(this.#index++, inPieces(shown, part.pieceChars), binding.sign(model, shown));
      }
      case "call": {
        const id = part.id ?? nextId("toolu");
        this.hasCall = true;
        this.#count({ type: "tool_use", id, name: part.name, input: parseOrEmpty(part.json) }, part.json);
        return toolUseBlock(this.#index++, { id, name: part.name }, inPieces(part.json, part.pieceChars));
      }
      case "block":
        this.#count(part.block, JSON.stringify(part.block));
        return wholeBlock(this.#index++, part.block);
      case "summary": {
        const signature = binding.signSummary(part.text);
        this.#bytes += Buffer.byteLength(part.text);
        return wholeBlock(this.#index++, { type: "compaction", content: part.text, signature });
      }
      case "event":
        return [part.event];
      case "error":
        return [{ type: "error", error: { type: part.type, message: part.message } }];
      default:
        return part satisfies never;
    }
  }

  #count(block: WireEvent, text: string): void {
    this.#bytes += Buffer.byteLength(text);
    this.#context.binding.add("assistant", block, JSON.stringify(block));
  }
}

/** Collects events into few big writes, or cuts them into the sizes the script wants. */
class Output {
  #pending: string[] = [];
  #pendingBytes = 0;
  readonly #response: ServerResponse;
  readonly #reply: StreamReply;
  readonly closed: Promise<void>;

  constructor(response: ServerResponse, reply: StreamReply) {
    this.#response = response;
    this.#reply = reply;
    this.closed = new Promise((resolve) => response.once("close", () => resolve()));
  }

  async send(events: readonly WireEvent[]): Promise<void> {
    for (const event of events) {
      const text = encodeEvent(event);
      this.#pending.push(text);
      this.#pendingBytes += text.length;
      if (this.#reply.isSlow || this.#pendingBytes >= FLUSH_BYTES) await this.flush();
    }
  }

  async flush(): Promise<void> {
    if (this.#pendingBytes === 0) return;
    const bytes = Buffer.from(this.#pending.join(""));
    this.#pending = [];
    this.#pendingBytes = 0;
    const sizes = this.#reply.writeBytes ?? [bytes.length];
    for (let start = 0, i = 0; start < bytes.length; i += 1) {
      const end = start + Math.max(1, sizes[i % sizes.length] ?? 1);
      await this.#write(bytes.subarray(start, end));
      start = end;
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#response.closed || this.#response.destroyed) return;
    const hasRoom = this.#response.write(bytes);
    if (!hasRoom) {
      await Promise.race([new Promise((resolve) => this.#response.once("drain", resolve)), this.closed]);
    } else if (this.#reply.isSlow || this.#reply.writeBytes) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

export function usage(use: CacheUse, outputTokens: number) {
  return {
    input_tokens: use.inputTokens,
    cache_creation_input_tokens: use.written["5m"] + use.written["1h"],
    cache_read_input_tokens: use.readTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: use.written["5m"],
      ephemeral_1h_input_tokens: use.written["1h"],
    },
    output_tokens: outputTokens,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: "standard",
  };
}

/** What a summary costs is no part of the message that brings it. */
function asIteration(used: ReturnType<typeof usage>) {
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = used;
  const own = { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens };
  const none = {
    input_tokens: 0,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: 0,
  };
  return { ...used, ...none, iterations: [{ type: "compaction", ...own }] };
}

function parseOrEmpty(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}
