import { type Block, NO_USAGE, type Usage } from "../core/message.ts";
import type { ModelChunk } from "../core/model.ts";
import { field, isRecord, numberAt, stringAt } from "./fields.ts";

const CALL_STEP_CHARS = 200;
const CALL_STEP_SHARE = 0.05;

/** A block that still grows. Deltas are kept in arrays and joined once, at its end. */
interface OpenBlock {
  readonly block: Block;
  readonly strings: Map<string, string[]>;
  readonly json: string[];
  jsonChars: number;
  shownChars: number;
}

/**
 * Puts a streamed reply together. Blocks stay what the server sent, key order and unknown fields included, and
 * nothing is repaired: tool JSON that does not parse stays a raw string. Unknown events are ignored.
 */
export class Accumulator {
  readonly #content: Block[] = [];
  readonly #open = new Map<number, OpenBlock>();
  #usage: Usage = NO_USAGE;
  #stopReason: string | undefined;
  #isComplete = false;
  #id: string | undefined;
  #cacheMiss: string | undefined;

  /** True once `message_stop` has arrived. */
  get isComplete(): boolean {
    return this.#isComplete;
  }
  /** As sent; undefined while there is none. */
  get stopReason(): string | undefined {
    return this.#stopReason;
  }

  /** Takes one parsed stream event and returns what can be shown of it. */
  push(event: unknown): ModelChunk | undefined {
    const index = numberAt(event, "index");
    switch (stringAt(event, "type")) {
      case "message_start":
        this.#begin(field(event, "message"));
        return undefined;
      case "content_block_start":
        return this.#start(index ?? this.#content.length, field(event, "content_block"));
      case "content_block_delta":
        return grow(this.#open.get(index ?? this.#content.length - 1), field(event, "delta"));
      case "content_block_stop":
        return this.#close(index ?? this.#content.length - 1);
      case "message_delta":
        this.#stopReason = stringAt(field(event, "delta"), "stop_reason") ?? this.#stopReason;
        this.#count(field(event, "usage"));
        this.#diagnose(field(event, "delta"));
        return undefined;
      case "message_stop":
        this.#isComplete = true;
        return undefined;
      default:
        return undefined;
    }
  }

  /** The reply so far; blocks that are still open are closed. */
  finish(): Extract<ModelChunk, { type: "done" }> {
    for (const index of [...this.#open.keys()]) this.#close(index);
    // A server that skips an index leaves a hole in the array.
    const content = this.#content.filter(() => true);
    return {
      type: "done",
      content,
      usage: this.#usage,
      stopReason: this.#stopReason ?? "end_turn",
      ...(this.#id !== undefined && { messageId: this.#id }),
      ...(this.#cacheMiss !== undefined && { cacheMiss: this.#cacheMiss }),
    };
  }

  #begin(message: unknown): void {
    this.#id = stringAt(message, "id") ?? this.#id;
    this.#count(field(message, "usage"));
    this.#diagnose(message);
  }

  /** Other reasons (`unavailable`, `previous_message_not_found`) say nothing about the request. */
  #diagnose(message: unknown): void {
    const reason = stringAt(field(field(message, "diagnostics"), "cache_miss_reason"), "type");
    if (reason?.endsWith("_changed")) this.#cacheMiss = reason;
  }

  #start(index: number, sent: unknown): ModelChunk | undefined {
    if (!isRecord(sent)) return undefined;
    const type = stringAt(sent, "type") ?? "unknown";
    const block = { ...sent, type };
    const opened = { block, strings: new Map<string, string[]>(), json: [], jsonChars: 0, shownChars: 0 };
    this.#open.set(index, opened);
    this.#content[index] = block;
    if (type === "tool_use") return showCall(opened);
    const shown = stringAt(block, type);
    return (type === "text" || type === "thinking") && shown ? { type, delta: shown } : undefined;
  }

  #close(index: number): ModelChunk | undefined {
    const target = this.#open.get(index);
    if (!target) return undefined;
    this.#open.delete(index);
    const { block, strings, json } = target;
    for (const [key, parts] of strings) block[key] = (stringAt(block, key) ?? "") + parts.join("");
    const raw = json.join("");
    if (raw !== "") block["input"] = parseOrKeep(raw);
    else if (block.type === "tool_use") block["input"] ??= {};
    return target.jsonChars > target.shownChars ? showCall(target) : undefined;
  }

  /** Counts are cumulative; what a later report leaves out stays as it was. */
  #count(reported: unknown): void {
    const before = this.#usage;
    const sent = compactionIn(reported) ?? reported;
    const hour = numberAt(field(sent, "cache_creation"), "ephemeral_1h_input_tokens");
    this.#usage = {
      inputTokens: numberAt(sent, "input_tokens") ?? before.inputTokens,
      outputTokens: numberAt(sent, "output_tokens") ?? before.outputTokens,
      cacheReadTokens: numberAt(sent, "cache_read_input_tokens") ?? before.cacheReadTokens,
      cacheWriteTokens: numberAt(sent, "cache_creation_input_tokens") ?? before.cacheWriteTokens,
      ...(before.cacheWriteHourTokens && { cacheWriteHourTokens: before.cacheWriteHourTokens }),
      ...(hour && { cacheWriteHourTokens: hour }),
    };
  }
}

/** What a signed summary cost stands beside the message that brings it, which by itself costs nothing. */
function compactionIn(usage: unknown): unknown {
  const iterations = field(usage, "iterations");
  if (!Array.isArray(iterations) || numberAt(usage, "output_tokens") !== 0) return undefined;
  return iterations.find((one: unknown) => stringAt(one, "type") === "compaction");
}

function grow(target: OpenBlock | undefined, delta: unknown): ModelChunk | undefined {
  if (!target) return undefined;
  switch (stringAt(delta, "type")) {
    case "text_delta":
      return append(target, "text", stringAt(delta, "text"));
    case "thinking_delta":
      return append(target, "thinking", stringAt(delta, "thinking"));
    case "signature_delta":
      return append(target, "signature", stringAt(delta, "signature"));
    case "citations_delta":
      return cite(target.block, field(delta, "citation"));
    case "input_json_delta":
      return appendJson(target, stringAt(delta, "partial_json") ?? "");
    default:
      return undefined;
  }
}

function append(target: OpenBlock, key: string, value: string | undefined): ModelChunk | undefined {
  if (value === undefined) return undefined;
  const parts = target.strings.get(key);
  if (parts) parts.push(value);
  else target.strings.set(key, [value]);
  return (key === "text" || key === "thinking") && value !== "" ? { type: key, delta: value } : undefined;
}

function appendJson(target: OpenBlock, partial: string): ModelChunk | undefined {
  target.json.push(partial);
  target.jsonChars += partial.length;
  // For display only, so the longer it is, the rarer: showing every delta of a long one would be quadratic.
  const step = Math.max(CALL_STEP_CHARS, target.jsonChars * CALL_STEP_SHARE);
  return target.jsonChars - target.shownChars >= step ? showCall(target) : undefined;
}

function showCall(target: OpenBlock): ModelChunk | undefined {
  const id = stringAt(target.block, "id");
  const name = stringAt(target.block, "name");
  if (target.block.type !== "tool_use" || id === undefined || name === undefined) return undefined;
  target.shownChars = target.jsonChars;
  return { type: "call", id, name, inputSoFar: target.json.join("") };
}

function cite(block: Block, citation: unknown): undefined {
  const before = block["citations"];
  block["citations"] = Array.isArray(before) ? [...before, citation] : [citation];
}

function parseOrKeep(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
