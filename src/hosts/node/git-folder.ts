import { realpathSync, type Stats, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readRegular } from "./read-regular.ts";

/** Settings of git are short. */
const MAX_BYTES = 1024 * 1024;

export interface GitFolder {
  /** The top of the working tree. */
  readonly top: string;
  /** Where git keeps what it knows of it. */
  readonly gitDir: string;
}

/** The repository that a folder is in. `.git` is a folder, or in a worktree or submodule a file that names one. Never rejects. */
export async function findGitFolder(folder: string): Promise<GitFolder | undefined> {
  for (let top = folder; ; top = dirname(top)) {
    const dot = join(top, ".git");
    const found = statOf(dot);
    if (found) {
      const gitDir = found.isDirectory() ? dot : await linkedFolder(dot, top);
      return gitDir === undefined ? undefined : { top, gitDir };
    }
    if (dirname(top) === top) return undefined;
  }
}

/** In line: on the way up there are several, before and after each command, and a worker would take far longer than they do. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

async function linkedFolder(dot: string, folder: string): Promise<string | undefined> {
  const path = /^gitdir: (.+)$/m.exec(await gitText(dot))?.[1];
  return path === undefined ? undefined : resolve(folder, path.trim());
}

/** A file of git's own, and nothing that only looks like one; "" where there is none. Never rejects. */
export async function gitText(path: string): Promise<string> {
  try {
    const { bytes } = await readRegular(realpathSync.native(path), AbortSignal.timeout(5_000), {
      maxBytes: MAX_BYTES,
    });
    return bytes.toString("utf8");
  } catch {
    return "";
  }
}
