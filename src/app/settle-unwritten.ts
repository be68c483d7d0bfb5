import { MAIN } from "../core/event.ts";
import { sha256 } from "../core/hash.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { EditRecord, Ledger } from "../review/ledger.ts";

const WITHIN_MS = 5_000;
interface Parts {
  readonly host: Host;
  readonly session: Session;
  readonly ledger: Ledger;
}

/**
 * Edits whose process died between their record and their file never happened: left pending, the next change of the
 * same lines would be taken for a part of them. Files are found again where such a move left them. Never rejects: a
 * file that cannot be read is left as it is known.
 */
export async function settleUnwritten(parts: Parts): Promise<void> {
  const { host, session, ledger } = parts;
  const pending = ledger.pending();
  if (pending.length === 0) return;
  const finished = new Set(
    session.events.flatMap((event) => (event.type === "tool.finished" ? [event.callId] : [])),
  );
  const isFinished = ({ callId }: EditRecord): boolean => finished.has(callId);
  for (const edit of pending.filter(({ to }) => to !== undefined).toReversed())
    await findMoved(edit, isFinished(edit), parts);
  for (const edit of pending.filter((one) => one.to === undefined && !isFinished(one))) {
    if ((await hashNow(ledger.edit(edit.editId)?.path ?? edit.path, host)) !== edit.before) continue;
    session.append(edit.agentId, { type: "edit.failed", editId: edit.editId });
  }
}

/** Newest first: where the file of a move is, if it is not where the log has it. */
async function findMoved(
  { editId, agentId, to }: EditRecord,
  isFinished: boolean,
  parts: Parts,
): Promise<void> {
  const { host, session, ledger } = parts;
  const { path, from, after } = ledger.edit(editId) ?? {};
  if (path === undefined || from === undefined || to === undefined) return;
  const at = await placeNow({ path, from, to, hash: after ?? "" }, host);
  if (at === undefined) return;
  if (at !== path)
    session.append(MAIN, { type: "moved", from: path, to: at, by: isFinished ? "review" : "agent" });
  if (at !== from) return;
  if (!isFinished) session.append(agentId, { type: "edit.failed", editId });
  else
    session.append(MAIN, {
      type: "reviewed",
      path: at,
      editIds: [editId],
      verdict: "undone",
      after: after ?? "",
    });
}

interface Moved {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly hash: string;
}

async function placeNow(move: Moved, host: Host): Promise<string | undefined> {
  const { path, from, to } = move;
  const isAt = (place: string): Promise<boolean> => hashNow(place, host).then((hash) => hash !== "");
  if (path === to && (await clearPlaceholder(move, host))) return from;
  if (await isAt(path)) return path;
  const other = path === from ? to : from;
  return (await isAt(other)) ? other : undefined;
}

/**
 * The place of a file that moves is taken before it goes there: where that is all that came of it, this removes it again.
 * Resolves to whether it was so.
 */
async function clearPlaceholder({ from, to, hash }: Moved, host: Host): Promise<boolean> {
  const [there, here, empty] = await Promise.all([hashNow(from, host), hashNow(to, host), sha256("")]);
  // Of an empty file that has moved the old place may be another's by now.
  if (here !== empty || hash === empty || there !== hash) return false;
  await host.documents.remove(to, empty, AbortSignal.timeout(WITHIN_MS)).catch(() => undefined);
  return true;
}

/** "" for a file that is not there, undefined for one that cannot be read. */
async function hashNow(path: string, host: Host): Promise<string | undefined> {
  try {
    return (await host.documents.open(path, AbortSignal.timeout(WITHIN_MS))).hash;
  } catch {
    const isThere = await host.fs.stat(path).then(
      () => true,
      () => false,
    );
    return isThere ? undefined : "";
  }
}
