import type { Room } from "../core/context.ts";
import { epochOf, pinsOf } from "../core/epoch.ts";
import { AgentError } from "../core/errors.ts";
import { type AgentEvent, MAIN } from "../core/event.ts";
import type { RoomWish } from "../core/make-room.ts";
import type { Session } from "../core/session.ts";
import type { Turns } from "./turns.ts";

/** What became of a wish to make room. */
export type Compacted =
  | { readonly kind: "done"; readonly tokensBefore: number; readonly tokensAfter: number }
  /** There is too little to summarise, or it would save too little: `because` is for people. */
  | { readonly kind: "nothing"; readonly because: string };

interface Parts {
  readonly session: Session;
  readonly turns: Pick<Turns, "isRunning" | "onRunning" | "makeRoom">;
  /** Throws `locked` when this conversation cannot be written. */
  readonly refuseReadOnly: () => void;
}

/** What a person does about what the model sees: make room, pin, take out, put a summary in other words. */
export class ContextDesk {
  readonly #parts: Parts;
  #wish: RoomWish | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Summarises older turns; `keep` says in the person's words what must not get lost. While a turn runs it happens before its
   * next request. Rejects with `locked`, with what the provider said, or when it was stopped: all is as it was then.
   */
  async compact(keep = ""): Promise<Compacted> {
    this.#parts.refuseReadOnly();
    const { turns } = this.#parts;
    if (!turns.isRunning) return outcomeOf(await turns.makeRoom(keep.trim()));
    if (this.#wish) throw new AgentError("locked", "Room is to be made already, before the next request.");
    return outcomeOf(await this.#whenPossible(keep.trim()));
  }

  /** What is to be done before the next request of the turn that runs. */
  takeWish(agentId: string): RoomWish | undefined {
    if (agentId !== MAIN) return undefined;
    const wish = this.#wish;
    this.#wish = undefined;
    return wish;
  }

  /** Before the next request, or when the turn has ended without one. */
  #whenPossible(focus: string): Promise<Room | undefined> {
    return new Promise((granted, failed) => {
      const wish = { focus, granted, failed };
      this.#wish = wish;
      const stop = this.#parts.turns.onRunning((isRunning) => {
        if (isRunning) return;
        stop();
        if (this.#wish !== wish) return;
        this.#wish = undefined;
        const last = this.#parts.session.events.findLast((event) => event.type === "finished");
        // Who stops everything means this as well.
        if (last?.type === "finished" && last.outcome === "cancelled")
          failed(new DOMException("Stopped before room was made.", "AbortError"));
        else this.#parts.turns.makeRoom(focus).then(granted, failed);
      });
    });
  }

  /** Pins a message (`seq`) or a result (its call), or lets it go. False when there is no such thing, or it is so already. */
  pin(target: number | string, isPinned = true, agentId: string = MAIN): boolean {
    this.#parts.refuseReadOnly();
    const own = this.#own(agentId);
    if (pinsOf(own).has(target) === isPinned) return false;
    const isThere = own.some((event) =>
      typeof target === "number"
        ? event.seq === target && PINNABLE.has(event.type)
        : event.type === "tool.finished" && event.callId === target,
    );
    if (!isThere) return false;
    this.#parts.session.append(agentId, { type: "pinned", target, isPinned });
    return true;
  }

  /** Takes results out of what is sent from now on; pins on them go as well. Returns how many that were. */
  drop(callIds: readonly string[], agentId: string = MAIN): number {
    this.#parts.refuseReadOnly();
    const own = this.#own(agentId);
    const { cleared } = epochOf(own);
    const wanted = new Set(callIds);
    const there = own.flatMap((event) =>
      event.type === "tool.finished" && wanted.has(event.callId) && !cleared.has(event.callId)
        ? [event.callId]
        : [],
    );
    if (there.length === 0) return 0;
    const pins = pinsOf(own);
    for (const target of there)
      if (pins.has(target)) this.#parts.session.append(agentId, { type: "pinned", target, isPinned: false });
    this.#parts.session.append(agentId, { type: "cleared", callIds: there, strategy: "user" });
    return there.length;
  }

  /** Puts other words in the place of the newest summary. Throws `not_found` when there is none, `invalid_input` for "". */
  editSummary(words: string, agentId: string = MAIN): void {
    this.#parts.refuseReadOnly();
    const last = epochOf(this.#own(agentId)).compacted;
    if (!last) throw new AgentError("not_found", "Nothing has been summarised in this conversation.");
    if (words.trim() === "") throw new AgentError("invalid_input", "A summary cannot be empty.");
    const { keepFromSeq, kept, tokensBefore, focus } = last;
    this.#parts.session.append(agentId, {
      ...{ type: "compacted", summary: words, keepFromSeq, strategy: "edited" },
      ...(kept && { kept }),
      ...(tokensBefore !== undefined && { tokensBefore }),
      ...(focus !== undefined && { focus }),
    });
  }

  #own(agentId: string): AgentEvent[] {
    return this.#parts.session.events.filter((event) => event.agentId === agentId);
  }
}

const PINNABLE: ReadonlySet<AgentEvent["type"]> = new Set(["user", "assistant", "reminder"]);

function outcomeOf(room: Room | undefined): Compacted {
  const [first] = room?.events ?? [];
  const last = room?.events.at(-1);
  if (!first || !last)
    return { kind: "nothing", because: room?.because ?? "There is nothing to summarise yet." };
  return { kind: "done", tokensBefore: first.tokensBefore ?? 0, tokensAfter: last.tokensAfter ?? 0 };
}
