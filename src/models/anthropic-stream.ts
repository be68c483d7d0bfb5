import { untilAborted } from "../core/async.ts";
import { AgentError } from "../core/errors.ts";
import { isToolUse } from "../core/message.ts";
import type { ModelChunk } from "../core/model.ts";
import { Accumulator } from "./accumulator.ts";
import type { Dialect } from "./anthropic-request.ts";
import { classifyEvent, type FailureContext } from "./classify.ts";
import { field, stringAt } from "./fields.ts";
import { createSseParser, type ServerSentEvent } from "./sse.ts";

export interface ReplyReader {
  readonly dialect: Dialect;
  readonly context: FailureContext;
  readonly signal: AbortSignal;
  readonly onBytes: () => void;
}

/** How long the few bytes after `message_stop` are waited for, so that the connection can be used again. */
const DRAIN_MS = 1_000;

/**
 * Reads one streamed reply. What arrived together is handed on together, so that a fast stream costs little.
 * Rejects with `network` when the stream ends before `message_stop`.
 */
export async function* readReply(response: Response, reader: ReplyReader): AsyncGenerator<ModelChunk> {
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("json")) {
    yield* readWhole(await untilAborted(response.json(), reader.signal), reader);
    return;
  }
  if (!type.includes("event-stream") || !response.body) throw notAStream(reader.context.host, type);
  yield* readStream(response.body.getReader(), reader);
}

async function* readStream(
  bytes: ReadableStreamDefaultReader<Uint8Array>,
  reader: ReplyReader,
): AsyncGenerator<ModelChunk> {
  const sse = createSseParser();
  const reply = new Accumulator();
  try {
    for (let isOver = false; !isOver && !reply.isComplete; ) {
      const { done, value } = await untilAborted(bytes.read(), reader.signal);
      reader.onBytes();
      isOver = done;
      yield* take(value ? sse.push(value) : sse.end(), reply, reader);
    }
    yield finish(reply, reader);
  } finally {
    if (reply.isComplete) void drain(bytes);
    else bytes.cancel().catch(ignore);
  }
}

function take(events: readonly ServerSentEvent[], reply: Accumulator, reader: ReplyReader): ModelChunk[] {
  const chunks: ModelChunk[] = [];
  for (const { name, data } of events) {
    if (name === "ping" || data === "[DONE]") continue;
    const event = parse(data, reader.context.host);
    if (name === "error" || isError(event)) throw classifyEvent(event, reader.context);
    const chunk = reply.push(event);
    if (chunk) chunks.push(chunk);
  }
  return merge(chunks);
}

/** Servers with another vendor's wire format at heart report errors without a type. */
function isError(event: unknown): boolean {
  const type = stringAt(event, "type");
  return type === "error" || (type === undefined && field(event, "error") !== undefined);
}

/** Neighbouring deltas of one kind become one; of a call only its newest state is worth showing. */
function merge(chunks: readonly ModelChunk[]): ModelChunk[] {
  const merged: ModelChunk[] = [];
  for (const chunk of chunks) {
    const last = merged.at(-1);
    if (isDelta(chunk) && last?.type === chunk.type) last.delta += chunk.delta;
    else if (chunk.type === "call" && last?.type === "call" && last.id === chunk.id)
      merged[merged.length - 1] = chunk;
    else merged.push(chunk);
  }
  return merged;
}

const isDelta = (chunk: ModelChunk): chunk is Extract<ModelChunk, { delta: string }> =>
  chunk.type === "text" || chunk.type === "thinking";

function finish(reply: Accumulator, { dialect, context }: ReplyReader): ModelChunk {
  const done = reply.finish();
  if (reply.isComplete && dialect === "first-party") return done;
  // Some compatible servers leave out `message_stop`, or call a reply with tool calls an ended turn.
  if (!reply.isComplete && (dialect === "first-party" || reply.stopReason === undefined)) {
    throw new AgentError("network", `The connection to ${context.host} ended before the reply did.`);
  }
  return done.stopReason === "end_turn" && done.content.some(isToolUse)
    ? { ...done, stopReason: "tool_use" }
    : done;
}

/** A server that does not stream answers with the whole message, or with an error that came with status 200. */
function* readWhole(body: unknown, reader: ReplyReader): Generator<ModelChunk> {
  if (stringAt(body, "type") !== "message") throw classifyEvent(body, reader.context);
  const reply = new Accumulator();
  reply.push({ type: "message_start", message: body });
  const content = field(body, "content");
  for (const [index, block] of (Array.isArray(content) ? content : []).entries()) {
    const chunk = reply.push({ type: "content_block_start", index, content_block: block });
    if (chunk) yield chunk;
  }
  reply.push({ type: "message_delta", delta: body });
  reply.push({ type: "message_stop" });
  yield finish(reply, reader);
}

function parse(data: string, host: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new AgentError("network", `What ${host} sent was damaged on the way: an event is not JSON.`, {
      cause,
    });
  }
}

function notAStream(host: string, type: string): AgentError {
  const what = type.split(";", 1)[0] || "something without a type";
  return new AgentError(
    "network",
    `${host} answered with ${what} instead of a stream. A proxy or the sign-in page of a network may stand in between.`,
  );
}

async function drain(bytes: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const patience = AbortSignal.timeout(DRAIN_MS);
  try {
    while (!(await untilAborted(bytes.read(), patience)).done);
  } catch {
    await bytes.cancel().catch(ignore);
  }
}

const ignore = (): void => undefined;
