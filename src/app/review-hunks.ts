import { AgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import type { Host, TextFile } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import { type Clash, clashesAt, isClash } from "../review/clashing-steps.ts";
import {
  type FileReview,
  keepHunks,
  placeOfHunk,
  type ReviewHunk,
  reviewOf,
  undoHunks,
} from "../review/hunks.ts";
import type { BaselineStep, EditRecord, FileLedger, Ledger } from "../review/ledger.ts";
import { isOnlyWritten } from "../review/notebook-choice.ts";
import { baselineAfter, undoEdit } from "../review/three-way.ts";
import { type Computed, forgetReview, knownReview, type Sources } from "./known-reviews.ts";
import { requireSamePlace } from "./same-place.ts";
import { joinFormatters } from "./with-formatters.ts";

export interface PendingFile extends FileReview {
  readonly path: string;
  /** SHA-256 of `current`: decisions about these hunks hold for this text only. */
  readonly currentHash: string;
  /** Where it would be without what is pending, when that is somewhere else. */
  readonly movedFrom?: string;
}
export interface HunkChoice {
  readonly verdict: "keep" | "undo";
  /** Of the file whose hunks were looked at. */
  readonly currentHash: string;
  readonly hunks: readonly ReviewHunk[];
}
/** What an undo does with lines that the user changed as well: it takes both out, or leaves both for later. */
export type Mixed = "take" | "leave";
interface Parts {
  readonly host: Host;
  readonly session: Session;
  readonly ledger: Ledger;
}

const WITHIN_MS = 30_000;

/** What there is to decide in a file as it is now, unsaved text included. Undefined when nothing is pending in it. */
export async function pendingFile(path: string, { host, ledger }: Parts): Promise<PendingFile | undefined> {
  const file = ledger.file(path);
  if (!file?.baseline) {
    forgetReview(ledger, path);
    return undefined;
  }
  const now = await openIfThere(path, host);
  // A file that is gone has nothing that could be kept or undone here; its edits are settled as a whole.
  if (now === undefined) return undefined;
  const { movedFrom } = file;
  const review = await knownReview(ledger, file, now.hash, (known) =>
    computeReview(file, now.text, host, known),
  );
  return { path, currentHash: now.hash, ...(movedFrom !== undefined && { movedFrom }), ...review };
}

async function computeReview(
  file: FileLedger,
  current: string,
  host: Host,
  known: Sources | undefined,
): Promise<Computed> {
  const [baseline, newest] = known
    ? [known.baseline, known.newest]
    : await Promise.all([baselineText(file, host), blob(file.newest, host)]);
  const sources = { baseline, newest };
  const review = reviewOf({ ...sources, current });
  const clashes = await clashesIn(file, review.baseline, host);
  if (clashes.length === 0) return { review, sources };
  const hunks = review.hunks.map((hunk) =>
    isClash(hunk, clashes, current) ? { ...hunk, isMixed: true } : hunk,
  );
  return { review: { ...review, hunks }, sources };
}

/** Lines of the baseline that the user changed between two edits, where what they changed was the agent's. */
async function clashesIn(
  { baseline, earlier }: FileLedger,
  end: string,
  host: Host,
): Promise<readonly Clash[]> {
  const found: Clash[] = [];
  for (const { hash, steps } of [...earlier, ...(baseline ? [baseline] : [])]) {
    if (!steps.some(({ isOthers }) => isOthers)) continue;
    const texts = await Promise.all(steps.map((step) => textsOf(step, host)));
    found.push(...clashesAt(await blob(hash, host), texts, end));
  }
  return found;
}

/**
 * Keeps or undoes hunks: keeping moves the baseline, undoing changes the file. Rejects with `stale`, and does nothing,
 * when the file is no longer the one that was looked at.
 */
export async function reviewHunks(path: string, choice: HunkChoice, parts: Parts): Promise<void> {
  const { host, session, ledger } = parts;
  const file = ledger.file(path);
  const pending = await pendingFile(path, parts);
  if (!file || !pending || choice.hunks.length === 0) return;
  if (pending.currentHash !== choice.currentHash || !hasAll(pending, choice.hunks))
    throw new AgentError("stale", "The file has changed since; look at its changes once more.");
  const [edit] = ledger.pending().filter((one) => one.path === path);
  if (edit && choice.verdict === "undo") await requireSamePlace(edit, parts);
  const isNew = file.baseline?.hash === "";
  const base = choice.verdict === "keep" ? keepHunks(pending, choice.hunks) : pending.baseline;
  const after =
    choice.verdict === "keep"
      ? await host.blobs.put(pending.current)
      : await write(pending, undoHunks(pending, choice.hunks), isNew, host);
  // An open notebook is saved as the editor writes it: that is no change that is left to decide.
  const isSame = after !== "" && isOnlyWritten(base, await blob(after, host));
  const baseline = isSame ? after : isNew && base === "" ? "" : await host.blobs.put(base);
  const verdict = choice.verdict === "keep" ? "kept" : "undone";
  session.append(MAIN, {
    type: "hunks.reviewed",
    path,
    verdict,
    count: choice.hunks.length,
    baseline,
    after,
  });
  if (baseline === after) settleAll(path, after, parts);
}

/** Keeping moves the baseline and leaves the text: the hash alone does not say that these hunks are still there. */
function hasAll({ hunks }: PendingFile, chosen: readonly ReviewHunk[]): boolean {
  const placeOf = (hunk: ReviewHunk): string => JSON.stringify(placeOfHunk(hunk));
  const known = new Set(hunks.map(placeOf));
  return chosen.every((hunk) => known.has(placeOf(hunk)));
}

/**
 * Undoes what is pending in files at once: where that is the same as taking back one edit after the other, and where that
 * would go wrong, taking back the parts that were kept already, or finding nothing where the user has taken out all of
 * it by hand. `mixed`: the user was asked, so this is done everywhere. Resolves to the edits that are dealt with.
 */
export async function undoAsHunks(
  edits: readonly EditRecord[],
  parts: Parts,
  mixed?: Mixed,
): Promise<readonly string[]> {
  const settled: string[] = [];
  for (const path of new Set(edits.map((edit) => edit.path))) {
    const pending = parts.ledger.pending().filter((edit) => edit.path === path);
    // A single edit of several is taken back as it was made.
    if (pending.some((edit) => !edits.includes(edit))) continue;
    // Of a file that was only moved the path is all there is to take back.
    const ofText = pending.filter(isOfText);
    // One that cannot be read (it is no text any more) stops none of the others; its edits say so one by one.
    const file = ofText.length === 0 ? undefined : await pendingFile(path, parts).catch(() => undefined);
    if (!file) continue;
    if (!(await undoFile(file, pending, parts, mixed))) continue;
    settled.push(...ofText.map((edit) => edit.editId));
  }
  return settled;
}

/** Resolves to whether it is dealt with; else its edits are taken back one after the other. */
async function undoFile(
  file: PendingFile,
  pending: readonly EditRecord[],
  parts: Parts,
  mixed: Mixed | undefined,
): Promise<boolean> {
  const { path, hunks, current } = file;
  const isPartlyKept = parts.ledger.file(path)?.isPartlyKept === true;
  if (hunks.length === 0) {
    // A new file without a word in it is there all the same.
    if (current === "" && parts.ledger.file(path)?.baseline?.hash === "") return false;
    // What a command did to the disk may still be there, under text that its document has not saved.
    if (!isPartlyKept && pending.some(({ by }) => by === "shell")) return false;
    settleAll(path, await parts.host.blobs.put(current), parts);
    return true;
  }
  if (mixed === undefined && !isPartlyKept) return undoAtOnce(file, pending, parts);
  const chosen = mixed === "take" ? hunks : hunks.filter(({ isMixed }) => !isMixed);
  await reviewHunks(path, { verdict: "undo", currentHash: file.currentHash, hunks: chosen }, parts);
  return true;
}

/**
 * One write instead of one for each edit, newest first. False when one of them cannot be taken out, or the file not be
 * written: then each is tried, and says why not.
 */
async function undoAtOnce(file: PendingFile, pending: readonly EditRecord[], parts: Parts): Promise<boolean> {
  const { host, ledger } = parts;
  // What a file that was deleted had besides its text comes back with that edit only.
  if (pending.some(({ by, after }) => by === "shell" || after === "")) return false;
  try {
    for (const edit of pending) await requireSamePlace(edit, parts);
    const text = await withoutEdits(file, pending.filter(isOfText), host);
    if (text === undefined) return false;
    const isNew = ledger.file(file.path)?.baseline?.hash === "";
    settleAll(file.path, await write(file, text, isNew, host), parts);
    return true;
  } catch {
    return false;
  }
}

/** The text of a file once edits are taken out of it one after the other; undefined when one of them does not fit. */
async function withoutEdits(
  { current, currentHash }: PendingFile,
  edits: readonly EditRecord[],
  host: Host,
): Promise<string | undefined> {
  let now: { hash: string } | { text: string } = { hash: currentHash };
  const textOf = async (state: typeof now): Promise<string> =>
    "text" in state ? state.text : state.hash === currentHash ? current : blob(state.hash, host);
  for (const { edit } of joinFormatters(edits).toReversed()) {
    // As long as nobody else has changed it, the texts in between need not even be read.
    if ("hash" in now && now.hash === edit.after) {
      now = { hash: edit.before };
      continue;
    }
    const [text, before, after] = await Promise.all([
      textOf(now),
      blob(edit.before, host),
      blob(edit.after, host),
    ]);
    const undone = undoEdit({ current: text, before, after });
    if ("conflict" in undone) return undefined;
    now = undone;
  }
  return textOf(now);
}

/** Where a file is, is decided apart from what it holds. */
export const isOfText = ({ from }: EditRecord): boolean => from === undefined;

/** Nothing is left to decide about the text: the edits are what became of most of them. */
function settleAll(path: string, after: string, { ledger, session }: Parts): void {
  const editIds = ledger
    .pending()
    .filter((edit) => edit.path === path && isOfText(edit))
    .map((edit) => edit.editId);
  if (editIds.length === 0) return;
  const verdict = ledger.file(path)?.isPartlyKept ? "kept" : "undone";
  session.append(MAIN, {
    type: "reviewed",
    path,
    editIds,
    verdict,
    ...(verdict === "undone" && { after }),
  });
}

/** Resolves to the blob of what the file holds then, "" when it is gone. */
async function write(pending: PendingFile, text: string, isNew: boolean, host: Host): Promise<string> {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const { path, currentHash } = pending;
  if (isNew && text === "") {
    await host.documents.remove(path, currentHash, signal);
    return "";
  }
  const saved = await host.documents.save(path, text, currentHash, signal);
  return host.blobs.put(saved.text);
}

/** What is pending in a file is compared with this, as far as the log alone can say. */
export async function baselineText({ baseline }: FileLedger, host: Host): Promise<string> {
  let text = await blob(baseline?.hash ?? "", host);
  for (const step of baseline?.steps ?? []) {
    const { before, after } = await textsOf(step, host);
    text = baselineAfter({ baseline: text, before, after });
  }
  return text;
}

async function textsOf({ before, after, heldIn, isOthers }: BaselineStep, host: Host) {
  const [from, to] = await Promise.all([blob(before, host), blob(after, host)]);
  if (heldIn === undefined) return { before: from, after: to, isOthers };
  const held = await blob(heldIn, host);
  return { before: baselineAfter({ baseline: held, before: to, after: from }), after: held, isOthers };
}

export async function blob(hash: string, host: Host): Promise<string> {
  if (hash === "") return "";
  const found = await host.blobs.get(hash);
  if (found === undefined)
    throw new AgentError("failed", "The text from before this edit is no longer stored.");
  return found;
}

/** Undefined when there is no such file. Rejects with `unreadable` for one that cannot be read as text. */
export async function openIfThere(path: string, host: Host): Promise<TextFile | undefined> {
  try {
    return await host.documents.open(path, AbortSignal.timeout(WITHIN_MS));
  } catch (thrown) {
    if (thrown instanceof AgentError && thrown.kind === "not_found") return undefined;
    throw thrown;
  }
}
