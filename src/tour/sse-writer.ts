/** One event of a Messages stream. */
export type WireEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

export interface WireUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
}

export const SSE_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache",
} as const;

export const encodeEvent = (event: WireEvent): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Cuts a text into pieces of at most `size` characters, never inside one character. */
export function inPieces(value: string, size: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < value.length; ) {
    let end = start + Math.max(1, size);
    const last = value.charCodeAt(end - 1);
    if (last >= 0xd800 && last <= 0xdbff) end += 1;
    pieces.push(value.slice(start, end));
    start = end;
  }
  return pieces;
}

export function messageStart(
  id: string,
  model: string,
  usage: WireUsage & Record<string, unknown>,
  diagnostics: unknown = null,
): WireEvent {
  return {
    type: "message_start",
    message: {
      id,
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics,
      usage,
    },
  };
}

const delta = (index: number, change: WireEvent): WireEvent => ({
  type: "content_block_delta",
  index,
  delta: change,
});
const start = (index: number, block: WireEvent): WireEvent => ({
  type: "content_block_start",
  index,
  content_block: block,
});
const stop = (index: number): WireEvent => ({ type: "content_block_stop", index });

export const wholeBlock = (index: number, block: WireEvent): WireEvent[] => [
  start(index, block),
  stop(index),
];

export const textBlock = (index: number, pieces: readonly string[]): WireEvent[] => [
  start(index, { type: "text", text: "" }),
  ...pieces.map((text) => delta(index, { type: "text_delta", text })),
  stop(index),
];

export const thinkingBlock = (index: number, pieces: readonly string[], signature: string): WireEvent[] => [
  start(index, { type: "thinking", thinking: "", signature: "" }),
  ...pieces.map((thinking) => delta(index, { type: "thinking_delta", thinking })),
  delta(index, { type: "signature_delta", signature }),
  stop(index),
];

/** `json` is the text of the arguments, in pieces; the first delta of the real stream is empty, so ours is. */
export const toolUseBlock = (
  index: number,
  call: { readonly id: string; readonly name: string },
  json: readonly string[],
): WireEvent[] => [
  start(index, { type: "tool_use", id: call.id, name: call.name, input: {}, caller: { type: "direct" } }),
  ...["", ...json].map((partial_json) => delta(index, { type: "input_json_delta", partial_json })),
  stop(index),
];

/** The two events that end a whole message. */
export const messageEnd = (
  stopReason: string,
  usage: WireUsage & Record<string, unknown>,
  stopDetails: unknown = null,
): WireEvent[] => [
  {
    type: "message_delta",
    delta: { stop_reason: stopReason, stop_sequence: null, stop_details: stopDetails, container: null },
    usage,
  },
  { type: "message_stop" },
];
