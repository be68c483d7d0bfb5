import { type Epoch, epochOf, isThought, pinsOf } from "../core/epoch.ts";
import type { AgentEvent, EventOf } from "../core/event.ts";
import { inShort } from "../core/in-short.ts";
import { type Block, isToolUse } from "../core/message.ts";
import type { Seen } from "../core/seen.ts";

/** Tokens of a block, as far as that can be told. */
export type Size = (block: Block) => number;

/** A result that is sent as it came. */
export interface Result {
  readonly callId: string;
  readonly seq: number;
  readonly name: string;
  readonly input: unknown;
  readonly tokens: number;
  readonly seen: readonly Seen[];
  /** The call whose result was the same; only that is sent. */
  readonly sameAs: string | undefined;
  readonly isPinned: boolean;
}

/** A stretch of what is sent, in order. `callId`: of a result. */
export interface Stretch {
  readonly seq: number;
  readonly tokens: number;
  readonly callId?: string;
  /** Thoughts that are sent again as long as nothing before them changes. */
  readonly isThought?: boolean;
}

/** What an agent's newest epoch sends of its history, behind what a summary put in place of older turns. */
export interface Window {
  readonly epoch: Epoch;
  readonly fromSeq: number;
  readonly pins: ReadonlySet<number | string>;
  /** Oldest first; without those that are a note by now. */
  readonly results: readonly Result[];
  readonly stretches: readonly Stretch[];
  /** The newest one, if it is in there. */
  readonly lastReply: EventOf<"assistant"> | undefined;
  /** Calls of it that have no result yet. */
  readonly openCalls: readonly string[];
}

/** The window of one agent, from its events. */
export function windowOf(own: readonly AgentEvent[], size: Size): Window {
  const epoch = epochOf(own);
  const fromSeq = epoch.compacted?.keepFromSeq ?? 0;
  const reading = new Reading(epoch, pinsOf(own), size);
  for (const event of own) if (event.seq >= fromSeq) reading.take(event);
  const { lastReply, stretches, results } = reading;
  const finished = new Set(results.map(({ callId }) => callId));
  const openCalls = (lastReply?.content ?? [])
    .filter(isToolUse)
    .flatMap(({ id }) => (finished.has(id) || epoch.cleared.has(id) ? [] : [id]));
  return { epoch, fromSeq, pins: reading.pins, results, stretches, lastReply, openCalls };
}

class Reading {
  readonly pins: ReadonlySet<number | string>;
  readonly results: Result[] = [];
  readonly stretches: Stretch[] = [];
  lastReply: EventOf<"assistant"> | undefined;
  readonly #epoch: Epoch;
  readonly #size: Size;
  readonly #calls = new Map<string, { name: string; input: unknown }>();

  constructor(epoch: Epoch, pins: ReadonlySet<number | string>, size: Size) {
    this.#epoch = epoch;
    this.pins = pins;
    this.#size = size;
  }

  take(event: AgentEvent): void {
    if (event.type === "assistant") this.#reply(event);
    else if (event.type === "tool.finished") this.#result(event);
    else if (event.type === "user") this.#add(event.seq, event.content);
    else if (event.type === "reminder" || event.type === "partial")
      this.#add(event.seq, [{ type: "text", text: event.text }]);
  }

  #reply(event: EventOf<"assistant">): void {
    this.lastReply = event;
    const isBound = event.sawSeq >= this.#epoch.thoughtsFromSeq;
    const thoughts = isBound ? event.content.filter(isThought) : [];
    if (thoughts.length > 0)
      this.stretches.push({ seq: event.seq, tokens: this.#sum(thoughts), isThought: true });
    this.#add(
      event.seq,
      event.content.filter((block) => !isThought(block)),
    );
    for (const block of event.content) if (isToolUse(block)) this.#calls.set(block.id, block);
  }

  #result({ callId, seq, content, seen = [], sameAs }: EventOf<"tool.finished">): void {
    const call = this.#calls.get(callId);
    if (!call || this.#epoch.cleared.has(callId)) return;
    const isShort = sameAs !== undefined && this.results.some((result) => result.callId === sameAs);
    const tokens = this.#sum(isShort ? inShort(content) : content);
    this.stretches.push({ seq, tokens, callId });
    const isPinned = this.pins.has(callId) || this.pins.has(seq);
    this.results.push({ callId, seq, name: call.name, input: call.input, tokens, seen, sameAs, isPinned });
  }

  #add(seq: number, blocks: readonly Block[]): void {
    if (blocks.length > 0) this.stretches.push({ seq, tokens: this.#sum(blocks) });
  }

  #sum(blocks: readonly Block[]): number {
    return blocks.reduce((sum, block) => sum + this.#size(block), 0);
  }
}

/** Tokens of what came at `fromSeq` or later. */
export const tokensFrom = ({ stretches }: Window, fromSeq: number): number =>
  stretches.reduce((sum, { seq, tokens }) => (seq >= fromSeq ? sum + tokens : sum), 0);
