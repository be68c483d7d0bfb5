import type { Mode } from "../../core/mode.ts";
import type { ToolServer } from "../../core/tool-source.ts";

/** One JSON object of the stream. `session_id` and `uuid` are on every frame that is not about control. */
export type Frame = Record<string, unknown> & { type: string };

/** One line, whatever counts as the end of one where it is read. */
export const encodeFrame = (frame: Frame): string =>
  `${JSON.stringify(frame).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")}\n`;

/** A server of tools as callers know it. */
export const wireServer = ({ name, status, problem }: ToolServer): Record<string, unknown> => ({
  ...{ name, status },
  ...(problem !== undefined && { error: problem }),
});

export const WIRE_MODE: Record<Mode, string> = {
  ask: "default",
  acceptEdits: "acceptEdits",
  plan: "plan",
  auto: "auto",
  dontAsk: "dontAsk",
  bypass: "bypassPermissions",
};

/** What a failure is called on an `assistant` frame. */
export function wireError(kind: string): string {
  return Object.hasOwn(WIRE_ERRORS, kind) ? (WIRE_ERRORS[kind] ?? "unknown") : "unknown";
}

const WIRE_ERRORS: Readonly<Record<string, string>> = {
  auth: "authentication_failed",
  no_key: "authentication_failed",
  billing: "billing_error",
  rate_limited: "rate_limit",
  overloaded: "overloaded",
  network: "server_error",
  unknown_model: "model_not_found",
  invalid_request: "invalid_request",
  bad_history: "invalid_request",
  output_limit: "max_output_tokens",
};
