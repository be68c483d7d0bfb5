import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { cleanEnvironment, type Environment } from "./clean-environment.ts";
import { findProgram } from "./find-program.ts";

/** Reading only: no lock is taken, nothing is fetched, no program of the repository is run. */
const QUIET = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
};
const SAFE = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.attributesFile=/dev/null",
  // What a copy to another machine changes is no change.
  "core.checkStat=minimal",
  "core.trustctime=false",
  "protocol.allow=never",
  "protocol.ext.allow=never",
].flatMap((setting) => ["-c", setting]);

export interface GitOptions {
  /** The top of a working tree. */
  readonly cwd: string;
  readonly environment: Environment;
  /** Workspace folders: no git in there is run. */
  readonly roots: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Starts git to read something. Every git of ours is started here. Undefined when there is none outside of the workspace; the
 * process may still fail to start, which it says with `error`.
 */
export async function startGit(
  args: readonly string[],
  { cwd, environment, roots, signal }: GitOptions,
): Promise<ChildProcessByStdio<Writable, Readable, null> | undefined> {
  const git = findProgram("git", environment, roots);
  if (git === undefined) return undefined;
  const { spawn } = await import("node:child_process");
  const child = spawn(git, ["--no-pager", ...SAFE, ...args], {
    cwd,
    env: { ...cleanEnvironment(environment), ...QUIET },
    stdio: ["pipe", "pipe", "ignore"],
    windowsHide: true,
    signal,
    killSignal: "SIGKILL",
  });
  // Whoever asked may hear of it too late.
  child.on("error", () => undefined);
  return child;
}
