import type { AgentEvent } from "./event.ts";

export interface ContextView {
  readonly events: readonly AgentEvent[];
  /** Tokens the last request used, as counted by the provider; 0 before the first reply. */
  readonly usedTokens: number;
  /** True after the provider rejected the request as too long: estimates were wrong, so compact regardless. */
  readonly forced: boolean;
  /** Asks the current model a side question that is not logged. */
  ask(prompt: string): Promise<string>;
}
export type Compaction = { summary: string; keepFromSeq: number };

export interface ContextStrategy {
  readonly name: string;
  /** Resolves to undefined when there is nothing to do. */
  compact(view: ContextView, signal: AbortSignal): Promise<Compaction | undefined>;
}
