import { listSessions } from "../app/sessions.ts";
import type { Storage } from "../core/ports.ts";
import { makeVisible } from "../core/visible.ts";

/** Conversations of this folder, newest first: a line for people or a JSON object each. Rejects with `storage`. */
export async function printSessions(
  storage: Storage,
  isJson: boolean,
  write: (text: string) => Promise<void>,
): Promise<void> {
  for (const { id, title, at, isLocked, mark } of await listSessions(storage)) {
    const changed = new Date(at).toISOString();
    const marks = [...(isLocked ? ["open elsewhere"] : []), ...(mark ? [mark] : [])];
    const line = `${changed.slice(0, 16).replace("T", " ")}  ${id}  ${makeVisible(title, "exact")}`;
    await write(
      isJson
        ? `${JSON.stringify({ id, title, changed, isLocked, ...(mark && { mark }) })}\n`
        : `${line}${marks.length > 0 ? ` (${marks.join(", ")})` : ""}\n`,
    );
  }
}
