import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { namesIn } from "./references.ts";

const GONE = ".gone";
const TASK_OUTPUT = "output.log";

export interface Swept {
  freedBytes: number;
  keptBytes: number;
}
interface Sweep {
  readonly isUsed: (name: string) => boolean;
  /** Younger files stay: something may be about to name them. */
  readonly graceMs: (name: string) => number;
  readonly swept: Swept;
}

/** Texts by hash: `ab/cdef…`, packed ones with an ending. */
export async function sweepBlobs(folder: string, sweep: Sweep): Promise<void> {
  for (const start of await namesIn(folder)) {
    if (start === "long") await sweepLong(join(folder, start), sweep);
    else if (/^[0-9a-f]{2}$/.test(start)) await sweepHashes(join(folder, start), start, sweep);
  }
}

async function sweepHashes(folder: string, start: string, sweep: Sweep): Promise<void> {
  for (const name of await restored(folder)) {
    const rest = name.replace(/\.z$/, "");
    // Older logs name the two parts of a hash apart.
    const hash = sweep.isUsed(rest) ? rest : start + rest;
    await settle(join(folder, name), hash, sweep);
  }
}

async function sweepLong(folder: string, sweep: Sweep): Promise<void> {
  for (const name of await restored(folder))
    await settle(join(folder, name), name.replace(/\.txt$/, ""), sweep);
}

/** Output of background commands: a folder each. */
export async function sweepTasks(folder: string, sweep: Sweep): Promise<void> {
  for (const name of await restored(folder)) await settle(join(folder, name), name, sweep);
}

/** What a crash left between the two steps of a removal has its name again. */
async function restored(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  const left = names.filter((name) => name.endsWith(GONE));
  for (const name of left) {
    const whole = name.slice(0, -GONE.length);
    const path = join(folder, name);
    await (names.includes(whole)
      ? rm(path, { recursive: true, force: true })
      : rename(path, join(folder, whole)));
  }
  return left.length === 0 ? names : namesIn(folder);
}

async function settle(path: string, name: string, { isUsed, graceMs, swept }: Sweep): Promise<void> {
  const found = await look(path);
  if (!found) return;
  const ms = graceMs(name);
  const isGone = !isUsed(name) && isOld(found.changedMs, ms) && (await removeIfOld(path, ms));
  if (isGone) swept.freedBytes += found.sizeBytes;
  else swept.keptBytes += found.sizeBytes;
}

/**
 * Takes the name away first and looks once more: whoever used the file in that moment has either touched it, and gets
 * it back, or finds it missing and writes it again.
 */
async function removeIfOld(path: string, graceMs: number): Promise<boolean> {
  const gone = `${path}${GONE}`;
  await rename(path, gone);
  const found = await look(gone);
  if (found && !isOld(found.changedMs, graceMs)) {
    await rename(gone, path);
    return false;
  }
  await rm(gone, { recursive: true, force: true });
  return true;
}

const isOld = (changedMs: number, graceMs: number): boolean => Date.now() - changedMs > graceMs;

/** Of a task's folder its output counts. */
async function look(path: string): Promise<{ sizeBytes: number; changedMs: number } | undefined> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return { sizeBytes: found.size, changedMs: found.mtimeMs };
    const output = await stat(join(path, TASK_OUTPUT)).catch(() => found);
    return { sizeBytes: output.isFile() ? output.size : 0, changedMs: output.mtimeMs };
  } catch {
    return undefined;
  }
}
