import type { AgentEvent } from "./surface.ts";

/** One loop over the events: what it has not asked for yet waits here. */
export class Reader implements AsyncIterableIterator<AgentEvent> {
  #waiting: AgentEvent[] = [];
  #wanted: ((result: IteratorResult<AgentEvent, undefined>) => void)[] = [];
  #isEnded = false;
  readonly #onLeave: () => void;

  /** `onLeave`: whoever reads has had enough. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(event: AgentEvent): void {
    if (this.#isEnded) return;
    const wanted = this.#wanted.shift();
    if (wanted) wanted({ done: false, value: event });
    else if (!this.#joins(event)) this.#waiting.push(event);
  }

  /** Pieces of one text become one, so that a slow reader does not fill the memory. */
  #joins(event: AgentEvent): boolean {
    const last = this.#waiting.at(-1);
    if (!last || !isPiece(last) || !isPiece(event)) return false;
    if (last.type !== event.type || last.agentId !== event.agentId) return false;
    this.#waiting[this.#waiting.length - 1] = { ...last, delta: last.delta + event.delta };
    return true;
  }

  /** What waits is still read. */
  end(): void {
    this.#isEnded = true;
    for (const wanted of this.#wanted.splice(0)) wanted({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<AgentEvent, undefined>> {
    const value = this.#waiting.shift();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  return(): Promise<IteratorResult<AgentEvent, undefined>> {
    this.#waiting = [];
    this.end();
    this.#onLeave();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

type Piece = Extract<AgentEvent, { delta: string }>;
const isPiece = (event: AgentEvent): event is Piece => event.type === "text" || event.type === "thinking";
