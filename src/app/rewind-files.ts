import { AgentError, toAgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import { foldersBack } from "./empty-folders.ts";
import { asideOf, madeBelow, makingRoom, type Relocation, relocate, requireRoom } from "./relocate.ts";
import type { ReviewReport } from "./review.ts";
import { blob } from "./review-hunks.ts";
import { type Parts, standOf, standWithout } from "./review-stand.ts";
import { planFiles, type RewindFile } from "./rewind-plan.ts";
import { requireSamePlace } from "./same-place.ts";

const WITHIN_MS = 30_000;

export interface RewindFiles {
  /** Names the rewind: what it did is taken back under it. */
  readonly rewind: string;
  /** The newest event that stays. */
  readonly afterSeq: number;
  /** Whether lines that the user changed as well come out with those of the agent, or both stay there. */
  readonly clashes: "leave" | "take";
}

/**
 * Takes out of the files what the agent did after an event. How each of them stands is in the log before it is written.
 * A file that cannot be changed is left as it is and reported, and so is one that changes while this looks at it.
 */
export async function rewindFiles(choice: RewindFiles, parts: Parts): Promise<ReviewReport> {
  const report: ReviewReport = { done: [], conflicts: [] };
  const files = await planFiles(choice.afterSeq, parts);
  // What only came to be where a file goes back to makes room for it.
  const staying = files.filter(({ moveTo }) => moveTo === undefined);
  let left = [...staying, ...inOrder(files.filter(({ moveTo }) => moveTo !== undefined))];
  for (let file = left.shift(); file; file = left.shift()) {
    const { editIds, moveTo, problem, cameFrom = file.path } = file;
    try {
      if (problem !== undefined) throw new AgentError("stale", problem);
      const inWay = left.findIndex(({ path }) => path === moveTo);
      const other = left[inWay];
      if (other && other.problem === undefined) {
        // Files that swapped places: one of them has to step aside.
        left[inWay] = await stepAside(other, parts);
        left = inOrder(left);
      }
      await rewindFile(file, choice, parts);
      for (const id of editIds) await foldersBack(parts.ledger.edit(id), parts);
      report.done.push(...editIds);
    } catch (thrown) {
      if (file.cameFrom !== undefined) await stepBack(file, parts);
      report.conflicts.push({
        editId: editIds[0] ?? "",
        path: cameFrom,
        why: toAgentError(thrown).message,
      });
    }
  }
  return report;
}

const inOrder = (files: readonly RewindFile[]): RewindFile[] => [
  ...makingRoom(files, ({ path, moveTo }) => (moveTo === undefined ? undefined : { from: path, to: moveTo })),
];

async function stepAside(file: RewindFile, parts: Parts): Promise<RewindFile> {
  const { path: from } = file;
  const path = asideOf(from);
  await goAside({ from, to: path }, file, parts);
  return { ...file, path, cameFrom: from };
}

/** It could not go where it should: back, if nothing has taken its place by now. */
async function stepBack(file: RewindFile, parts: Parts): Promise<void> {
  const { path: from, cameFrom: to = from } = file;
  await goAside({ from, to }, file, parts).catch(() => undefined);
}

/** Of a file that is gone only the log has to know. */
async function goAside({ from, to }: Relocation, file: RewindFile, parts: Parts): Promise<void> {
  if (file.from !== "") return relocate({ from, to }, parts);
  parts.session.append(MAIN, { type: "moved", from, to, by: "review" });
}

async function rewindFile(file: RewindFile, { rewind, clashes }: RewindFiles, parts: Parts): Promise<void> {
  const { session, ledger } = parts;
  const { path, editIds, moveTo, cameFrom } = file;
  const move = editIds.map((id) => ledger.edit(id)).findLast((edit) => edit?.to === (cameFrom ?? path));
  const prunesBelow = move && madeBelow(move, parts);
  const to = clashes === "take" ? file.to : file.toWithMine;
  const kept = editIds.filter((id) => ledger.edit(id)?.state === "kept");
  const before = { ...(await standOf(path, parts)), kept };
  if (before.text !== file.from) throw changed();
  const after = await standWithout(editIds, { before, text: to }, parts);
  const decided = {
    ...{ type: "decided" as const, decision: rewind, what: "rewound" as const, path },
    ...(moveTo !== undefined && { movedTo: moveTo }),
    ...(cameFrom !== undefined && { cameFrom }),
  };
  let at = path;
  if (moveTo !== undefined) await requireRoom({ from: path, to: moveTo }, parts);
  session.append(MAIN, { ...decided, before, after });
  try {
    if (moveTo !== undefined && before.text !== "")
      at = await moved({ from: path, to: moveTo, prunesBelow }, parts);
    const text = await write({ ...file, path: at }, to, parts);
    if (moveTo !== undefined && before.text === "")
      at = await moved({ from: path, to: moveTo, prunesBelow }, parts);
    session.append(MAIN, {
      type: "reviewed",
      path: at,
      editIds: [...editIds],
      verdict: "undone",
      after: text,
    });
    // A formatter may have had its say, and what is left to decide there is compared with this from now on.
    if (text !== to || after.pending.length > 0)
      session.append(MAIN, { ...decided, before, after: { ...after, text } });
  } catch (thrown) {
    // It was announced, so it is taken back.
    if (at !== path) await relocate({ from: at, to: path }, parts);
    session.append(MAIN, { type: "reverted", decision: rewind, path, was: to, now: before });
    throw thrown;
  }
}

async function moved(places: Relocation, parts: Parts): Promise<string> {
  await relocate(places, parts);
  return places.to;
}

/** Resolves to the blob of what the file holds then, "" when it is gone. */
async function write({ path, editIds, from }: RewindFile, to: string, parts: Parts): Promise<string> {
  const { host, ledger } = parts;
  if (from === to) return to;
  await requireSamePlace({ editId: editIds.at(-1) ?? "", path }, parts);
  const signal = AbortSignal.timeout(WITHIN_MS);
  if (to === "") {
    await host.documents.remove(path, from, signal);
    return "";
  }
  const form =
    from === "" ? editIds.map((id) => ledger.edit(id)).findLast((edit) => edit?.form)?.form : undefined;
  const base = from === "" ? undefined : from;
  const saved = await host.documents.save(path, await blob(to, host), base, signal, form);
  return host.blobs.put(saved.text);
}

const changed = (): AgentError =>
  new AgentError("stale", "The file has changed meanwhile; it was left as it is.");
