import { type Dirent, realpathSync, statSync } from "node:fs";
import { lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { AgentError } from "../../core/errors.ts";
import type { FileSystem, Host } from "../../core/ports.ts";
import { hasCode, toFileError } from "./file-errors.ts";
import { PLATFORM } from "./node-paths.ts";
import { refuseKernelFile, refuseUnsafePath } from "./path-guard.ts";
import { askQuickly } from "./quick-call.ts";
import { readRegular } from "./read-regular.ts";

const MAX_READ_BYTES = 256 * 1024 * 1024;
const MAX_LINKS = 40;

/** The disk. `roots` are the workspace folders; a whole file of more than 256 MB is `unreadable` without a range. */
export function createFileSystem(
  options: { roots?: readonly string[]; platform?: Host["platform"] } = {},
): FileSystem {
  const { roots = [], platform = PLATFORM } = options;
  const guard = (path: string): string => {
    refuseUnsafePath(path, platform, roots);
    return resolve(path);
  };
  const canonical = async (path: string): Promise<string> => {
    const absolute = guard(path);
    try {
      return await follow(absolute, MAX_LINKS);
    } catch (thrown) {
      throw toFileError(thrown, path, "read");
    }
  };
  return {
    canonical,
    async stat(path) {
      const absolute = guard(path);
      try {
        const found = await askQuickly(
          dirname(absolute),
          () => statSync(absolute),
          () => stat(absolute),
        );
        const kind = found.isFile() ? "file" : found.isDirectory() ? "directory" : "other";
        const mode = platform === "win32" ? undefined : found.mode & 0o777;
        return { kind, sizeBytes: found.size, modifiedMs: found.mtimeMs, mode, names: found.nlink };
      } catch (thrown) {
        throw toFileError(thrown, path, "read");
      }
    },
    async read(path, signal, range) {
      const real = await canonical(path);
      refuseKernelFile(real, platform);
      try {
        return (await readRegular(real, signal, { maxBytes: MAX_READ_BYTES, range })).bytes;
      } catch (thrown) {
        if (signal.aborted) throw signal.reason;
        throw toFileError(thrown, path, "read");
      }
    },
    async list(path, signal) {
      const absolute = guard(path);
      signal.throwIfAborted();
      try {
        const entries = await readdir(absolute, { withFileTypes: true });
        signal.throwIfAborted();
        const listed = await Promise.all(entries.map((entry) => describe(absolute, entry)));
        return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
      } catch (thrown) {
        if (signal.aborted) throw signal.reason;
        throw hasCode(thrown, "ENOTDIR")
          ? new AgentError("invalid_input", `${path} is not a folder.`, { cause: thrown })
          : toFileError(thrown, path, "read");
      }
    },
  };
}

async function describe(folder: string, entry: Dirent): Promise<{ name: string; isDirectory: boolean }> {
  if (!entry.isSymbolicLink()) return { name: entry.name, isDirectory: entry.isDirectory() };
  const target = await stat(join(folder, entry.name)).catch(() => undefined);
  return { name: entry.name, isDirectory: target?.isDirectory() ?? false };
}

/**
 * Where a path really leads, also when it does not exist yet. A link to something missing counts as its target:
 * writing to it would create that.
 */
async function follow(path: string, linksLeft: number): Promise<string> {
  try {
    return await askQuickly(
      dirname(path),
      () => realpathSync.native(path),
      () => realpath(path),
    );
  } catch (thrown) {
    if (!hasCode(thrown, "ENOENT", "ENOTDIR")) throw thrown;
    const parent = dirname(path);
    if (parent === path) return path;
    const realParent = await follow(parent, linksLeft);
    const place = join(realParent, basename(path));
    const isLink = await lstat(place).then(
      (found) => found.isSymbolicLink(),
      () => false,
    );
    if (!isLink) return place;
    if (linksLeft === 0) throw new AgentError("unreadable", `${path} goes through too many links.`);
    return follow(resolve(realParent, await readlink(place)), linksLeft - 1);
  }
}
