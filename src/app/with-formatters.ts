import type { EditRecord } from "../review/ledger.ts";

const isOf = (formatter: EditRecord, { callId, path }: EditRecord): boolean =>
  formatter.by === "formatter" && formatter.callId === callId && formatter.path === path;

/** What a formatter made of an edit while it was saved is decided about with that edit: neither fits without the other. */
export const withFormatters = (
  chosen: readonly EditRecord[],
  pending: readonly EditRecord[],
): readonly EditRecord[] =>
  pending.filter((edit) => chosen.includes(edit) || chosen.some((one) => isOf(edit, one)));

export interface Joined {
  /** From before the edit to after its formatter. */
  readonly edit: EditRecord;
  readonly editIds: readonly string[];
}

/**
 * Each edit with what its formatter made of it, as one change. Taken out one after the other they would meet: the
 * formatter runs again when the text between the two is saved.
 */
export function joinFormatters(edits: readonly EditRecord[]): readonly Joined[] {
  const joined: Joined[] = [];
  for (const edit of edits) {
    const at = joined.findLastIndex((one) => isOf(edit, one.edit) && one.edit.after === edit.before);
    const own = joined[at];
    if (own)
      joined[at] = { edit: { ...own.edit, after: edit.after }, editIds: [...own.editIds, edit.editId] };
    else joined.push({ edit, editIds: [edit.editId] });
  }
  return joined;
}
