import { AgentError } from "../core/errors.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";

/**
 * Rejects with `stale` when an edit's path leads elsewhere than where the edit was allowed to go, e.g. because a link
 * took the place of the file: undoing it would change a file that the edit never touched.
 */
export async function requireSamePlace(
  { editId, path }: { editId: string; path: string },
  { host, session }: { host: Host; session: Session },
): Promise<void> {
  const edit = session.events.find((event) => event.type === "edit" && event.editId === editId);
  if (edit?.type !== "edit") return;
  const call = session.events.find((event) => event.type === "tool.started" && event.callId === edit.callId);
  if (call?.type !== "tool.started") return;
  const real = await host.fs.canonical(path);
  const isAllowed = call.accesses.some(
    ({ kind, target }) =>
      kind !== "read" && (kind !== "write" || host.paths.within(target, real) !== undefined),
  );
  // Where somebody has moved it since, it is as itself.
  const isWhereItWas = edit.by === "shell" || path !== edit.path ? real === path : isAllowed;
  if (!isWhereItWas) throw new AgentError("stale", `${path} leads to another file now (${real}).`);
}
