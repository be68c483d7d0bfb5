import type { AgentEvent, EventOf } from "../event.ts";
import { followed } from "../followed.ts";
import { text } from "../message.ts";
import { BIG_PIXELS, isBig, MOST_WITH_BIG } from "../picture-limit.ts";

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
