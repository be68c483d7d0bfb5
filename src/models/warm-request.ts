import { untilAborted } from "../core/async.ts";
import { type Block, isText, type Message, text, type Usage } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";
import { Accumulator } from "./accumulator.ts";
import type { AnthropicClient } from "./anthropic-client.ts";
import { toBody } from "./anthropic-request.ts";
import { classify, type FailureContext } from "./classify.ts";
import { isRecord } from "./fields.ts";
import { betaHeaders } from "./signed-summary.ts";
import type { Watchdog } from "./watchdog.ts";

const MARKER = { cache_control: { type: "ephemeral" } };

interface Way {
  readonly connect: () => Promise<AnthropicClient>;
  /** Ended with the request. */
  readonly watchdog: Watchdog;
  readonly context: FailureContext;
}

/** What it cost. Rejects with an AgentError. */
export async function askWarm(request: ModelRequest, { connect, watchdog, context }: Way): Promise<Usage> {
  try {
    const sdk = await connect();
    const { signal } = watchdog;
    const headers = betaHeaders(request);
    const answer = sdk.post("/v1/messages", { body: toWarmBody(request), headers, signal });
    const reply = new Accumulator();
    reply.push({ type: "message_start", message: await untilAborted(answer, signal) });
    return reply.finish().usage;
  } catch (thrown) {
    throw classify(thrown, context);
  } finally {
    watchdog.stop();
  }
}

/**
 * The body of a request without an answer: it reads what the last one left in the cache, which lengthens its life, and
 * adds the reply. The next message of the user will be within reach of that.
 */
export function toWarmBody(request: ModelRequest): Record<string, unknown> {
  const { stream: _, diagnostics: __, ...body } = toBody(request, "first-party");
  const messages = Array.isArray(body["messages"]) ? body["messages"].filter(isMessage) : [];
  const end = messages.findLastIndex(({ role }) => role === "assistant") + 1;
  const after = messages.slice(end).map(unmarked);
  return {
    ...body,
    max_tokens: 0,
    messages: [...marked(messages.slice(0, end)), ...(after.length > 0 ? after : [PLACEHOLDER])],
  };
}

/** A conversation has to end with its user, and its calls with answers; without a marker nothing of this is kept. */
const PLACEHOLDER: Message = { role: "user", content: [text(".")] };

/** The newest entry there is, and one at the end of the reply to it. */
function marked(messages: readonly Message[]): Message[] {
  const newest = messages.findLastIndex(({ role, content }) => role === "user" && content.some(isMarked));
  return messages.map((message, index) => {
    if (index === messages.length - 1) return markEnd(unmarked(message));
    return index === newest ? message : unmarked(message);
  });
}

function markEnd(message: Message): Message {
  const end = message.content.findLastIndex(
    (block) => (isText(block) && block.text !== "") || block.type === "tool_use",
  );
  return {
    ...message,
    content: message.content.map((block, index) => (index === end ? { ...block, ...MARKER } : block)),
  };
}

const isMessage = (value: unknown): value is Message => isRecord(value) && Array.isArray(value["content"]);
const isMarked = (block: Block): boolean => "cache_control" in block;

const unmarked = (message: Message): Message => ({ ...message, content: message.content.map(unmark) });

function unmark(block: Block): Block {
  if (!isMarked(block)) return block;
  const { cache_control: _, ...rest } = block;
  return rest;
}
