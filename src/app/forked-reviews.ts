import type { AgentEvent, EventBody } from "../core/event.ts";
import { moveOf } from "../core/move-of.ts";
import { type EditRecord, Ledger } from "../review/ledger.ts";
import { type Parts, standOf } from "./review-stand.ts";

/**
 * What a conversation that begins like this one has to know of its edits: what was decided about them after the moment
 * at which it parts from this one, and where their files went.
 */
export async function forkedReviews(beforeSeq: number, parts: Parts): Promise<EventBody[]> {
  const { then, bodies, touched } = follow(beforeSeq, parts);
  for (const path of touched) {
    const edits = then.file(path)?.edits ?? [];
    if (edits.length > 0) bodies.push(...(await forkedFile(path, edits, parts)));
  }
  return bodies;
}

function follow(beforeSeq: number, { session }: Parts) {
  const then = new Ledger();
  const bodies: EventBody[] = [];
  const touched = new Set<string>();
  for (const event of session.events) {
    const move = moveOf(event);
    if (event.seq < beforeSeq) {
      then.apply(event);
    } else if (move) {
      const moved = { type: "moved" as const, from: move.from, to: move.to, ...byOf(event) };
      then.apply({ ...stampOf(event), ...moved });
      bodies.push(moved);
      if (touched.delete(move.from)) touched.add(move.to);
    } else if (event.type === "edit.failed" && then.edit(event.editId)) {
      then.apply(event);
      bodies.push({ type: "edit.failed", editId: event.editId });
    } else if (event.type === "reviewed" || event.type === "hunks.reviewed" || event.type === "reverted") {
      touched.add(event.path);
    }
  }
  return { then, bodies, touched };
}

/** What this conversation did later is, in the other one, somebody else's work; its decisions are its own. */
const byOf = (event: AgentEvent): { by?: "review" } =>
  event.type === "moved" && event.by === "review" ? { by: event.by } : {};
const stampOf = ({ seq, at, agentId }: AgentEvent) => ({ seq, at, agentId });

async function forkedFile(path: string, edits: readonly EditRecord[], parts: Parts): Promise<EventBody[]> {
  const stand = await standOf(path, parts).catch(() => undefined);
  const now = (editId: string): string | undefined => parts.ledger.edit(editId)?.state;
  const becameNow = (state: EditRecord["state"]): string[] =>
    edits.filter((edit) => edit.state !== state && now(edit.editId) === state).map(({ editId }) => editId);
  const pending = edits.map(({ editId }) => editId).filter((id) => now(id) === "pending");
  const [undone, kept] = [becameNow("undone"), becameNow("kept")];
  const after = stand && { after: stand.text };
  const bodies: EventBody[] = [];
  if (undone.length > 0)
    bodies.push({ type: "reviewed", path, editIds: undone, verdict: "undone", ...after });
  if (kept.length > 0) bodies.push({ type: "reviewed", path, editIds: kept, verdict: "kept" });
  if (pending.length > 0 && stand) {
    const fork = { type: "reverted" as const, decision: "fork", path, was: stand.text };
    bodies.push({ ...fork, now: { ...stand, pending } });
  }
  return bodies;
}
