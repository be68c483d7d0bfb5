import { AgentError, toAgentError } from "../core/errors.ts";
import { type EventOf, MAIN } from "../core/event.ts";
import type { ReviewState } from "../core/events/edits.ts";
import { baselineAfter, undoEdit } from "../review/three-way.ts";
import { folderOf, moveEmptyFolders } from "./empty-folders.ts";
import { isThere, makingRoom, relocate } from "./relocate.ts";
import type { ReviewReport } from "./review.ts";
import { blob } from "./review-hunks.ts";
import { type Parts, standOf } from "./review-stand.ts";
import { requireSamePlace } from "./same-place.ts";

type Decided = EventOf<"decided">;
const WITHIN_MS = 30_000;

export interface TakenBack extends ReviewReport {
  readonly what: Decided["what"];
  readonly files: readonly string[];
}

/** What was decided and not taken back, oldest first: of each file of a decision the newest record. */
export function openDecisions({ session }: Pick<Parts, "session">): ReadonlyMap<string, readonly Decided[]> {
  const open = new Map<string, Map<string, Decided>>();
  for (const event of session.events) {
    if (event.type === "moved") follow(event, open);
    else if (event.type === "decided") {
      const files = open.get(event.decision) ?? new Map<string, Decided>();
      open.set(event.decision, files.set(event.path, event));
    } else if (event.type === "reverted") {
      const files = open.get(event.decision);
      files?.delete(event.path);
      if (files?.size === 0) open.delete(event.decision);
    }
  }
  return new Map([...open].map(([id, files]) => [id, [...files.values()]]));
}

function follow({ from, to }: EventOf<"moved">, open: ReadonlyMap<string, Map<string, Decided>>): void {
  for (const files of open.values()) {
    const known = [...files.values()];
    // Where a decision has put a file, another one may have been before.
    const record = known.find(({ movedTo }) => movedTo === from) ?? files.get(from);
    if (!record || (record.path === from && record.movedTo !== undefined)) continue;
    files.delete(record.path);
    const { movedTo: _, ...rest } = record;
    files.set(to, { ...rest, path: to });
  }
}

/**
 * Takes a decision back (the last one when none is named), in every file by what it did there: later changes of the
 * file stay. Where the same lines were changed since, the file is left as it is and reported. Undefined: nothing to do.
 */
export async function takeBack(parts: Parts, decision?: string): Promise<TakenBack | undefined> {
  const open = openDecisions(parts);
  const id = decision ?? [...open.keys()].at(-1);
  const records = id === undefined ? undefined : open.get(id);
  const what = records?.[0]?.what;
  if (!records || !what) return undefined;
  const report: TakenBack = {
    what,
    files: [...new Set(records.map(({ path, cameFrom = path }) => cameFrom))],
    done: [],
    conflicts: [],
  };
  // Who made room goes there again first, and from there to its place once all others are at theirs.
  const aside = records.filter(({ cameFrom }) => cameFrom !== undefined);
  const others = records.filter(({ cameFrom }) => cameFrom === undefined);
  const rest = makingRoom(others, ({ movedTo, path }) =>
    movedTo === undefined ? undefined : { from: movedTo, to: path },
  );
  for (const record of [...aside, ...rest]) {
    const ids = decidedIn(record);
    try {
      await revert(record, parts);
      report.done.push(...ids);
    } catch (thrown) {
      report.conflicts.push({ editId: ids[0] ?? "", path: record.path, why: toAgentError(thrown).message });
    }
  }
  for (const record of aside) {
    const problem = await leaveAside(record, parts);
    if (problem) report.conflicts.push(problem);
  }
  return report;
}

/** Back to where it was before it made room. */
async function leaveAside({ path, cameFrom, movedTo, ...record }: Decided, parts: Parts) {
  if (cameFrom === undefined || !(await isThere(path, parts.host))) return undefined;
  try {
    await relocate({ from: path, to: cameFrom }, parts);
    return undefined;
  } catch (thrown) {
    // Another one stays in its place, and so has left the place it comes from.
    if (movedTo !== undefined) await relocate({ from: path, to: movedTo }, parts).catch(() => undefined);
    const [editId = ""] = decidedIn({ path, cameFrom, ...record });
    return { editId, path: cameFrom, why: toAgentError(thrown).message };
  }
}

