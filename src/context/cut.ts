import { isThought } from "../core/epoch.ts";
import type { AgentEvent } from "../core/event.ts";
import { type Block, isText } from "../core/message.ts";
import { tokensFrom, type Window } from "./window.ts";

/** Where older turns end and what stays verbatim begins. */
export interface Cut {
  readonly keepFromSeq: number;
  /** What the request for a summary holds: an earlier request, so that it comes from the cache. */
  readonly upToSeq: number;
}

export interface Tail {
  /** As many of the newest replies as fit in so many tokens stay. */
  readonly tokens: number;
  /** The newest reply with its results stays if it is no larger than this. */
  readonly lastTokens: number;
  /** Default: as many as fit. */
  readonly replies?: number;
}

/**
 * Where to cut: before a reply, so that what stays begins with what the model said and follows what it had read. Undefined
 * when nothing would be gained: too little has been said, or nothing since the last time.
 */
export function cutOf(own: readonly AgentEvent[], window: Window, tail: Tail): Cut | undefined {
  const { lastReply, epoch, openCalls } = window;
  const last = own.at(-1);
  if (!lastReply || !last || (epoch.compacted && epoch.compacted.seq > lastReply.seq)) return undefined;
  const keepFromSeq = tailOf(own, window, tail);
  if (keepFromSeq !== undefined) return { keepFromSeq, upToSeq: lastReply.sawSeq };
  // A call that waits for its person has to stay with its reply.
  return openCalls.length > 0 ? undefined : { keepFromSeq: last.seq + 1, upToSeq: last.seq };
}

/** Where as much begins as may stay; undefined when not even the newest reply may. */
function tailOf(own: readonly AgentEvent[], window: Window, tail: Tail): number | undefined {
  const { lastReply, fromSeq, openCalls } = window;
  const replies = own.filter(
    (event) => event.type === "assistant" && event.seq >= fromSeq && says(event.content),
  );
  // The first one follows what is kept word for word anyway.
  const candidates = replies.slice(1).toReversed().slice(0, tail.replies);
  if (candidates[0] !== lastReply) return undefined;
  const mayStay = openCalls.length > 0 ? Number.POSITIVE_INFINITY : tail.lastTokens;
  const starts = candidates.map((event) => (event.type === "assistant" ? event.sawSeq + 1 : event.seq));
  const kept = starts.filter((seq, i) => tokensFrom(window, seq) <= (i === 0 ? mayStay : tail.tokens));
  return kept[0] === starts[0] ? kept.at(-1) : undefined;
}

/** A reply of nothing but thoughts could not be what a history begins with. */
const says = (content: readonly Block[]): boolean =>
  content.some((block) => !isThought(block) && !(isText(block) && block.text.trim() === ""));
