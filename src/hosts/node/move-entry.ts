import { constants } from "node:fs";
import { chmod, copyFile, lstat, mkdir, open, rename, rm, rmdir, unlink, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AgentError } from "../../core/errors.ts";
import { renameOver } from "./atomic-write.ts";
import { hasCode } from "./file-errors.ts";
import { inFolder, inMadeFolder } from "./held-folder.ts";
import { createPaths, PLATFORM } from "./node-paths.ts";

const { within } = createPaths(PLATFORM);

/**
 * Gives a file or a folder another path, with the folders on the way to it. Whatever is there already stays, and is
 * refused as `stale`; a file goes to another disk, too, a folder does not. Throws Node's own errors besides.
 */
export async function moveEntry(from: string, to: string): Promise<void> {
  const [found, existing] = await Promise.all([lstat(from), lstat(to).catch(() => undefined)]);
  const isFolder = found.isDirectory();
  if (!isFolder && !found.isFile())
    throw new AgentError("failed", `${from} is neither a file nor a folder, so it was not moved.`);
  // Where case is folded the new spelling of a name is there already.
  const isRespelled = PLATFORM !== "linux" && existing?.ino === found.ino && existing.dev === found.dev;
  if (isRespelled) return rename(from, to);
  if (existing) throw isThere(to);
  try {
    await inFolder(dirname(from), (source) =>
      inMadeFolder(dirname(to), (target) => {
        const places = [join(source, basename(from)), join(target, basename(to))] as const;
        return isFolder ? moveFolder(...places) : moveFile(...places);
      }),
    );
  } catch (thrown) {
    throw hasCode(thrown, "EEXIST", "ENOTEMPTY") ? isThere(to) : thrown;
  }
}

const isThere = (path: string): AgentError =>
  new AgentError("stale", `${path} is there already; nothing was moved over it.`);

/** A rename takes the place of what is there: so the place is taken first, which only one can do. */
async function moveFile(from: string, to: string): Promise<void> {
  await (await open(to, "wx")).close();
  try {
    await renameOver(from, to).catch((thrown: unknown) => {
      if (hasCode(thrown, "EXDEV")) return copyOver(from, to);
      throw thrown;
    });
  } catch (thrown) {
    await rm(to, { force: true });
    throw thrown;
  }
}

async function copyOver(from: string, to: string): Promise<void> {
  const { mode, atime, mtime } = await lstat(from);
  const temporary = `${to}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    await chmod(temporary, mode & 0o777);
    await utimes(temporary, atime, mtime);
    await renameOver(temporary, to);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
  await unlink(from);
}

async function moveFolder(from: string, to: string): Promise<void> {
  // Windows refuses by itself where something is; elsewhere only an empty folder is replaced, and that is ours.
  if (PLATFORM !== "win32") await mkdir(to);
  try {
    await renameOver(from, to);
  } catch (thrown) {
    if (PLATFORM !== "win32") await rmdir(to).catch(() => undefined);
    throw hasCode(thrown, "EXDEV")
      ? new AgentError("failed", `${basename(from)} would go to another disk. Move its files one by one.`)
      : thrown;
  }
}

/** Takes away `folder` and those above it, as far as they are empty and below `top`. Never rejects. */
export async function pruneEmpty(folder: string, top: string): Promise<void> {
  for (let current = folder; within(top, current); current = dirname(current)) {
    try {
      await rmdir(current);
    } catch {
      return;
    }
  }
}
