import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { Ledger } from "../review/ledger.ts";

const WITHIN_MS = 5_000;

/**
 * Edits whose process died between their record and their file never happened: left pending, the next change of the
 * same lines would be taken for a part of them. Never rejects: a file that cannot be read is left as it is known.
 */
export async function settleUnwritten(parts: {
  readonly host: Host;
  readonly session: Session;
  readonly ledger: Ledger;
}): Promise<void> {
  const { host, session, ledger } = parts;
  const pending = ledger.pending();
  if (pending.length === 0) return;
  const finished = new Set(
    session.events.flatMap((event) => (event.type === "tool.finished" ? [event.callId] : [])),
  );
  for (const edit of pending.filter(({ callId }) => !finished.has(callId))) {
    if ((await hashNow(edit.path, host)) !== edit.before) continue;
    session.append(edit.agentId, { type: "edit.failed", editId: edit.editId });
  }
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
