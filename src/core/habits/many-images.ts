import type { AgentEvent, EventOf } from "../event.ts";
import { followed } from "../followed.ts";
import { imageKind } from "../image-kind.ts";
import { type Block, text } from "../message.ts";

/** A request with more pictures than this may have no big one; it would be refused, and so would every later one. */
const MOST_WITH_BIG = 20;
const BIG_PIXELS = 2_000;
/** A picture says its size within so much of its base64. */
const HEAD_CHARS = 64_000;

interface Picture {
  readonly agentId: string;
  readonly seq: number;
  readonly callId: string | undefined;
  readonly isBig: boolean;
}

const picturesIn = followed<{ held: Picture[] }>(
  () => ({ held: [] }),
  (state, event) => {
    if (event.type === "cleared") {
      const cleared = new Set(event.callIds);
      state.held = state.held.filter(({ callId }) => callId === undefined || !cleared.has(callId));
    } else if (event.type === "compacted") {
      state.held = state.held.filter(
        ({ agentId, seq }) => agentId !== event.agentId || seq >= event.keepFromSeq,
      );
    } else if (event.type === "user" || event.type === "tool.finished") {
      const callId = event.type === "tool.finished" ? event.callId : undefined;
      for (const block of event.content)
        if (block.type === "image")
          state.held.push({ agentId: event.agentId, seq: event.seq, callId, isBig: isBig(block) });
    }
  },
);

type Result = Pick<EventOf<"tool.finished">, "content" | "isError" | "outcome" | "errorKind" | "seen">;

/** A result as it can be sent: without a picture that would make the provider refuse the conversation from then on. */
export function withoutTooMany<T extends Result>(result: T, agentId: string, log: readonly AgentEvent[]): T {
  const added = result.content.filter(({ type }) => type === "image");
  if (added.length === 0) return result;
  const held = picturesIn(log).held.filter((picture) => picture.agentId === agentId);
  const hasBig = held.some((picture) => picture.isBig) || added.some(isBig);
  if (!hasBig || held.length + added.length <= MOST_WITH_BIG) return result;
  const words = `Not shown: this conversation holds ${held.length} pictures, and with more than ${MOST_WITH_BIG} none of them may be wider or higher than ${BIG_PIXELS} pixels. Have an agent look at it and describe it, or tell the user.`;
  const failure = { isError: true, outcome: "failed", errorKind: "unreadable" } as const;
  // What is not shown has not been seen.
  return { ...result, ...failure, content: [text(words)], ...(result.seen && { seen: [] }) };
}

function isBig(block: Block): boolean {
  const { source } = block;
  const data = typeof source === "object" && source !== null && "data" in source ? source.data : undefined;
  if (typeof data !== "string") return false;
  try {
    const head = atob(data.slice(0, HEAD_CHARS));
    const size = imageKind(Uint8Array.from(head, (char) => char.charCodeAt(0)));
    // What does not say its size may be any.
    return size === undefined || Math.max(size.width, size.height) > BIG_PIXELS;
  } catch {
    return true;
  }
}
