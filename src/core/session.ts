import type { AgentEvent, EventBody } from "./event.ts";
import type { LiveEvent } from "./live-event.ts";
import { type Secrets, withoutLiveSecrets, withoutSecrets } from "./secrets.ts";

export type SessionListener = (event: { durable: AgentEvent } | { live: LiveEvent }) => void;

/** The append-only log of one conversation, sub-agents included. */
export class Session {
  readonly id: string;
  readonly #events: AgentEvent[];
  readonly #listeners = new Set<SessionListener>();
  readonly #now: () => number;
  readonly #write: (event: AgentEvent) => void;
  readonly #hide: Secrets["hide"];

  /**
   * `write` makes a record durable before anyone hears of it; when it throws, nothing happened. What passes here has no
   * secrets in it any more: the log is where everything else comes from, so this is the one place to `hide` them.
   */
  constructor(
    id: string,
    now: () => number,
    past: readonly AgentEvent[] = [],
    write: (event: AgentEvent) => void = () => undefined,
    hide: Secrets["hide"] = (text) => text,
  ) {
    this.id = id;
    this.#now = now;
    this.#write = write;
    this.#hide = hide;
    this.#events = [...past];
  }

  get events(): readonly AgentEvent[] {
    return this.#events;
  }

  get lastSeq(): number {
    return this.#events.at(-1)?.seq ?? -1;
  }

  append(agentId: string, body: EventBody): AgentEvent {
    const event: AgentEvent = {
      seq: this.lastSeq + 1,
      at: this.#now(),
      agentId,
      ...withoutSecrets(body, this.#hide),
    };
    this.#write(event);
    this.#events.push(event);
    for (const listener of this.#listeners) listener({ durable: event });
    return event;
  }

  broadcast(live: LiveEvent): void {
    const shown = withoutLiveSecrets(live, this.#hide);
    for (const listener of this.#listeners) listener({ live: shown });
  }

  subscribe(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