/** The edits that a decision was about in a file; those that still wait if it was about parts of them. */
export function decidedIn({ before, after }: Decided): readonly string[] {
  const settled = before.pending.filter((id) => !after.pending.includes(id));
  return settled.length + before.kept.length > 0 ? [...settled, ...before.kept] : before.pending;
}

async function revert(record: Decided, parts: Parts): Promise<void> {
  const { session } = parts;
  const { before, after, decision, path, movedTo } = record;
  const ids = decidedIn(record);
  const editId = ids.find((id) => parts.ledger.edit(id)?.after === "") ?? ids[0] ?? "";
  if (movedTo !== undefined) {
    // What cannot be done to its text stays where it is as well.
    const there = await standOf(movedTo, parts);
    if (before.text !== after.text) await redone({ here: there, before, after }, parts);
    const folder = folderOf(parts.ledger.edit(editId)?.callId ?? "", parts);
    const prunesBelow = folder && parts.host.paths.dirname(folder.from);
    await relocate({ from: movedTo, to: path, prunesBelow }, parts);
    if (folder) await moveEmptyFolders(folder, parts);
  }
  const here = await standOf(path, parts);
  const text =
    before.text === after.text ? here.text : await redo(path, editId, { here, before, after }, parts);
  const settled = before.pending.filter((id) => !after.pending.includes(id));
  const now: ReviewState = {
    pending: [...settled, ...here.pending.filter((id) => !settled.includes(id))],
    kept: before.kept,
    baseline: await baselineBack({ here, before, after }, parts),
    text,
    isPartlyKept: before.isPartlyKept,
  };
  session.append(MAIN, { type: "reverted", decision, path, was: here.text, now });
}

interface Stands {
  readonly here: ReviewState;
  readonly before: ReviewState;
  readonly after: ReviewState;
}

/** Resolves to the blob of what the file holds then. */
async function redo(path: string, editId: string, stands: Stands, parts: Parts): Promise<string> {
  const { host } = parts;
  const { here, before } = stands;
  const signal = AbortSignal.timeout(WITHIN_MS);
  if (here.text === before.text) return here.text;
  await requireSamePlace({ editId, path }, parts);
  const text = await redone(stands, parts);
  if (text === undefined) {
    await host.documents.remove(path, here.text, signal);
    return "";
  }
  const hash = await host.blobs.put(text);
  if (here.text !== "" && hash === here.text) return hash;
  // Another file came back to its place: what is written into that gets its encoding and mode. Older logs do not say them.
  const isThereOther = here.text !== "" && before.form !== undefined && isOfGone(editId, parts);
  if (isThereOther) await host.documents.remove(path, here.text, signal);
  const isNew = here.text === "" || isThereOther;
  const [base, form] = isNew ? [undefined, before.form] : [here.text, undefined];
  return host.blobs.put((await host.documents.save(path, text, base, signal, form)).text);
}

/** Whether the decision brought a file back that had been deleted, and taken away what came to be in its place. */
const isOfGone = (editId: string, { ledger }: Parts): boolean => ledger.edit(editId)?.after === "";

/** What the file will hold, undefined when it will be gone. Rejects with `stale` where the same lines were changed since. */
async function redone({ here, before, after }: Stands, { host }: Parts): Promise<string | undefined> {
  const isMine = here.text === after.text;
  if (before.text === "") {
    if (!isMine && here.text !== "") throw changedSince();
    return undefined;
  }
  const wanted = await blob(before.text, host);
  if (here.text === before.text) return wanted;
  if (here.text === "") {
    if (!isMine) throw new AgentError("stale", "The file has been deleted since; it was left so.");
    return wanted;
  }
  if (after.text === "") throw changedSince();
  const [current, left] = await Promise.all([blob(here.text, host), blob(after.text, host)]);
  const undone = undoEdit({ current, before: wanted, after: left });
  if ("conflict" in undone) throw changedSince();
  return undone.text;
}

const changedSince = (): AgentError =>
  new AgentError("stale", "The same lines were changed since; it was left as it is.");

async function baselineBack({ here, before, after }: Stands, { host }: Parts): Promise<string> {
  if (before.baseline === after.baseline) return here.baseline;
  if (here.baseline === after.baseline) return before.baseline;
  const [baseline, from, to] = await Promise.all(
    [here.baseline, after.baseline, before.baseline].map((hash) => blob(hash, host)),
  );
  const text = baselineAfter({ baseline: baseline ?? "", before: from ?? "", after: to ?? "" });
  return text === "" && before.baseline === "" ? "" : host.blobs.put(text);
}
