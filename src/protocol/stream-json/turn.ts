import type { EventOf, Outcome } from "../../core/event.ts";
import { addUsage, NO_USAGE, type Usage } from "../../core/message.ts";
import { wireUsage } from "./totals.ts";

export interface Denial {
  readonly tool_name: string;
  readonly tool_use_id: string;
  readonly tool_input: unknown;
  /** Why, in words; beyond what other programs say. */
  readonly reason: string;
}

/** What the `result` of a turn is made of, gathered while it runs. */
export class TurnFigures {
  readonly startedAt: number;
  readonly denials: Denial[] = [];
  usage: Usage = NO_USAGE;
  replies = 0;
  apiMs = 0;
  text = "";
  stopReason: string | null = null;
  /** From the beginning to the first word, in milliseconds. */
  firstWordMs: number | undefined;
  wasInTool = false;
  isAnnounced = false;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  reply({ usage, stopReason, durationMs = 0, at }: EventOf<"assistant">, text: string): void {
    this.replies += 1;
    this.usage = addUsage(this.usage, usage);
    this.apiMs += durationMs;
    this.stopReason = stopReason;
    this.text = text;
    this.firstWordMs ??= at - this.startedAt;
  }
}

export interface Ending {
  readonly subtype: string;
  readonly terminal_reason: string;
}

/** How a turn ended, in the stream's own words. */
export function endingOf(
  { outcome, error }: { readonly outcome: Outcome; readonly error?: { readonly kind: string } | undefined },
  wasInTool: boolean,
): Ending {
  const failed = "error_during_execution";
  switch (outcome) {
    case "done":
      return { subtype: "success", terminal_reason: "completed" };
    case "step_limit":
      return { subtype: "error_max_turns", terminal_reason: "max_turns" };
    case "cancelled":
      return { subtype: failed, terminal_reason: wasInTool ? "aborted_tools" : "aborted_streaming" };
    case "failed":
      break;
  }
  if (error?.kind === "budget")
    return { subtype: "error_max_budget_usd", terminal_reason: "budget_exhausted" };
  if (error?.kind === "context_overflow") return { subtype: failed, terminal_reason: "prompt_too_long" };
  return { subtype: failed, terminal_reason: error?.kind === "bug" ? "model_error" : "api_error" };
}

interface ResultParts {
  /** What went wrong, when something did. */
  readonly words: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly answer: { readonly value: unknown } | undefined;
}

/** The body of a `result`, but for what everything cost. */
export function resultOf(turn: TurnFigures, ending: Ending, { words, at, answer }: ResultParts) {
  const isError = ending.subtype !== "success";
  return {
    ...ending,
    is_error: isError,
    ...(isError
      ? { errors: [WORDS[ending.terminal_reason] ?? words] }
      : { result: answer ? JSON.stringify(answer.value) : turn.text }),
    ...(answer && { structured_output: answer.value }),
    num_turns: turn.replies,
    duration_ms: at - turn.startedAt,
    duration_api_ms: turn.apiMs,
    ...(turn.firstWordMs !== undefined && { ttft_ms: turn.firstWordMs }),
    stop_reason: turn.stopReason,
    usage: wireUsage(turn.usage),
    permission_denials: turn.denials,
  };
}

const WORDS: Readonly<Record<string, string>> = {
  max_turns: "Stopped at --max-turns.",
  aborted_streaming: "Stopped by the user.",
  aborted_tools: "Stopped by the user.",
  structured_output_retry_exhausted: "The model gave no answer that fits the schema.",
};
