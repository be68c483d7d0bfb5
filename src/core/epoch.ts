import type { AgentEvent, EventOf } from "./event.ts";
import { type Block, text } from "./message.ts";

/** What an agent's newest epoch leaves out of its history. Between two epoch events, requests only grow at their end. */
export interface Epoch {
  /** The newest one. */
  readonly compacted: EventOf<"compacted"> | undefined;
  /** What stands in place of the results of these calls, by their ids. */
  readonly cleared: ReadonlyMap<string, Block>;
  /** Thoughts of a reply that had seen less than this are bound to what is not sent any more. */
  readonly thoughtsFromSeq: number;
}

/** The epoch that the events of one agent are in. */
export function epochOf(own: readonly AgentEvent[]): Epoch {
  let compacted: EventOf<"compacted"> | undefined;
  let thoughtsFromSeq = -1;
  let prefix: EventOf<"prefix"> | undefined;
  /** Behind a summary that was signed for another system prompt, no later one vouches for what thoughts followed. */
  let isForeign = false;
  const cleared = new Map<string, Block>();
  for (const event of own) {
    if (event.type === "prefix") {
      if (prefix && !hasSameHead(prefix, event)) {
        thoughtsFromSeq = event.seq;
        isForeign ||= compacted?.signed !== undefined;
      }
      prefix = event;
      continue;
    }
    if (event.type === "compacted") {
      compacted = event;
      isForeign &&= event.signed !== undefined;
    } else if (event.type === "cleared") clear(event, cleared);
    else continue;
    if (event.type === "cleared" || !event.signed || isForeign) thoughtsFromSeq = event.seq;
  }
  return { compacted, cleared, thoughtsFromSeq };
}

/**
 * Thoughts are bound to what comes before every message as well; another model or effort alone changes nothing of that, and
 * neither do definitions that are only declared, to be loaded when they are needed.
 */
const hasSameHead = (a: EventOf<"prefix">, b: EventOf<"prefix">): boolean =>
  isSame(a.system, b.system) && isSame(standing(a), standing(b));
const standing = ({ tools }: EventOf<"prefix">) => tools.filter((tool) => tool.defer_loading !== true);
const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The first note stays: another one would change what was sent for nothing. */
function clear({ callIds, strategy }: EventOf<"cleared">, cleared: Map<string, Block>): void {
  const note = text(NOTES[strategy] ?? OLD);
  for (const callId of callIds) if (!cleared.has(callId)) cleared.set(callId, note);
}

const OLD = "[Old result, cleared to save room. Make the call again if you need it.]";
const NOTES: Readonly<Record<string, string>> = {
  large: "[Too large to fit beside the rest, cleared. Ask for a smaller part of it.]",
  superseded: "[An older copy, cleared: a newer one of this file follows.]",
  user: "[The user took this result out of the conversation.]",
};

export const isThought = ({ type }: Block): boolean => type === "thinking" || type === "redacted_thinking";

/** What is pinned in an agent's conversation: `seq`s of messages and ids of calls. */
export function pinsOf(own: readonly AgentEvent[]): ReadonlySet<number | string> {
  const pins = new Set<number | string>();
  for (const event of own) {
    if (event.type !== "pinned") continue;
    if (event.isPinned) pins.add(event.target);
    else pins.delete(event.target);
  }
  return pins;
}
