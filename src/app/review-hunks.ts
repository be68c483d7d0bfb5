import { AgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import type { Host, TextFile } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import { type FileReview, keepHunks, type ReviewHunk, reviewOf, undoHunks } from "../review/hunks.ts";
import type { EditRecord, FileLedger, Ledger } from "../review/ledger.ts";
import { baselineAfter } from "../review/three-way.ts";
import { requireSamePlace } from "./same-place.ts";

export interface PendingFile extends FileReview {
  readonly path: string;
  /** SHA-256 of `current`: decisions about these hunks hold for this text only. */
  readonly currentHash: string;
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
  if (!file?.baseline) return undefined;
  const [baseline, newest, now] = await Promise.all([
    baselineText(file, host),
    blob(file.newest, host),
    openIfThere(path, host),
  ]);
  // A file that is gone has nothing that could be kept or undone here; its edits are settled as a whole.
  if (now === undefined) return undefined;
  return { path, currentHash: now.hash, ...reviewOf({ baseline, newest, current: now.text }) };
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
  const baseline = isNew && base === "" ? "" : await host.blobs.put(base);
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
  const placeOf = ({ baseStart, baseCount, start, count }: ReviewHunk): string =>
    [baseStart, baseCount, start, count].join();
  const known = new Set(hunks.map(placeOf));
  return chosen.every((hunk) => known.has(placeOf(hunk)));
}

/**
 * Undoes what is pending in files where taking back whole edits would go wrong: it would take back the parts that were
 * kept already, and find nothing where the user has taken out all of it by hand. `mixed`: the user was asked, so this is
 * done everywhere. Resolves to the edits that are dealt with.
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
    const file = await pendingFile(path, parts);
    if (!file) continue;
    const { hunks, current } = file;
    // What a command did to the disk may still be there, under text that its document has not saved.
    const mayBeOnDisk = pending.some(({ by }) => by === "shell") && !parts.ledger.file(path)?.isPartlyKept;
    if (hunks.length === 0 && !mayBeOnDisk) settleAll(path, await parts.host.blobs.put(current), parts);
    else if (hunks.length === 0 || (mixed === undefined && !parts.ledger.file(path)?.isPartlyKept)) continue;
    else await undoChosen(file, mixed, parts);
    settled.push(...pending.map((edit) => edit.editId));
  }
  return settled;
}

function undoChosen(file: PendingFile, mixed: Mixed | undefined, parts: Parts): Promise<void> {
  const { path, currentHash, hunks } = file;
  const chosen = mixed === "leave" ? hunks.filter(({ isMixed }) => !isMixed) : hunks;
  return reviewHunks(path, { verdict: "undo", currentHash, hunks: chosen }, parts);
}

/** Nothing is left to decide: the edits are what became of most of them. */
function settleAll(path: string, after: string, { ledger, session }: Parts): void {
  const editIds = ledger
    .pending()
    .filter((edit) => edit.path === path)
    .map((edit) => edit.editId);
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
  for (const { before, after } of baseline?.steps ?? []) {
    const texts = await Promise.all([blob(before, host), blob(after, host)]);
    text = baselineAfter({ baseline: text, before: texts[0], after: texts[1] });
  }
  return text;
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
