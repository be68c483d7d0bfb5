import type { AgentEvent, Seen } from "./event.ts";
import { moveOf } from "./move-of.ts";

/** What an agent knows of a file: what it has read, and what it was told since without having been shown it. */
export interface Knowledge {
  readonly seen: Seen;
  /** "" for a file that is gone. */
  readonly told: string | undefined;
}

/** What was compacted away has not been seen: the model no longer has the text. */
export function lastSeen(path: string, agentId: string, events: readonly AgentEvent[]): Seen | undefined {
  let fromSeq = 0;
  let at = path;
  for (let i = events.length - 1; i >= 0; i -= 1) {
    const event = events[i];
    const move = event && moveOf(event);
    if (move?.to === at) at = move.from;
    if (event?.agentId !== agentId) continue;
    if (event.seq < fromSeq) return undefined;
    if (event.type === "compacted") fromSeq = Math.max(fromSeq, event.keepFromSeq);
    const seen = seenIn(event)?.find((entry) => entry.path === at);
    if (seen) return { ...seen, path };
  }
  return undefined;
}

/** All files an agent has seen, the newest last, with what it knows of them. */
export function knownFiles(agentId: string, events: readonly AgentEvent[]): ReadonlyMap<string, Knowledge> {
  const own = events.filter((event) => event.agentId === agentId || moveOf(event));
  const last = own.findLast((event) => event.type === "compacted");
  const fromSeq = last?.type === "compacted" ? last.keepFromSeq : 0;
  const known = new Map<string, Knowledge>();
  for (const event of own) if (event.seq >= fromSeq) learn(event, known);
  return known;
}

function learn(event: AgentEvent, known: Map<string, Knowledge>): void {
  const move = moveOf(event);
  const moved = move && known.get(move.from);
  if (moved) {
    known.delete(move.from);
    known.set(move.to, { ...moved, seen: { ...moved.seen, path: move.to } });
  }
  for (const seen of seenIn(event) ?? []) {
    known.delete(seen.path);
    known.set(seen.path, { seen, told: undefined });
  }
  for (const { path, hash } of event.type === "reminder" ? (event.told ?? []) : []) {
    const before = known.get(path);
    if (before) known.set(path, { ...before, told: hash });
  }
}

/** A change that was shown whole has been seen, like a file that was read. */
const seenIn = (event: AgentEvent): readonly Seen[] | undefined =>
  event.type === "tool.finished" || event.type === "reminder" ? event.seen : undefined;
