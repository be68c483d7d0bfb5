import { toAgentError } from "../../../core/errors.ts";
import type { PendingTotal, WholeReason } from "../../../protocol/pending.ts";
import { countChanges } from "../../../review/diff.ts";
import type { Chat, PendingFile } from "../engine.ts";

/** A file whose edits cannot be told apart into hunks now: they are kept or undone together. */
export interface WholeFile {
  readonly path: string;
  readonly why: WholeReason;
  /** Of its pending edits. */
  readonly added: number;
  readonly removed: number;
  /** Where it was, if it has been moved. */
  readonly movedFrom?: string;
}
export type Pending = PendingFile | WholeFile;

/** What is asked of a conversation to know that. */
type Source = Pick<Chat, "pendingFile" | "ledger">;

export const isWhole = (file: Pending): file is WholeFile => "why" in file;

/** What there is to decide in a file, if anything. Never rejects. */
export async function readPending(
  chat: Source,
  path: string,
  onProblem: (why: string) => void,
): Promise<Pending | undefined> {
  try {
    const found = await chat.pendingFile(path);
    if (found && found.hunks.length > 0) return found;
    if (!found) return whenGone(chat, path);
    if (found.movedFrom === undefined && isNewAndEmpty(chat, found)) return wholeFile(chat, path, "empty");
    return found.movedFrom === undefined ? undefined : wholeFile(chat, path, "moved");
  } catch (thrown) {
    const { kind, message } = toAgentError(thrown);
    // A picture can be moved as well as a text.
    if (kind === "unreadable" && isOnlyMoved(chat, path)) return wholeFile(chat, path, "moved");
    onProblem(message);
    return wholeFile(chat, path, kind === "unreadable" ? "binary" : "unreadable");
  }
}

/** Made by the agent, and nothing in it to show. */
const isNewAndEmpty = (chat: Source, { path, current }: PendingFile): boolean =>
  current === "" && chat.ledger.file(path)?.baseline?.hash === "";

function whenGone(chat: Source, path: string): WholeFile | undefined {
  const file = chat.ledger.file(path);
  if (!file?.baseline) return undefined;
  if (file.newest === "") return wholeFile(chat, path, "deleted");
  // Made by the agent, and deleted by hand: nothing is left of it.
  if (file.baseline.hash === "" && file.baseline.steps.length === 0) return undefined;
  return wholeFile(chat, path, "gone");
}

function wholeFile(chat: Source, path: string, why: WholeReason): WholeFile {
  const edits = pendingIn(chat, path);
  const movedFrom = chat.ledger.file(path)?.movedFrom;
  const sum = (field: "added" | "removed"): number => edits.reduce((all, edit) => all + edit[field], 0);
  const moved = movedFrom === undefined ? {} : { movedFrom };
  return { path, why, added: sum("added"), removed: sum("removed"), ...moved };
}

const pendingIn = (chat: Source, path: string) =>
  chat.ledger.file(path)?.edits.filter(({ state }) => state === "pending") ?? [];

const isOnlyMoved = (chat: Source, path: string): boolean =>
  chat.ledger.file(path)?.movedFrom !== undefined &&
  pendingIn(chat, path).every(({ to }) => to !== undefined);

/** Hunks and lines of one file, as every view counts them. */
export function countsOf(file: Pending): Omit<PendingTotal, "files"> {
  if (isWhole(file)) return { hunks: 0, added: file.added, removed: file.removed };
  if (file.hunks[0]?.units) return { hunks: file.hunks.length, ...sourceLines(file) };
  let added = 0;
  let removed = 0;
  for (const { count, baseCount } of file.hunks) {
    added += count;
    removed += baseCount;
  }
  return { hunks: file.hunks.length, added, removed };
}

/** Of a notebook the lines of its sources count; they are compared once for each state of it. */
function sourceLines(file: PendingFile): { added: number; removed: number } {
  const counts = counted.get(file) ?? countChanges(file.baseline, file.current);
  counted.set(file, counts);
  return counts;
}
const counted = new WeakMap<PendingFile, { added: number; removed: number }>();

export function totalOf(files: readonly Pending[]): PendingTotal {
  const total = { files: files.length, hunks: 0, added: 0, removed: 0 };
  for (const { hunks, added, removed } of files.map(countsOf)) {
    total.hunks += hunks;
    total.added += added;
    total.removed += removed;
  }
  return total;
}
