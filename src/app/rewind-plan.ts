import { toAgentError } from "../core/errors.ts";
import type { AgentEvent, EventOf } from "../core/event.ts";
import { moveOf } from "../core/move-of.ts";
import { countChanges } from "../review/diff.ts";
import { undoHunks } from "../review/hunks.ts";
import { type EditRecord, Ledger } from "../review/ledger.ts";
import { baselineText, openIfThere, pendingFile } from "./review-hunks.ts";
import { isOnlyMoved, type Parts } from "./review-stand.ts";
import { decidedIn } from "./take-back.ts";

/** What going back does to one file. Texts are blobs, "" for no file. */
export interface RewindFile {
  readonly path: string;
  /** Where it goes besides. */
  readonly moveTo?: string;
  /** Where it was before it made room for another one: it waits at `path`. */
  readonly cameFrom?: string;
  readonly editIds: readonly string[];
  /** What it holds now: the change is refused when that is no longer so. */
  readonly from: string;
  /** What it will hold without all that the agent did, and what if lines that the user changed as well stay. */
  readonly to: string;
  readonly toWithMine: string;
  readonly added: number;
  readonly removed: number;
  /** Places where the user changed the same lines. */
  readonly clashes: number;
  /** Why it will be left as it is, in words. */
  readonly problem: string | undefined;
}

/**
 * What the agent and its commands changed after an event, seen from the files as they are now, unsaved text included:
 * kept or not, it comes out; what a person wrote or undid meanwhile stays.
 */
export async function planFiles(afterSeq: number, parts: Parts): Promise<readonly RewindFile[]> {
  const since = editsSince(afterSeq, parts);
  const paths = new Set(since.edits.map(({ path }) => path));
  const files: RewindFile[] = [];
  for (const path of paths) {
    const editIds = since.edits.filter((edit) => edit.path === path).map(({ editId }) => editId);
    try {
      const file = await planFile(path, editIds, { ...parts, ledger: since.ledger });
      files.push(file.from === "" && isUnmade(path, afterSeq, parts) ? { ...NOTHING, path, editIds } : file);
    } catch (thrown) {
      const problem = toAgentError(thrown).message;
      files.push({ ...NOTHING, path, editIds, problem });
    }
  }
  return files;
}

/** What made the file was undone by a person: that it is gone is as they want it, whatever else was done to it since. */
const isUnmade = (path: string, afterSeq: number, { ledger }: Parts): boolean =>
  ledger
    .file(path)
    ?.edits.some(({ before, state, seq }) => before === "" && state === "undone" && seq <= afterSeq) === true;

const NOTHING = { from: "", to: "", toWithMine: "", added: 0, removed: 0, clashes: 0, problem: undefined };

/**
 * A ledger in which everything the agent did since is pending, whatever was decided about it. What was undone of it,
 * or put back, moved its text; decisions about anything older are the user's, like what they wrote.
 */
function editsSince(afterSeq: number, { session, ledger }: Parts) {
  const turns = turnsSince(afterSeq, { session, ledger });
  const known = new Set([...turns.values()].flatMap(({ ids }) => ids));
  const recent = new Ledger();
  const edits: EditRecord[] = [];
  for (const event of session.events.filter(({ seq }) => seq > afterSeq)) {
    if (event.type === "moved") recent.apply(event);
    const moved = turns.get(event.seq);
    if (moved) turn(event, moved, recent);
    const edit = event.type === "edit" ? ledger.edit(event.editId) : undefined;
    if (!edit) continue;
    if (isOut(edit, known)) followOnly(event, recent);
    else recent.apply(event);
    if (edit.state !== "undone" && edit.state !== "failed") edits.push(edit);
  }
  return { ledger: recent, edits };
}

/** What never was, and what a decision about more than what is recent has undone. */
const isOut = ({ state, editId }: EditRecord, known: ReadonlySet<string>): boolean =>
  state === "failed" || (state === "undone" && !known.has(editId));

/** The files of what is left out have moved all the same. */
function followOnly(event: AgentEvent, recent: Ledger): void {
  const move = event.type === "edit" ? moveOf(event) : undefined;
  const { seq, at, agentId } = event;
  if (move) recent.apply({ seq, at, agentId, type: "moved", from: move.from, to: move.to, by: "agent" });
}

interface Turn {
  readonly ids: readonly string[];
  readonly path: string;
  readonly movedTo?: string;
  readonly from: string;
  readonly to: string;
}

