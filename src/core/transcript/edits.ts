import type { EventOf } from "../event.ts";
import type { EditState } from "../rows.ts";
import type { Folded } from "./folded.ts";

export function foldEdit(folded: Folded, event: EventOf<"edit" | "edit.failed" | "reviewed">): void {
  if (event.type === "edit") {
    const { editId, path, added, removed, callId, by, from } = event;
    if (from !== undefined) moveEdits(folded, { from, to: path });
    const whose = by === undefined || by === "agent" ? {} : { by };
    const moved = from === undefined ? {} : { from };
    const edit: EditState = { editId, path, state: "pending", added, removed, ...whose, ...moved };
    folded.editCalls.set(editId, callId);
    folded.store.update(callId, (row) => ({ ...row, edits: [...row.edits, edit] }));
    folded.tell({ pendingEdits: [...folded.status.pendingEdits, edit] });
    return;
  }
  const ids = event.type === "reviewed" ? event.editIds : [event.editId];
  const state = event.type === "reviewed" ? event.verdict : "failed";
  for (const id of ids) {
    const callId = folded.editCalls.get(id);
    if (callId === undefined) continue;
    folded.store.update(callId, (row) => ({
      ...row,
      edits: row.edits.map((edit) => (edit.editId === id ? { ...edit, state } : edit)),
    }));
  }
  folded.tell({ pendingEdits: folded.status.pendingEdits.filter((edit) => !ids.includes(edit.editId)) });
}

/** Edits wait again, or count as kept again. */
export function foldReverted(folded: Folded, { now }: EventOf<"reverted">): void {
  const open = new Map(folded.status.pendingEdits.map((edit) => [edit.editId, edit]));
  for (const [ids, state] of [[now.pending, "pending"] as const, [now.kept, "kept"] as const]) {
    for (const id of ids) {
      folded.store.update(folded.editCalls.get(id) ?? "", (row) => {
        const edits = row.edits.map((edit) => (edit.editId === id ? { ...edit, state } : edit));
        const found = edits.find((edit) => edit.editId === id);
        if (found && state === "pending") open.set(id, found);
        return { ...row, edits };
      });
    }
  }
  folded.tell({ pendingEdits: [...open.values()] });
}

export function moveEdits(folded: Folded, { from, to }: Pick<EventOf<"moved">, "from" | "to">): void {
  const follow = (edit: EditState): EditState => (edit.path === from ? { ...edit, path: to } : edit);
  for (const { key, edits } of folded.store.tools()) {
    if (edits.some(({ path }) => path === from))
      folded.store.update(key, (row) => ({ ...row, edits: row.edits.map(follow) }));
  }
  folded.tell({ pendingEdits: folded.status.pendingEdits.map(follow) });
}
