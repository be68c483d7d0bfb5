import type { ContextStrategy, ContextView, RoomEvent } from "../core/context.ts";
import { type Block, isText, text } from "../core/message.ts";
import type { ModelRequest } from "../core/model.ts";
import { factsOf, quote } from "./facts.ts";
import { extract } from "./fresh-start.ts";
import { type Kept, keptParts } from "./kept.ts";
import { type Size, windowOf } from "./window.ts";

interface Parts {
  readonly size: Size;
  /** Tokens of a whole request. */
  readonly sizeOf: (request: ModelRequest) => number;
  /** What a request may have, in tokens. */
  readonly limit: (view: ContextView) => number;
}

/** How much of everything is kept, tried in this order. */
const SHARES = [1, 0.5, 0.2, 0.05];
/** A message longer than this is cut when there is no other way: all of it stays in the record. In characters. */
const LONGEST_BLOCK = 40_000;

/**
 * The last resort: asks nobody, and keeps as much as fits, whatever that is. Always makes a valid request; what is pinned is
 * in it, and nothing is gained when that alone is too much. A call that waits for its person keeps its reply.
 */
export const emergencyCut = ({ size, sizeOf, limit }: Parts): ContextStrategy => ({
  name: "emergency",
  async makeRoom(view) {
    const { events, focus, boundary } = view;
    const last = events.at(-1);
    if (!last) return undefined;
    const { openCalls, lastReply, pins, fromSeq } = windowOf(events, size);
    const isOpen = openCalls.length > 0 && lastReply !== undefined;
    const keepFromSeq = Math.max(fromSeq, isOpen ? lastReply.sawSeq + 1 : last.seq + 1);
    const facts = factsOf(events);
    const all = keptParts(events, keepFromSeq, boundary);
    const most = limit(view);
    for (const share of SHARES) {
      const kept = all.map((one) => shortened(one, LONGEST_BLOCK * share));
      const summary = extract(facts, focus, boundary, share);
      const event: RoomEvent = { type: "compacted", strategy: "emergency", summary, keepFromSeq, kept };
      if (sizeOf(view.request([event])) <= most) return { events: [event] };
    }
    const because =
      pins.size > 0
        ? "What is pinned does not fit the model's window. Let some of it go."
        : "Even the shortest form of this conversation does not fit the model's window.";
    return { events: [], because };
  },
});

function shortened({ block, isPinned }: Kept, maxChars: number): Block {
  if (isPinned || !isText(block) || block.text.length <= maxChars) return block;
  return text(
    `${quote(block.text, maxChars)}\n[The middle was cut for lack of room; search the transcript for it.]`,
  );
}
