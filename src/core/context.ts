import type { AgentEvent, EventBody } from "./event.ts";
import type { Block, Usage } from "./message.ts";
import type { ModelRequest } from "./model.ts";

/** Why room may be made: before a request as always, because somebody wants it, or because one was refused as too long. */
export type Occasion = "step" | "hand" | "overflow";

/** A question to the current model that is not logged. */
export interface SideQuestion {
  /** It is asked behind what the request held that had seen so much, byte for byte. */
  readonly upToSeq: number;
  /** What is asked. For the provider's own summary: what it is to pay attention to. */
  readonly prompt: string;
  /** The provider shall write its own signed summary. */
  readonly isSigned?: boolean;
}
export interface SideAnswer {
  readonly content: readonly Block[];
  readonly usage: Usage;
  readonly stopReason: string;
}

export interface ContextView {
  readonly agentId: string;
  readonly model: string;
  /** Of this agent, oldest first. */
  readonly events: readonly AgentEvent[];
  readonly occasion: Occasion;
  /** What somebody wants to be kept, in their words; "" when nobody said. */
  readonly focus: string;
  /** Whether the provider can write a signed summary with this model. */
  canSign(): Promise<boolean>;
  readonly maxOutputTokens: number;
  /** What results bring stands between marks with it. */
  readonly boundary: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The next request as it would be sent after `more` as well. Costs a look at the whole conversation. */
  request(more?: readonly RoomEvent[]): ModelRequest;
  /** As the provider would count it; undefined where it does not tell. Rejects only when aborted. */
  count?(request: ModelRequest): Promise<number | undefined>;
  /** Rejects like a reply does, and with `context_overflow` when the answer ran into the end of the window. */
  ask(question: SideQuestion): Promise<SideAnswer>;
}

export type RoomEvent = Extract<EventBody, { type: "compacted" | "cleared" }>;

export interface Room {
  /** What is to be appended, in order. Empty when there is nothing to gain. */
  readonly events: readonly RoomEvent[];
  /** Why it is empty, for people. */
  readonly because?: string;
  /** Something a person should know of. */
  readonly warning?: string;
}

/** A way to make room in an agent's window, or what chooses among ways. */
export interface ContextStrategy {
  readonly name: string;
  /** Resolves to undefined when there is nothing to do. Only rejects when aborted or when nobody could do anything. */
  makeRoom(view: ContextView, signal: AbortSignal): Promise<Room | undefined>;
}
