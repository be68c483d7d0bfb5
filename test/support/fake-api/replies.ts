import type { WireEvent } from "../../../src/tour/sse-writer.ts";

/** A piece of a scripted reply, in the order it goes over the wire. */
export type Part =
  | { kind: "text"; text: string; pieceChars: number }
  | { kind: "thinking"; text: string; pieceChars: number }
  | { kind: "call"; name: string; json: string; id: string | undefined; pieceChars: number }
  /** A block of a kind nobody knows; the server accepts it when it comes back. */
  | { kind: "block"; block: WireEvent }
  /** A signed summary of everything in the request; only where one was asked for. */
  | { kind: "summary"; text: string }
  /** Any event, e.g. one of the future, or a delta of an unknown kind. */
  | { kind: "event"; event: WireEvent }
  | { kind: "pings"; count: number }
  /** What comes next is not sent before the promise is settled. */
  | { kind: "gate"; open: Promise<unknown> }
  | { kind: "error"; type: string; message: string }
  /** `fin` ends the response cleanly, `reset` destroys the socket, `hang` goes silent until the client gives up. */
  | { kind: "cut"; how: "fin" | "reset" | "hang" };

export interface StreamReply {
  readonly parts: readonly Part[];
  /** Default: `tool_use` when there is a call, else `end_turn`. */
  readonly stopReason?: string;
  readonly stopDetails?: unknown;
  /** Sizes of the writes in bytes, used round and round; cuts characters and line ends alike. */
  readonly writeBytes?: readonly number[];
  /** Every event is a write of its own. */
  readonly isSlow?: boolean;
}
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type Reply = StreamReply | HttpReply;

export const say = (text: string, pieceChars = 24): Part => ({ kind: "text", text, pieceChars });
export const think = (text: string, pieceChars = 24): Part => ({ kind: "thinking", text, pieceChars });
export const call = (name: string, input: unknown, id?: string, pieceChars = 24): Part => ({
  kind: "call",
  name,
  json: JSON.stringify(input),
  id,
  pieceChars,
});
/** A call whose arguments are this text, whether JSON or not. */
export const rawCall = (name: string, json: string, id?: string, pieceChars = 24): Part => ({
  kind: "call",
  name,
  json,
  id,
  pieceChars,
});
export const unknownBlock = (block: WireEvent): Part => ({ kind: "block", block });
export const summary = (text: string): Part => ({ kind: "summary", text });
export const event = (value: WireEvent): Part => ({ kind: "event", event: value });
export const pings = (count: number): Part => ({ kind: "pings", count });
export const gate = (open: Promise<unknown>): Part => ({ kind: "gate", open });
export const streamError = (type: string, message = type): Part => ({ kind: "error", type, message });
export const cut = (how: "fin" | "reset" | "hang"): Part => ({ kind: "cut", how });

export const reply = (...parts: Part[]): StreamReply => ({ parts });
export const maxTokens = (...parts: Part[]): StreamReply => ({ parts, stopReason: "max_tokens" });
export const pause = (...parts: Part[]): StreamReply => ({ parts, stopReason: "pause_turn" });
export const refuse = (...parts: Part[]): StreamReply => ({
  parts,
  stopReason: "refusal",
  stopDetails: { type: "refusal", category: null, explanation: "This cannot be helped with." },
});

const ERROR_TYPES: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ["invalid_request_error", "Invalid request"],
  401: ["authentication_error", "invalid x-api-key"],
  402: ["billing_error", "Your account has a problem with its payment."],
  403: ["permission_error", "Your API key may not use this resource."],
  404: ["not_found_error", "model: claude-nothing"],
  413: ["request_too_large", "Request exceeds the maximum size"],
  429: [
    "rate_limit_error",
    "This request would exceed your organization's rate limit of 30,000 input tokens per minute.",
  ],
  500: ["api_error", "Internal server error"],
  504: ["timeout_error", "The request timed out"],
  529: ["overloaded_error", "Overloaded"],
};

/** An error answer in the API's own shape. */
export function httpError(
  status: number,
  options: { type?: string; message?: string; code?: string; headers?: Record<string, string> } = {},
): HttpReply {
  const [type, message] = ERROR_TYPES[status] ?? ["api_error", `status ${status}`];
  const error = {
    type: options.type ?? type,
    message: options.message ?? message,
    ...(options.code !== undefined && { details: { error_code: options.code } }),
  };
  return {
    status,
    headers: { "content-type": "application/json", ...options.headers },
    body: JSON.stringify({ type: "error", error, request_id: "req_scripted" }),
  };
}

/** Any answer at all: a web page of a proxy, a message that was not streamed. */
export const httpBody = (status: number, contentType: string, body: string): HttpReply => ({
  status,
  headers: { "content-type": contentType },
  body,
});
