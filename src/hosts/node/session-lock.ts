import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, open, readFile, rename, rm, stat, unlink, utimes } from "node:fs/promises";
import { hostname, uptime } from "node:os";
import * as z from "zod";
import { AgentError } from "../../core/errors.ts";
import { hasCode } from "./file-errors.ts";

const HEARTBEAT_MS = 30_000;
/** Of a lock held on another machine nothing but its heartbeat can be seen. */
const SILENT_TOO_LONG_MS = 10 * 60_000;

const CLOCK_SLACK_MS = 5_000;
/** Writing a lock takes moments. One that is damaged for longer was left by a crash, and nobody renews it. */
const BEING_WRITTEN_MS = 5_000;
const DAMAGED = { pid: 0, startedAt: "", token: "damaged", hostname: "" };

const Holder = z.object({
  pid: z.number(),
  startedAt: z.string(),
  token: z.string(),
  hostname: z.string(),
});
type Holder = z.infer<typeof Holder>;

export interface SessionLock {
  /** True once the lock belongs to someone else, e.g. because this machine slept for long. */
  isLost(): boolean;
  release(): Promise<void>;
}

/** Takes the lock file `path`, also from a process that died. Rejects with `locked` while a living one holds it. */
export async function acquireLock(path: string, heartbeatMs = HEARTBEAT_MS): Promise<SessionLock> {
  const token = await take(path);
  let isLost = false;
  const beat = async (): Promise<void> => {
    const holder = await readHolder(path);
    isLost ||= holder?.token !== token;
    const now = new Date();
    if (!isLost) await utimes(path, now, now).catch(() => undefined);
  };
  const timer = setInterval(() => void beat(), heartbeatMs);
  timer.unref();
  return {
    isLost: () => isLost,
    async release() {
      clearInterval(timer);
      const holder = await readHolder(path);
      if (holder?.token === token) await rm(path, { force: true });
    },
  };
}

/** True while a living process holds the lock file. */
export async function isHeld(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  return holder !== undefined && (await isAlive(holder, path));
}

/**
 * Of several processes that find the lock of a dead one, exactly one may replace it. So each first takes a second
 * lock that is named after the dead holder's token, and then looks again: whoever comes later finds another token.
 */
async function take(path: string): Promise<string> {
  const mine = `${path}.${randomUUID()}`;
  const holder = describeSelf();
  await writeOwn(mine, holder);
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (await appearAs(mine, path)) return holder.token;
      const other = await readHolder(path);
      // Released between our two looks.
      if (other === undefined) continue;
      if (await isAlive(other, path)) throw locked(other);
      const guard = `${path}.${other.token}`;
      await take(guard);
      try {
        if ((await readHolder(path))?.token !== other.token) continue;
        await rename(mine, path);
        return holder.token;
      } finally {
        await rm(guard, { force: true });
      }
    }
    throw new AgentError("locked", "Another process is taking this conversation at the same moment.");
  } finally {
    await rm(mine, { force: true });
  }
}

async function writeOwn(path: string, holder: Holder): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(JSON.stringify(holder));
  } finally {
    await file.close();
  }
}

/** Gives a complete file a second name, which fails when the name is taken: no one ever sees half a lock. */
async function appearAs(mine: string, path: string): Promise<boolean> {
  try {
    await link(mine, path);
    await unlink(mine);
    return true;
  } catch (thrown) {
    if (hasCode(thrown, "EEXIST")) return false;
    if (!hasCode(thrown, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw thrown;
  }
  // A file system without links.
  try {
    await writeOwn(path, Holder.parse(JSON.parse(await readFile(mine, "utf8"))));
    return true;
  } catch (thrown) {
    if (hasCode(thrown, "EEXIST")) return false;
    throw thrown;
  }
}

/** Undefined when there is no lock; one that cannot be understood is `DAMAGED` and judged by its age. */
async function readHolder(path: string): Promise<Holder | undefined> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return undefined;
    throw thrown;
  }
  try {
    return Holder.parse(JSON.parse(content));
  } catch {
    return DAMAGED;
  }
}

async function isAlive(holder: Holder, path: string): Promise<boolean> {
  const beatAt = await stat(path).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  );
  if (holder === DAMAGED) return Math.abs(Date.now() - beatAt) < BEING_WRITTEN_MS;
  if (holder.hostname !== hostname()) return Date.now() - beatAt < SILENT_TOO_LONG_MS;
  // Nothing survives a restart of the machine, whatever its number is used for now.
  if (beatAt < Date.now() - uptime() * 1000 - CLOCK_SLACK_MS) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (thrown) {
    if (!hasCode(thrown, "EPERM")) return false;
  }
  // The number may have been given to another process since.
  const startedAt = holder.pid === process.pid ? OWN_START : startOf(holder.pid);
  return startedAt === undefined || startedAt === holder.startedAt;
}

/** When a process started, in the kernel's own measure; undefined where it does not say. */
function startOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8");
    return fields.slice(fields.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

const OWN_START = startOf(process.pid) ?? String(Math.round(Date.now() - process.uptime() * 1000));

const describeSelf = (): Holder => ({
  pid: process.pid,
  startedAt: OWN_START,
  token: randomUUID(),
  hostname: hostname(),
});

const locked = ({ pid, hostname: machine }: Holder): AgentError =>
  new AgentError("locked", `Process ${pid} on ${machine} is writing this conversation.`);
