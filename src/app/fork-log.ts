import { openCalls, owesReply } from "../core/conversation.ts";
import { type AgentEvent, type EventBody, MAIN } from "../core/event.ts";
import { text } from "../core/message.ts";
import { encodeRecord, readRecords } from "./session-file.ts";
import { isTurnEvent } from "./settle-past.ts";

export interface Fork {
  /** The conversation it begins with. */
  readonly sessionId: string;
  /** The first event that is not part of it. */
  readonly beforeSeq: number;
  /** The rewind it is made for. */
  readonly rewind: string | undefined;
  /** What is appended: how files stand, what the user has chosen since, what they should know. */
  readonly then: readonly EventBody[];
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * The log of a conversation that begins as another one did, byte for byte but for its first record, which says where it
 * comes from. What was still under way at that moment is ended, so that nothing of it runs again.
 */
export function forkLog(content: string, { sessionId, beforeSeq, rewind, then, at }: Fork): string {
  const records = readRecords(content).filter(({ event }) => event.seq < beforeSeq);
  const events = records.map(({ event }) => event);
  const forkedFrom = { sessionId, seq: beforeSeq, ...(rewind !== undefined && { rewind }) };
  const lines = records.map(({ line, event }) =>
    event.type === "session" ? encodeRecord({ ...event, forkedFrom }) : `${line}\n`,
  );
  const append = (agentId: string, body: EventBody): void => {
    const event: AgentEvent = { seq: (events.at(-1)?.seq ?? -1) + 1, at, agentId, ...body };
    events.push(event);
    lines.push(encodeRecord(event));
  };
  for (const { agentId, callId } of openEverywhere(events)) {
    append(agentId, {
      type: "tool.finished",
      callId,
      isError: true,
      content: [STOPPED],
      outcome: "interrupted",
    });
  }
  clearQueue(events, append);
  const last = events.findLast((event) => event.agentId === MAIN && isTurnEvent(event));
  if (last && last.type !== "finished" && owesReply(events, MAIN))
    append(MAIN, { type: "finished", outcome: "cancelled" });
  for (const body of then) append(MAIN, body);
  return lines.join("");
}

const STOPPED = text("Interrupted before it finished.");

/** What waited to be sent was sent, or still waits, in the other conversation. */
function clearQueue(events: readonly AgentEvent[], append: (agentId: string, body: EventBody) => void): void {
  const queue = events.findLast((event) => event.type === "queue");
  if (queue?.type === "queue" && queue.items.length > 0) append(MAIN, { type: "queue", items: [] });
}

function openEverywhere(events: readonly AgentEvent[]): readonly { agentId: string; callId: string }[] {
  const agents = [...new Set(events.map(({ agentId }) => agentId))];
  // Children first: the result of a call comes after everything that happened for it.
  return agents
    .toReversed()
    .flatMap((agentId) => openCalls(events, agentId).map(({ id }) => ({ agentId, callId: id })));
}
