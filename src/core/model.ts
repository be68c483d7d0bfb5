import type { ToolSpec } from "./events/talk.ts";
import type { Block, Message, Usage } from "./message.ts";

export interface ModelProvider {
  readonly id: string;
  /**
   * One reply. Ends with exactly one `done`, or rejects with an AgentError; it never retries and never repairs.
   * Deltas are for display only. On abort it rejects with the signal's reason. `onSent` is told what goes over the wire.
   */
  stream(
    request: ModelRequest,
    signal: AbortSignal,
    onSent?: (sent: SentRequest) => void,
  ): AsyncIterable<ModelChunk>;
  /** Whether it can write its own signed summary of a conversation with this model. Default: it cannot. */
  canSign?(model: string): Promise<boolean>;
  /** Whether definitions of tools can be declared to this model now and loaded when they are needed. Default: no. */
  loadsTools?(model: string): boolean;
  /**
   * Has a request read by the provider and nothing said, so that its cache holds it: its messages, and the reply they end with.
   * Resolves to undefined where that is not possible. Default: it never is.
   */
  warm?(request: ModelRequest, signal: AbortSignal): Promise<Usage | undefined>;
  /**
   * How many tokens the provider would count for a request, which costs nothing. Resolves to undefined where it does not tell, and
   * when it fails. Rejects only with the signal's reason. Default: it never tells.
   */
  countTokens?(request: ModelRequest, signal: AbortSignal): Promise<number | undefined>;
  /** The models the account offers, best known first. Rejects with `auth`, `network`, … */
  models(signal: AbortSignal): Promise<readonly ModelInfo[]>;
}

/** A request is a function of the log alone: the same log always makes the same bytes. */
export interface ModelRequest {
  readonly model: string;
  readonly system: readonly string[];
  readonly tools: readonly ToolSpec[];
  /** May hold `system` messages after a user turn; an adapter for a model without them folds them into that turn. */
  readonly messages: readonly Message[];
  readonly maxOutputTokens: number;
  readonly effort?: string;
  /** Whose it is; not sent. */
  readonly agentId?: string;
  /** The reply shall be the provider's own signed summary of all of it; only where it can write one. */
  readonly compaction?: { readonly instructions: string };
  /** Of the reply before, so that the provider can say why its cache did not help; null for the first. Default: it is not asked. */
  readonly previousMessageId?: string | null;
}

/** What really goes over the wire, in the order in which a provider caches it. */
export interface SentRequest {
  readonly model: string;
  /** What decides about the cache besides, as JSON: effort, thinking, tool choice, output format, headers. */
  readonly settings: Readonly<Record<string, string>>;
  readonly units: readonly SentUnit[];
}
/** The smallest thing that can be cached: one tool, one block of the system prompt or of a message. */
export interface SentUnit {
  readonly kind: "tool" | "system" | "message";
  readonly role: string;
  /** Index of the tool, of the system block or of the message. */
  readonly index: number;
  /** Index within its message, else 0. */
  readonly block: number;
  /** As sent; a cache marker in it is no part of what is cached. */
  readonly value: Readonly<Record<string, unknown>>;
  /** A breakpoint: what ends here is kept for so many milliseconds. */
  readonly keptMs?: number;
}

export interface ModelInfo {
  readonly id: string;
  readonly name: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** Effort levels the model knows, weakest first; empty when it has none. */
  readonly efforts: readonly string[];
  /** US dollars per million tokens; undefined when unknown. */
  readonly price?: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
    /** For an entry that is kept for an hour. Default: twice the input. */
    readonly cacheWriteHour?: number;
    /** Everything costs so many times as much when the input is longer than this. */
    readonly long?: { readonly aboveTokens: number; readonly times: number };
  };
}

export type ModelChunk =
  | { type: "text" | "thinking"; delta: string }
  /** `inputSoFar` is the raw JSON text received so far, possibly cut anywhere. */
  | { type: "call"; id: string; name: string; inputSoFar: string }
  | {
      type: "done";
      /** Verbatim blocks. A `tool_use` whose JSON did not parse keeps the raw text as a string `input`. */
      content: Block[];
      usage: Usage;
      stopReason: string;
      /** The provider's name for this reply. */
      messageId?: string;
      /** Why its cache did not help, in the provider's word. */
      cacheMiss?: string;
    };