/** Where decisions about nothing but what is recent, or taking them back, changed a file; by the number of the event. */
function turnsSince(
  afterSeq: number,
  { session, ledger }: Pick<Parts, "session" | "ledger">,
): ReadonlyMap<number, Turn> {
  const isRecent = (id: string): boolean => (ledger.edit(id)?.seq ?? 0) > afterSeq;
  const turns = new Map<number, Turn>();
  // Of each file of a decision the newest record: what was meant to be written may have been formatted.
  const records = new Map<string, EventOf<"decided">>();
  for (const event of session.events) {
    if (isUndoing(event) && decidedIn(event).every(isRecent)) {
      const key = `${event.decision} ${event.path}`;
      turns.delete(records.get(key)?.seq ?? -1);
      records.set(key, event);
      turns.set(event.seq, turnOf(event));
    } else if (event.type === "reverted" && records.has(`${event.decision} ${event.path}`)) {
      turns.set(event.seq, { ids: [], path: event.path, from: event.was, to: event.now.text });
    } else {
      const move = moveOf(event);
      const moved = [...records.values()].filter(({ path, movedTo = path }) => movedTo === move?.from);
      for (const record of moved) records.set(`${record.decision} ${move?.to}`, record);
    }
  }
  return turns;
}

const isUndoing = (event: AgentEvent): event is EventOf<"decided"> =>
  event.type === "decided" && event.what !== "kept";

const turnOf = ({ path, movedTo, before, after }: EventOf<"decided">): Turn => ({
  ids: [...before.pending, ...before.kept],
  path,
  ...(movedTo !== undefined && { movedTo }),
  from: before.text,
  to: after.text,
});

/** Undoing, and taking that back, change the text between two edits without it being a person's text. */
function turn({ seq, at, agentId }: AgentEvent, { from, to, ids: of, ...where }: Turn, recent: Ledger): void {
  const { movedTo = where.path } = where;
  const path = recent.file(movedTo) ? movedTo : where.path;
  const file = recent.file(path);
  if (from === to || !file) return;
  // What it was about has gone, and another file has moved there.
  if (of.length > 0 && !file.edits.some(({ editId }) => of.includes(editId))) return;
  const ids = { seq, at, agentId, editId: `turn:${seq}`, callId: "", path };
  recent.apply({ type: "edit", ...ids, before: from, after: to, added: 0, removed: 0 });
}

const TWO_FILES = "Another file was moved over what was here; it was left as it is. Take it back by hand.";

async function planFile(path: string, editIds: readonly string[], parts: Parts): Promise<RewindFile> {
  const { host, ledger } = parts;
  const file = ledger.file(path);
  if (file?.isTwoFiles) return { ...NOTHING, path, editIds, problem: TWO_FILES };
  const moved = file?.movedFrom === undefined ? {} : { moveTo: file.movedFrom };
  let review: Awaited<ReturnType<typeof pendingFile>>;
  try {
    review = await pendingFile(path, parts);
  } catch (thrown) {
    if (!file || !isOnlyMoved(file) || toAgentError(thrown).kind !== "unreadable") throw thrown;
    // What is no text goes back as it is.
    const { newest } = file;
    return { ...NOTHING, path, ...moved, editIds, from: newest, to: newest, toWithMine: newest };
  }
  const isNew = file?.baseline?.hash === "";
  if (!file || !review) {
    const isGone = (await openIfThere(path, host)) === undefined;
    if (!file || !isGone || isNew) return { ...NOTHING, path, editIds };
    if (file.newest !== "")
      return { ...NOTHING, path, editIds, problem: "It has been deleted since, and stays so." };
    const text = await baselineText(file, host);
    const to = await host.blobs.put(text);
    return { ...NOTHING, path, ...moved, editIds, to, toWithMine: to, ...countChanges("", text) };
  }
  const { hunks, current } = review;
  const stored = (text: string) => (isNew && text === "" ? Promise.resolve("") : host.blobs.put(text));
  const text = undoHunks(review, hunks);
  const mixed = hunks.filter(({ isMixed }) => isMixed);
  const to = await stored(text);
  const theirs = hunks.filter(({ isMixed }) => !isMixed);
  return {
    path,
    ...(to !== "" && moved),
    editIds,
    from: await host.blobs.put(current),
    to,
    toWithMine: mixed.length === 0 ? to : await stored(undoHunks(review, theirs)),
    ...countChanges(current, text),
    clashes: mixed.length,
    problem: undefined,
  };
}
