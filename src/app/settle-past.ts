import { owesReply } from "../core/conversation.ts";
import { type AgentEvent, MAIN } from "../core/event.ts";
import type { Session } from "../core/session.ts";

/** What a crash or a closed window left behind is said once; nothing runs again by itself. */
export function settlePast(
  session: Session,
  { damaged, isAsking }: { damaged: number; isAsking: boolean },
): void {
  sayDamage(session, damaged);
  const last = session.events.findLast((event) => event.agentId === MAIN && isTurnEvent(event));
  if (last?.type === "finished" || !owesReply(session.events, MAIN) || isAsking) return;
  sayInterrupted(session);
  session.append(MAIN, { type: "finished", outcome: "cancelled" });
}

const OF_A_TURN: readonly AgentEvent["type"][] = [
  ...(["user", "assistant", "partial", "finished", "agent.started"] as const),
  ...(["permission.asked", "permission.decided", "question.asked", "question.answered"] as const),
  ...(["tool.started", "tool.finished", "prefix"] as const),
];

/** Whether it is part of a turn's course, and not of what people do in between (who may also make room then), or of what a stopped command had changed. */
export const isTurnEvent = ({ type }: AgentEvent): boolean => OF_A_TURN.includes(type);

/** Why a turn ended that nobody stopped. Never throws: a log that cannot be written is told elsewhere. */
export function sayInterrupted(session: Session): void {
  const text = "Plumb was closed while it worked. Nothing runs again by itself.";
  try {
    session.append(MAIN, { type: "notice", kind: "interrupted", text });
  } catch {
    // The log says that the turn was cancelled, or what is missing in it will.
  }
}

/** Said once for as many records as are damaged now, because the words stay in the log. */
function sayDamage(session: Session, damaged: number): void {
  if (damaged === 0) return;
  const text = `Parts of this conversation are damaged and cannot be shown (records: ${damaged}). What can be read is here and can be continued; the file keeps the rest as it is.`;
  const isSaid = session.events.some((event) => event.type === "notice" && event.text === text);
  if (!isSaid) session.append(MAIN, { type: "notice", kind: "warning", text });
}
