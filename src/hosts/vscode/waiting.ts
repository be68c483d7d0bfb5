import type { Detail } from "../../core/detail.ts";
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

/** Whether more of a command has to be read than a card shows at once, before it may be allowed by a key. */
export const mustBeRead = (detail: Detail): boolean =>
  detail.kind === "command" &&
  detail.risk?.level === "high" &&
  (detail.command.length > GLANCE_CHARS || detail.command.split("\n").length > GLANCE_LINES);

/** What a card of 300 pixels shows without scrolling. */
const GLANCE_CHARS = 240;
const GLANCE_LINES = 8;
