import { isAbsolute, join } from "node:path";
import type { GitState } from "../../core/ports.ts";
import { cleanEnvironment, type Environment } from "./clean-environment.ts";
import { findProgram } from "./find-program.ts";
import { findGitFolder, gitText } from "./git-folder.ts";

const COMMITS = 3;
/** Nothing is written, nothing fetched, nobody asked; no object stands for another. */
const QUIET = {
  GIT_OPTIONAL_LOCKS: "0",
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
].flatMap((setting) => ["-c", setting]);
/** A filter is a program; what is included elsewhere, or stands in an extension's own file, may name one. */
const NAMES_PROGRAMS = /^\s*\[\s*(?:filter|include|includeif|extensions)\b/im;

/**
 * What git says of a folder. No program that the repository names is run: no hook, monitor, filter, pager or signature check.
 * Where its settings name filters, what is changed is not looked at. Undefined where there is no repository; never rejects.
 */
export async function gitState(
  folder: string,
  signal: AbortSignal,
  {
    environment = process.env,
    roots = [folder],
  }: { environment?: Environment; roots?: readonly string[] } = {},
): Promise<GitState | undefined> {
  const repository = await findGitFolder(folder);
  if (!repository) return undefined;
  const git = findProgram("git", environment, roots);
  const run = (args: readonly string[]): Promise<Ended> =>
    git === undefined ? Promise.resolve(FAILED) : runGit(git, args, repository.top, environment, signal);
  const [branch, isDirty, commits] = await Promise.all([
    branchOf(repository.gitDir),
    isDirtyIn(repository.gitDir, run),
    lastCommits(run),
  ]);
  return { branch, isDirty, commits };
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
}
const FAILED: Ended = { code: null, out: "" };

async function branchOf(gitDir: string): Promise<string | undefined> {
  return /^ref: refs\/heads\/(.+)$/m.exec(await gitText(join(gitDir, "HEAD")))?.[1]?.trim();
}

/** Compared with the newest commit; files that git does not know yet do not count. Undefined when it cannot be told. */
async function isDirtyIn(
  gitDir: string,
  run: (args: readonly string[]) => Promise<Ended>,
): Promise<boolean | undefined> {
  const common = (await gitText(join(gitDir, "commondir"))).trim();
  const shared = common === "" ? gitDir : isAbsolute(common) ? common : join(gitDir, common);
  const [config, attributes] = await Promise.all([
    gitText(join(shared, "config")),
    gitText(join(shared, "info", "attributes")),
  ]);
  // Every repository has settings: where none can be read, nobody knows what they name.
  if (config === "" || NAMES_PROGRAMS.test(config) || attributes.includes("filter")) return undefined;
  const { code } = await run([
    "diff-index",
    "--quiet",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
    "HEAD",
    "--",
  ]);
  return code === 0 ? false : code === 1 ? true : undefined;
}

async function lastCommits(run: (args: readonly string[]) => Promise<Ended>): Promise<string[]> {
  const { out } = await run([
    "rev-list",
    `--max-count=${COMMITS}`,
    "--no-commit-header",
    "--format=%s",
    "HEAD",
    "--",
  ]);
  return out.split("\n").filter((line) => line !== "");
}

async function runGit(
  git: string,
  args: readonly string[],
  cwd: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<Ended> {
  const { execFile } = await import("node:child_process");
  const env = { ...cleanEnvironment(environment), ...QUIET };
  return new Promise((done) => {
    try {
      const child = execFile(
        git,
        [...SAFE, "--no-pager", ...args],
        { cwd, env, signal, windowsHide: true, maxBuffer: 64 * 1024, killSignal: "SIGKILL" },
        (error, out) => {
          const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
          done({ code, out: error === null ? out : "" });
        },
      );
      child.stdin?.end();
    } catch {
      done(FAILED);
    }
  });
}
