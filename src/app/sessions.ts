import type { Storage } from "../core/ports.ts";
import { decodeSession } from "./session-file.ts";

export interface SessionEntry {
  readonly id: string;
  readonly title: string;
  /** Epoch milliseconds of the last change. */
  readonly at: number;
  readonly isLocked: boolean;
  /** Somebody went back in it, and on in another one; or it is the other one. */
  readonly mark: "left" | "forked" | undefined;
}

/** Sessions of this workspace, newest first. Titles come from both ends of each file, so a long history lists fast. */
export async function listSessions(storage: Storage): Promise<readonly SessionEntry[]> {
  const logs = await storage.listLogs();
  return logs.map(({ id, modifiedMs, isLocked, head, tail }) => ({
    id,
    at: modifiedMs,
    isLocked,
    mark: markOf(head, tail),
    title: titleFrom(tail) ?? titleFrom(head) ?? (isDamaged(head) ? "Damaged conversation" : "Untitled"),
  }));
}

/** A session is given its title in its first records, and may be renamed in later ones. */
const titleFrom = (part: string): string | undefined =>
  decodeSession(part).events.findLast((event) => event.type === "title")?.title;

/** One that somebody came back to, or went on with, is as any other. */
function markOf(head: string, tail: string): SessionEntry["mark"] {
  const { events } = decodeSession(tail);
  const last = events.findLast(
    ({ type }) => type === "rewound" || type === "rewound.back" || type === "user",
  );
  if (last?.type === "rewound" && last.session !== undefined) return "left";
  const first = decodeSession(head).events.find(({ type }) => type === "session");
  return first?.type === "session" && first.forkedFrom ? "forked" : undefined;
}

/** Nothing at its beginning can be read; what follows is shown all the same. */
function isDamaged(head: string): boolean {
  const { events, damaged } = decodeSession(head);
  return events.length === 0 && damaged > 0;
}
