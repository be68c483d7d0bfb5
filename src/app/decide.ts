import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { Ledger } from "../review/ledger.ts";
import { CHANGED_SINCE, type ReviewReport, reviewEdits } from "./review.ts";
import { type HunkChoice, type Mixed, reviewHunks, undoAsHunks } from "./review-hunks.ts";
import { recordDecision, standsOf } from "./review-stand.ts";
import { withFormatters } from "./with-formatters.ts";

interface Parts {
  readonly host: Host;
  readonly session: Session;
  readonly ledger: Ledger;
}
interface EditChoice {
  readonly verdict: "keep" | "undo";
  readonly editIds: readonly string[] | "all";
  readonly mixed: Mixed | undefined;
}

/** Keeps or undoes edits that are pending. Conflicts are left as they are and reported. */
export async function decideEdits(
  { verdict, editIds, mixed }: EditChoice,
  parts: Parts,
): Promise<ReviewReport> {
  const { session } = parts;
  const pending = parts.ledger.pending();
  const chosen = pending.filter((edit) => editIds === "all" || editIds.includes(edit.editId));
  const edits = withFormatters(chosen, pending);
  const stands = await standsOf(
    edits.map(({ path }) => path),
    parts,
  );
  const fromSeq = session.lastSeq + 1;
  const settled = verdict === "undo" ? await undoAsHunks(edits, parts, mixed) : [];
  const rest = edits.filter((edit) => !settled.includes(edit.editId));
  const { done, conflicts } = await reviewEdits(verdict, rest, parts);
  await recordDecision(verdict === "keep" ? "kept" : "undone", { stands, fromSeq }, parts);
  // Of a file that is partly kept the lines that both have changed stay, unless it was said what becomes of them.
  const isLeft = (id: string): boolean => mixed === undefined && parts.ledger.edit(id)?.state === "pending";
  for (const { editId, path } of edits)
    if (settled.includes(editId) && isLeft(editId)) conflicts.push({ editId, path, why: CHANGED_SINCE });
  return { done: [...settled.filter((id) => !isLeft(id)), ...done], conflicts };
}

/** Keeps or undoes hunks of a file. Rejects with `stale` when it is no longer as it was looked at. */
export async function decideHunks(path: string, choice: HunkChoice, parts: Parts): Promise<void> {
  const stands = await standsOf([path], parts);
  const fromSeq = parts.session.lastSeq + 1;
  await reviewHunks(path, choice, parts);
  await recordDecision(choice.verdict === "keep" ? "kept" : "undone", { stands, fromSeq }, parts);
}
