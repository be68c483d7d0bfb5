import { constants } from "node:fs";
import { chmod, type FileHandle, link, open, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AgentError } from "../../core/errors.ts";
import { renameOver, writeBeside } from "./atomic-write.ts";
import { hasCode } from "./file-errors.ts";
import { inMadeFolder } from "./held-folder.ts";
import type { RegularFile } from "./read-regular.ts";

/**
 * Replaces a file's content: by a rename, so that nobody ever sees half of it, or in place where a rename would
 * break something (other hard links, another owner, a mount point, a folder that may not be written).
 * `checkUnchanged` is called at the last moment and rejects when the file is no longer what it was.
 */
export async function replaceContent(
  target: string,
  bytes: Buffer,
  before: RegularFile,
  checkUnchanged: () => Promise<void>,
): Promise<void> {
  const inPlace = async (): Promise<void> => {
    await checkUnchanged();
    await writeInPlace(target, bytes, before);
  };
  if (before.stat.nlink > 1) return inPlace();
  let temporary: string;
  try {
    temporary = await writeBeside(target, bytes, { mode: 0o600, like: before.stat, sync: true });
  } catch (thrown) {
    if (hasCode(thrown, "EACCES", "EPERM", "ENAMETOOLONG")) return inPlace();
    throw thrown;
  }
  try {
    await checkUnchanged();
    await renameOver(temporary, target);
  } catch (thrown) {
    await rm(temporary, { force: true });
    if (hasCode(thrown, "EXDEV", "EBUSY", "EPERM", "EACCES")) return inPlace();
    throw thrown;
  }
}

/** Puts the old bytes back when the new ones do not fit. */
async function writeInPlace(target: string, bytes: Buffer, before: RegularFile): Promise<void> {
  const file = await open(target, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { dev, ino } = await file.stat();
    if (dev !== before.stat.dev || ino !== before.stat.ino)
      throw new AgentError("stale", `Another file took the place of ${basename(target)} meanwhile.`);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
  try {
    await overwrite(file, bytes);
    await file.sync();
  } catch (thrown) {
    await overwrite(file, before.bytes).catch(() => undefined);
    throw thrown;
  } finally {
    await file.close();
  }
}

async function overwrite(file: FileHandle, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, done);
    done += bytesWritten;
  }
  await file.truncate(bytes.length);
}

/**
 * Creates a file and its parents. Rejects with `stale` when someone else created it first. `mode` are its permission bits;
 * without them it gets what new files get.
 */
export async function createContent(target: string, bytes: Buffer, mode?: number): Promise<void> {
  const folder = dirname(target);
  let isMade = false;
  try {
    await inMadeFolder(folder, (held) => {
      isMade = true;
      return appear(join(held, basename(target)), bytes, mode);
    });
  } catch (thrown) {
    if (!isMade && hasCode(thrown, "EEXIST", "ENOTDIR"))
      throw new AgentError("failed", `${folder} cannot be created: a part of it is a file, not a folder.`);
    throw hasCode(thrown, "EEXIST")
      ? new AgentError("stale", `${target} was created meanwhile by someone else.`, { cause: thrown })
      : thrown;
  }
}

/** A link fails when the name is taken, which a rename does not: so of two creators one is told. */
async function appear(target: string, bytes: Buffer, mode: number | undefined): Promise<void> {
  const temporary = await writeBeside(target, bytes, { mode: 0o666, sync: true });
  try {
    if (mode !== undefined) await setMode(temporary, mode);
    await link(temporary, target);
  } catch (thrown) {
    // Some file systems (FAT, some network and phone storage) know no links.
    if (!hasCode(thrown, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV")) throw thrown;
    await createDirectly(target, bytes);
    if (mode !== undefined) await setMode(target, mode);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Where files have no such bits nothing happens. */
export async function setMode(path: string, mode: number): Promise<void> {
  if (process.platform !== "win32") await chmod(path, mode & 0o777);
}

async function createDirectly(target: string, bytes: Buffer): Promise<void> {
  const file = await open(target, "wx", 0o666);
  try {
    await file.writeFile(bytes);
    await file.close();
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await rm(target, { force: true });
    throw thrown;
  }
}
