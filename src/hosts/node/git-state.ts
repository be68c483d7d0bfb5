import { isAbsolute, join } from "node:path";
import type { GitState } from "../../core/ports.ts";
import type { Environment } from "./clean-environment.ts";
import { findGitFolder, gitText } from "./git-folder.ts";
import { type GitOptions, startGit } from "./quiet-git.ts";

const COMMITS = 3;
const MAX_CHARS = 64 * 1024;
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
  const run = (args: readonly string[]): Promise<Ended> =>
    runGit(args, { cwd: repository.top, environment, roots, signal });
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

async function runGit(args: readonly string[], options: GitOptions): Promise<Ended> {
  if (options.signal.aborted) return FAILED;
  const child = await startGit(args, options);
  if (!child) return FAILED;
  let out = "";
  child.stdin.on("error", () => undefined).end();
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    if (out.length < MAX_CHARS) out += part;
  });
  return new Promise((done) => {
    child.once("error", () => done(FAILED));
    child.once("close", (code) => done(code === 0 ? { code, out } : { code, out: "" }));
  });
}
