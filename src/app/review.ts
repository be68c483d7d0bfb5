import { AgentError, toAgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { EditRecord, Ledger } from "../review/ledger.ts";
import { undoEdit } from "../review/three-way.ts";
import { moveBack } from "./relocate.ts";
import { blob, openIfThere } from "./review-hunks.ts";
import { requireSamePlace } from "./same-place.ts";
import { joinFormatters } from "./with-formatters.ts";

/** Why an edit is not undone. */
export const CHANGED_SINCE =
  "The same lines were changed since, by you or by a formatter; undo it by hand, or undo that change first.";

export interface Conflict {
  readonly editId: string;
  readonly path: string;
  readonly why: string;
}
interface Parts {
  readonly host: Host;
  readonly session: Session;
  readonly ledger: Ledger;
}
export interface ReviewReport {
  readonly done: string[];
  readonly conflicts: Conflict[];
}

/** Settles edits. Keeping only says so; undoing changes the file by what the edit did, and leaves the rest alone. */
export async function reviewEdits(
  verdict: "keep" | "undo",
  edits: readonly EditRecord[],
  parts: Parts,
): Promise<ReviewReport> {
  const { session, ledger } = parts;
  const report: ReviewReport = { done: [], conflicts: [] };
  // Newest first: an older edit can only be taken out cleanly from under a newer one that is gone.
  const joined = joinFormatters(edits);
  for (const { edit: known, editIds } of verdict === "undo" ? joined.toReversed() : joined) {
    // A move that was taken back before has taken its file with it.
    const pathNow = (): string => ledger.edit(known.editId)?.path ?? known.path;
    const edit = { ...known, path: pathNow() };
    try {
      const after = verdict === "undo" ? await undo(edit, parts) : undefined;
      session.append(MAIN, {
        type: "reviewed",
        path: pathNow(),
        editIds: [...editIds],
        verdict: verdict === "undo" ? "undone" : "kept",
        ...(after !== undefined && { after }),
      });
      report.done.push(...editIds);
    } catch (thrown) {
      report.conflicts.push({ editId: edit.editId, path: edit.path, why: toAgentError(thrown).message });
    }
  }
  return report;
}

/** Resolves to the blob of what the file holds now, "" when it is gone. */
async function undo(edit: EditRecord, parts: Parts): Promise<string> {
  const { host } = parts;
  // A person has put it elsewhere since: there it stays.
  if (edit.to !== undefined) return moveBack(edit, parts);
  await requireSamePlace(edit, parts);
  const signal = AbortSignal.timeout(30_000);
  const before = edit.before === "" ? "" : await blob(edit.before, host);
  if (edit.after === "") return bringBack(edit, before, host);
  const after = await blob(edit.after, host);
  const current = await openIfThere(edit.path, host);
  // Made by the agent and deleted by hand: nothing is left of it.
  if (current === undefined && parts.ledger.file(edit.path)?.baseline?.hash === "") return "";
  if (current === undefined)
    throw new AgentError(
      "stale",
      "It has been deleted since, and nothing can be undone in it. Bring it back first, or keep the edit to take it off the list.",
    );
  if (edit.before === "" && current.hash === edit.after) {
    await host.documents.remove(edit.path, current.hash, signal);
    return "";
  }
  const undone = undoEdit({ current: current.text, before, after });
  if ("conflict" in undone) throw new AgentError("stale", CHANGED_SINCE);
  if (edit.by === "shell" && current.isDirty && undone.text === current.text)
    throw new AgentError(
      "stale",
      "The command changed the file, and the editor holds unsaved text of it. Save that, or revert it to what is on the disk, and undo then.",
    );
  if (edit.before === "" && undone.text === "") {
    await host.documents.remove(edit.path, current.hash, signal);
    return "";
  }
  await host.documents.save(edit.path, undone.text, current.hash, signal);
  return host.blobs.put(undone.text);
}

/** A file that was deleted. Where another one has taken its place, that one stays. */
async function bringBack(edit: EditRecord, before: string, host: Host): Promise<string> {
  const signal = AbortSignal.timeout(30_000);
  const current = await openIfThere(edit.path, host);
  if (current !== undefined && current.hash !== edit.before)
    throw new AgentError("stale", "The file is there again, with another text; it was left as it is.");
  if (current === undefined) await host.documents.save(edit.path, before, undefined, signal, edit.form);
  return edit.before;
}
