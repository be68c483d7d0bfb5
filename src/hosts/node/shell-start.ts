import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** No core dumps; both outputs into one channel, so that they stay in the order they were written in. */
const START = "ulimit -c 0\nexec 2>&1\nunset BASH_ENV\n";

/** Bash expands the path like a word between double quotes. */
const PLAIN_PATH = /^\/[\p{L}\p{M}\p{N}_./ @%+,:=-]+$/u;

/**
 * The file that bash reads before a command, as `BASH_ENV` says. It saves the start of a second shell around each command,
 * which is half of what a short one takes. Undefined where it cannot be kept, or its path would mean something to bash.
 */
export function bashStartFile(dataDir: string): string | undefined {
  const path = join(dataDir, "bash-start");
  const temporary = `${path}.${process.pid}`;
  if (!PLAIN_PATH.test(path)) return undefined;
  try {
    if (readIfThere(path) === START) return path;
    makeFolder(dataDir);
    writeFileSync(temporary, START, { mode: 0o600, flag: "wx" });
    renameSync(temporary, path);
    return path;
  } catch {
    rmSync(temporary, { force: true });
    return undefined;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
