import type { Row, ToolRow } from "../../core/rows.ts";
import type { Chat } from "./engine.ts";

/** The cards that wait for a person, oldest first. */
export function waitingCards(chat: Chat): readonly ToolRow[] {
  const wanted = new Set(chat.transcript.status.openQuestions);
  const found = new Map<string, ToolRow>();
  if (wanted.size > 0) search(chat.transcript.rows, wanted, found);
  return [...wanted].flatMap((callId) => found.get(callId) ?? []);
}

/** From the end, where open questions are; an old conversation is not walked through. */
function search(rows: readonly Row[], wanted: ReadonlySet<string>, found: Map<string, ToolRow>): void {
  for (let at = rows.length - 1; at >= 0 && found.size < wanted.size; at -= 1) {
    const row = rows[at];
    if (row?.kind !== "tool") continue;
    if (wanted.has(row.key)) found.set(row.key, row);
    search(row.children, wanted, found);
  }
}

/** Decides about exactly the card that is open now. False when there is none: questions are answered in the panel. */
export function decideWaiting(chat: Chat, verdict: "allow" | "deny", callId?: string): boolean {
  const card = waitingCards(chat).find((row) => row.approval && (callId === undefined || row.key === callId));
  if (!card?.approval) return false;
  return chat.answerPermission({ callId: card.key, hash: card.approval.hash, verdict, scope: "once" });
}
