import type { FolderMove } from "../core/file-form.ts";
import type { Host } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import type { EditRecord } from "../review/ledger.ts";

interface Parts {
  readonly host: Host;
  readonly session: Session;
}
const WITHIN_MS = 10_000;

/** The folder that a call moved, if an edit is of that call. */
export function folderOf(callId: string, { session }: Pick<Parts, "session">): FolderMove | undefined {
  const first = session.events.find(
    (event) => event.type === "edit" && event.callId === callId && event.folder !== undefined,
  );
  return first?.type === "edit" ? first.folder : undefined;
}

/** The folder that an edit is the first file of goes back, as far as nothing was in it. Never rejects. */
export async function foldersBack(edit: EditRecord | undefined, parts: Parts): Promise<void> {
  if (!edit?.folder) return;
  const { from, to, empty } = edit.folder;
  await moveEmptyFolders({ from: to, to: from, empty }, parts, edit.below);
}

/**
 * What was empty in a folder that moved goes with its files, as long as it still is empty; folders that are empty then go
 * away, below `prunesBelow`. Best effort: about folders nobody decides. Never rejects.
 */
export async function moveEmptyFolders(
  { from: old, to: now, empty }: FolderMove,
  { host: { fs, documents, paths } }: Pick<Parts, "host">,
  prunesBelow = paths.dirname(old),
): Promise<void> {
  for (const name of empty) {
    const folder = paths.join(old, name);
    try {
      const signal = AbortSignal.timeout(WITHIN_MS);
      if ((await fs.list(folder, signal)).length > 0) continue;
      await documents.move(folder, paths.join(now, name), signal, { prunesBelow });
    } catch {
      // It is gone, or something is where it would go: then there is nothing to put in order.
    }
  }
}
