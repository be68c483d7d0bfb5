import type { AgentEvent, EventBody, LiveEvent } from "./event.ts";

export type SessionListener = (event: { durable: AgentEvent } | { live: LiveEvent }) => void;

/** The append-only log of one conversation, sub-agents included. */
export class Session {
  readonly id: string;
  readonly #events: AgentEvent[];
  readonly #listeners = new Set<SessionListener>();
  readonly #now: () => number;
  readonly #write: (event: AgentEvent) => void;

  /** `write` makes a record durable before anyone hears of it; when it throws, nothing happened. */
  constructor(
    id: string,
    now: () => number,
    past: readonly AgentEvent[] = [],
    write: (event: AgentEvent) => void = () => undefined,
  ) {
    this.id = id;
    this.#now = now;
    this.#write = write;
    this.#events = [...past];
  }

  get events(): readonly AgentEvent[] {
    return this.#events;
  }

  get lastSeq(): number {
    return this.#events.at(-1)?.seq ?? -1;
  }

  append(agentId: string, body: EventBody): AgentEvent {
    const event: AgentEvent = { seq: this.lastSeq + 1, at: this.#now(), agentId, ...body };
    this.#write(event);
    this.#events.push(event);
    for (const listener of this.#listeners) listener({ durable: event });
    return event;
  }

  broadcast(live: LiveEvent): void {
    for (const listener of this.#listeners) listener({ live });
  }

  subscribe(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
