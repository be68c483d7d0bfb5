import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A folder that is made once. It is made beside its place and then renamed, so that a run that was cut off, or another
 * run at the same time, never leaves half a folder. `name` must change whenever `make` would make something else.
 */
export async function cached(
  parent: string,
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(parent, name);
  if (existsSync(folder)) return folder;
  removeLeftovers(parent, name);
  const draft = `${folder}.tmp-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    await make(draft);
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Somebody else was faster: theirs is as good.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Removes drafts of processes that no longer live. */
function removeLeftovers(parent: string, name: string): void {
  if (!existsSync(parent)) return;
  for (const entry of readdirSync(parent)) {
    const pid = entry.startsWith(`${name}.tmp-`) ? Number(entry.split("-").at(-1)) : undefined;
    if (pid !== undefined && !isAlive(pid)) rmSync(join(parent, entry), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
