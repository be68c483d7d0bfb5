import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { ROOT } from "../dev/paths.ts";
import { runOrThrow } from "../dev/processes.ts";
import type { EvalTask } from "./task.ts";

/** The folders of one attempt, all of them temporary. */
export interface Place {
  readonly base: string;
  readonly workspace: string;
  /** The same files as they were, for the check. */
  readonly before: string;
  readonly home: string;
  readonly path: string;
}

const places = new Set<string>();
// Ctrl+C ends the process without a `finally`.
process.once("exit", () => {
  for (const base of places) rmSync(base, { recursive: true, force: true });
});

/** A fresh copy of a task's repository, as a git repository of one commit. Rejects when it cannot be made. */
export async function makePlace(task: EvalTask): Promise<Place> {
  const base = await realpath(await mkdtemp(join(tmpdir(), "eval-")));
  places.add(base);
  const [workspace, before, home] = [join(base, "workspace"), join(base, "before"), join(base, "home")];
  try {
    await mkdir(home);
    await cp(task.repository, before, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !task.hidden.includes(relative(task.repository, source)),
    });
    const path = await searchPath(base);
    const env = { ...neutral(), PATH: path, HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
    if (task.prepare !== undefined) await runOrThrow(process.execPath, [task.prepare], { cwd: before, env });
    await cp(before, workspace, { recursive: true, verbatimSymlinks: true });
    const git = ["-c", "user.name=Evals", "-c", "user.email=evals@localhost", "-c", "core.autocrlf=false"];
    await runOrThrow("git", ["init", "-q", "-b", "main"], { cwd: workspace, env });
    await runOrThrow("git", [...git, "add", "-A"], { cwd: workspace, env });
    await runOrThrow("git", [...git, "commit", "-q", "--allow-empty", "-m", "First"], {
      cwd: workspace,
      env,
    });
    return { base, workspace, before, home, path };
  } catch (thrown) {
    await removePlace(base);
    throw thrown;
  }
}

export async function removePlace(base: string): Promise<void> {
  await rm(base, { recursive: true, force: true, maxRetries: 3 });
  places.delete(base);
}

/** This project's own folders are no part of it: nothing an agent sees leads to the checks. */
async function searchPath(base: string): Promise<string> {
  const others = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => !entry.startsWith(ROOT));
  if (process.platform === "win32") return [...others, dirname(process.execPath)].join(delimiter);
  const bin = join(base, "bin");
  await mkdir(bin);
  await symlink(process.execPath, join(bin, "node"));
  return [bin, ...others].join(delimiter);
}

const HARMLESS = [
  ...["LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "TZ", "SystemRoot", "ComSpec", "PATHEXT", "WINDIR"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "IS_SANDBOX"],
];

/** What of our own environment a task may see: no key, no name of this project. */
export const neutral = (): Record<string, string> =>
  Object.fromEntries(
    HARMLESS.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
