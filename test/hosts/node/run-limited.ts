import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * Runs a script of this folder in a process that cannot write files beyond 64 KB, which looks to it like a full disk,
 * and resolves to the JSON it prints.
 */
export async function runLimited(script: string, argument: string): Promise<unknown> {
  const limited = `trap '' XFSZ; ulimit -f 64; exec "$@"`;
  const args = ["-c", limited, "bash", process.execPath, join(import.meta.dirname, script), argument];
  const { stdout } = await promisify(execFile)("bash", args);
  return JSON.parse(stdout);
}
