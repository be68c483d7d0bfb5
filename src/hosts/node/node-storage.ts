import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { AgentError } from "../../core/errors.ts";
import type { LogFile, Storage } from "../../core/ports.ts";
import { replaceFile } from "./atomic-write.ts";
import type { Environment } from "./clean-environment.ts";
import { hasCode, toFileError } from "./file-errors.ts";
import { openLogFile, toStorageError } from "./log-file.ts";
import { makeFolder } from "./make-folder.ts";
import { readEnds } from "./read-ends.ts";
import { acquireLock, isHeld } from "./session-lock.ts";

/** Longest name that every file system takes with room for an ending. */
const MAX_KEY_CHARS = 120;
const LISTED_AT_ONCE = 16;
const LOG = ".jsonl";

/**
 * The user's Plumb folder: `PLUMB_HOME`, else `.plumb` in the home folder. Created for this user only. Throws `storage`
 * when it cannot be created.
 */
export function defaultDataDir(environment: Environment = process.env): string {
  const dataDir = resolve(environment["PLUMB_HOME"] || join(homedir(), ".plumb"));
  try {
    makeFolder(dataDir);
  } catch (thrown) {
    const { message } = toFileError(thrown, dataDir, "change");
    throw new AgentError(
      "storage",
      `Plumb's own folder cannot be used; set PLUMB_HOME to another one. ${message}`,
      {
        cause: thrown,
      },
    );
  }
  return dataDir;
}

/** Folder name for a workspace: its path with `-` for everything that is not a letter or digit. */
export function workspaceKey(cwd: string): string {
  // Windows spells the drive letter either way.
  const path = cwd.replace(/^[A-Z]:/, (drive) => drive.toLowerCase());
  const key = path.replace(/[^a-zA-Z0-9]/g, "-");
  if (key.length <= MAX_KEY_CHARS) return key;
  return `${key.slice(0, MAX_KEY_CHARS)}-${createHash("sha256").update(path).digest("hex").slice(0, 12)}`;
}

/** Sessions and documents of one workspace, as files. Failures other than those named reject with `storage`. */
export function createStorage(options: { dataDir: string; workspaceKey: string }): Storage {
  const folder = join(options.dataDir, "projects", options.workspaceKey);
  const sessions = join(folder, "sessions");
  const logPath = (id: string): string => join(sessions, `${checkName(id)}${LOG}`);
  const lockPath = (id: string): string => join(sessions, `${checkName(id)}.lock`);
  const documentPath = (name: string): string => join(folder, `${checkName(name)}.json`);
  return {
    openLog: async (id) => openLocked(sessions, logPath(id), lockPath(id)),
    async readLog(id) {
      const path = logPath(id);
      try {
        return await readFile(path, "utf8");
      } catch (thrown) {
        if (hasCode(thrown, "ENOENT")) throw toFileError(thrown, path, "read");
        throw toStorageError(thrown, path);
      }
    },
    async listLogs() {
      const names = await readdir(sessions).catch((thrown: unknown) => {
        if (hasCode(thrown, "ENOENT")) return [];
        throw toStorageError(thrown, sessions);
      });
      const locks = new Set(names.filter((name) => name.endsWith(".lock")));
      const ids = names.filter((name) => name.endsWith(LOG)).map((name) => name.slice(0, -LOG.length));
      const listed: Awaited<ReturnType<Storage["listLogs"]>>[number][] = [];
      for (let from = 0; from < ids.length; from += LISTED_AT_ONCE) {
        const some = ids.slice(from, from + LISTED_AT_ONCE).map(async (id) => {
          const ends = await readEnds(join(sessions, `${id}${LOG}`));
          const isLocked = locks.has(`${id}.lock`) && (await isHeld(join(sessions, `${id}.lock`)));
          return ends && { id, isLocked, ...ends };
        });
        listed.push(...(await Promise.all(some)).filter((entry) => entry !== undefined));
      }
      return listed.sort((a, b) => b.modifiedMs - a.modifiedMs);
    },
    async removeLog(id) {
      const path = logPath(id);
      try {
        await mkdir(sessions, { recursive: true, mode: 0o700 });
        const lock = await acquireLock(lockPath(id));
        await rm(path, { force: true });
        await rm(`${path}.torn`, { force: true });
        await lock.release();
      } catch (thrown) {
        throw toStorageError(thrown, path);
      }
    },
    async readDocument(name) {
      const path = documentPath(name);
      try {
        return await readFile(path, "utf8");
      } catch (thrown) {
        if (hasCode(thrown, "ENOENT")) return undefined;
        throw toStorageError(thrown, path);
      }
    },
    async writeDocument(name, text) {
      const path = documentPath(name);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await replaceFile(path, Buffer.from(text, "utf8"), { mode: 0o600, sync: true });
      } catch (thrown) {
        throw toStorageError(thrown, path);
      }
    },
  };
}

async function openLocked(folder: string, log: string, lockFile: string): Promise<LogFile> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await acquireLock(lockFile);
    try {
      return openLogFile(log, lock);
    } catch (thrown) {
      await lock.release();
      throw thrown;
    }
  } catch (thrown) {
    throw toStorageError(thrown, log);
  }
}

/** Names become file names, and may come from a command line or a view. */
function checkName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name)) return name;
  throw new AgentError("invalid_input", `${JSON.stringify(name)} is not a possible name.`);
}
