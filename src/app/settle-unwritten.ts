import { MAIN } from "../core/event.ts";
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
  const isAt = (place: string): Promise<boolean> => hashNow(place, host).then((hash) => hash !== "");
  let at = path;
  if (!(await isAt(path))) {
    const other = path === from ? to : from;
    if (!(await isAt(other))) return;
    session.append(MAIN, { type: "moved", from: path, to: other, by: isFinished ? "review" : "agent" });
    at = other;
  }
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
