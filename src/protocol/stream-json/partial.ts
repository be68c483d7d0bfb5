import { parentCallOf } from "../../core/event.ts";
import type { LiveEvent } from "../../core/live-event.ts";
import type { Usage } from "../../core/message.ts";
import { wireUsage } from "./totals.ts";

/** A reply of one agent that is being written. */
interface Writing {
  readonly messageId: string;
  /** Of the block that is open, or that comes next. */
  index: number;
  open: "text" | "thinking" | "tool_use" | undefined;
  callId: string | undefined;
}
interface StreamEvent {
  readonly event: Readonly<Record<string, unknown>>;
  readonly parent_tool_use_id: string | null;
}

/**
 * Replies while they are written, as events of the model's own stream: `message_start`, blocks with their deltas, `message_stop`.
 * Every character is in one delta, once. An attempt that failed ends without a `message_stop`, and the next one begins anew.
 */
export class PartialMessages {
  readonly #writing = new Map<string, Writing>();
  readonly #newId: () => string;
  readonly #model: () => string;

  constructor(newId: () => string, model: () => string) {
    this.#newId = newId;
    this.#model = model;
  }

  /** The id of the reply that this agent is writing, if it is writing one. */
  messageId(agentId: string): string | undefined {
    return this.#writing.get(agentId)?.messageId;
  }

  live(event: LiveEvent): StreamEvent[] {
    switch (event.type) {
      case "text":
        return this.#delta(event.agentId, "text", { type: "text_delta", text: event.delta });
      case "thinking":
        return this.#delta(event.agentId, "thinking", { type: "thinking_delta", thinking: event.delta });
      case "call":
        return this.#call(event);
      case "discarded":
        this.#writing.delete(event.agentId);
        return [];
      default:
        return [];
    }
  }

  /** The reply is there, whole or cut off (without `usage`). */
  end(agentId: string, stopReason: string | null, usage?: Usage): StreamEvent[] {
    const writing = this.#writing.get(agentId);
    if (!writing) return [];
    this.#writing.delete(agentId);
    const say = saying(agentId);
    return [
      ...this.#close(writing, agentId),
      say({
        type: "message_delta",
        delta: { stop_reason: stopReason, stop_sequence: null },
        usage: usage ? wireUsage(usage) : {},
      }),
      say({ type: "message_stop" }),
    ];
  }

  #delta(agentId: string, kind: "text" | "thinking", delta: Record<string, unknown>): StreamEvent[] {
    const { writing, events } = this.#begin(agentId);
    if (writing.open !== kind) {
      const block = kind === "text" ? { type: kind, text: "" } : { type: kind, thinking: "", signature: "" };
      events.push(...this.#close(writing, agentId), opened(writing, agentId, kind, block));
    }
    return [...events, grown(writing, agentId, delta)];
  }

  #call({ agentId, callId, name, json = "" }: Extract<LiveEvent, { type: "call" }>): StreamEvent[] {
    const { writing, events } = this.#begin(agentId);
    if (writing.callId !== callId) {
      const block = { type: "tool_use", id: callId, name, input: {} };
      events.push(...this.#close(writing, agentId), opened(writing, agentId, "tool_use", block));
      writing.callId = callId;
    }
    if (json !== "") events.push(grown(writing, agentId, { type: "input_json_delta", partial_json: json }));
    return events;
  }

  #begin(agentId: string): { writing: Writing; events: StreamEvent[] } {
    const known = this.#writing.get(agentId);
    if (known) return { writing: known, events: [] };
    const writing: Writing = {
      messageId: `msg_${this.#newId()}`,
      index: 0,
      open: undefined,
      callId: undefined,
    };
    this.#writing.set(agentId, writing);
    const message = {
      ...{ id: writing.messageId, type: "message", role: "assistant", model: this.#model(), content: [] },
      ...{ stop_reason: null, stop_sequence: null, usage: {} },
    };
    return { writing, events: [saying(agentId)({ type: "message_start", message })] };
  }

  #close(writing: Writing, agentId: string): StreamEvent[] {
    if (writing.open === undefined) return [];
    writing.open = undefined;
    writing.callId = undefined;
    writing.index += 1;
    return [saying(agentId)({ type: "content_block_stop", index: writing.index - 1 })];
  }
}

const saying =
  (agentId: string) =>
  (event: Record<string, unknown>): StreamEvent => ({
    event,
    parent_tool_use_id: parentCallOf(agentId) ?? null,
  });

function opened(
  writing: Writing,
  agentId: string,
  kind: NonNullable<Writing["open"]>,
  block: Record<string, unknown>,
): StreamEvent {
  writing.open = kind;
  return saying(agentId)({ type: "content_block_start", index: writing.index, content_block: block });
}

const grown = ({ index }: Writing, agentId: string, delta: Record<string, unknown>): StreamEvent =>
  saying(agentId)({ type: "content_block_delta", index, delta });
