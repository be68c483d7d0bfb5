import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { AgentError } from "../../../core/errors.ts";
import { replaceFile } from "../atomic-write.ts";
import { createStorage } from "../node-storage.ts";
import { acquireLock } from "../session-lock.ts";
import { allLogs, collectReferences, type LogPlace, namesIn } from "./references.ts";
import { type Swept, sweepBlobs, sweepTasks } from "./remove-unused.ts";

const DAY_MS = 24 * 60 * 60_000;
/** What no log names yet may be kept by a window for a card that waits for its answer, overnight or longer. */
const GRACE_MS = 7 * DAY_MS;
/** A text is stored moments before the log names it; this is much longer. */
const FREED_GRACE_MS = 60 * 60_000;
const RECORD = "storage.json";

const Last = z.object({ at: z.number(), sizeBytes: z.number() });
/** `sizeBytes`: of everything that conversations take up, after the last collection. `at`: epoch milliseconds. */
export type Storage = z.infer<typeof Last>;

export interface GarbageOptions {
  readonly dataDir: string;
  /** Conversations nobody has touched for longer are deleted; 0 keeps all. */
  readonly deleteAfterDays?: number;
  /** What conversations named that were deleted: goes after an hour, everything else after a week without use. */
  readonly freed?: ReadonlySet<string>;
}

/** What the last collection of any window found; undefined when there was none, or it cannot be read. */
export async function lastCollection(dataDir: string): Promise<Storage | undefined> {
  try {
    return Last.parse(JSON.parse(await readFile(join(dataDir, RECORD), "utf8")));
  } catch {
    return undefined;
  }
}

/**
 * Removes texts, task outputs and torn parts that no conversation of any workspace refers to any more. Undefined when
 * another window is at it. Safe beside windows that write: what was stored or used within the grace period stays. Never
 * removes anything when a conversation cannot be read: then it rejects.
 */
export async function collectGarbage(options: GarbageOptions): Promise<Storage | undefined> {
  const { dataDir, deleteAfterDays = 0, freed } = options;
  const lock = await acquireLock(join(dataDir, "garbage.lock")).catch((thrown: unknown) => {
    if (thrown instanceof AgentError && thrown.kind === "locked") return undefined;
    throw thrown;
  });
  if (!lock) return undefined;
  try {
    if (deleteAfterDays > 0) await deleteOld(dataDir, deleteAfterDays * DAY_MS);
    const logs = await allLogs(dataDir);
    const used = await collectReferences(logs);
    const swept: Swept = { freedBytes: 0, keptBytes: 0 };
    const graceMs = (name: string): number => (freed?.has(name) ? FREED_GRACE_MS : GRACE_MS);
    const sweep = { isUsed: (name: string) => used.has(name), graceMs, swept };
    await sweepBlobs(join(dataDir, "blobs"), sweep);
    await sweepTasks(join(dataDir, "tasks"), sweep);
    await removeTorn(dataDir, logs);
    const found = { at: Date.now(), sizeBytes: swept.keptBytes + (await sizeOf(logs)) };
    const bytes = Buffer.from(JSON.stringify(found));
    await replaceFile(join(dataDir, RECORD), bytes, { mode: 0o600, sync: false });
    return found;
  } finally {
    await lock.release();
  }
}

/** One that is open somewhere is locked, and stays. */
async function deleteOld(dataDir: string, ageMs: number): Promise<void> {
  for (const { project, id, path } of await allLogs(dataDir)) {
    const found = await stat(path).catch(() => undefined);
    if (!found || Date.now() - found.mtimeMs < ageMs) continue;
    await createStorage({ dataDir, workspaceKey: project })
      .removeLog(id)
      .catch((thrown: unknown) => {
        if (!(thrown instanceof AgentError)) throw thrown;
      });
  }
}

async function removeTorn(dataDir: string, logs: readonly LogPlace[]): Promise<void> {
  const known = new Set(logs.map(({ path }) => path));
  for (const project of await namesIn(join(dataDir, "projects"))) {
    const sessions = join(dataDir, "projects", project, "sessions");
    for (const name of await namesIn(sessions)) {
      const path = join(sessions, name);
      if (name.endsWith(".torn") && !known.has(path.slice(0, -".torn".length)))
        await rm(path, { force: true });
    }
  }
}

async function sizeOf(logs: readonly LogPlace[]): Promise<number> {
  let sum = 0;
  for (const { path } of logs) sum += (await stat(path).catch(() => undefined))?.size ?? 0;
  return sum;
}
