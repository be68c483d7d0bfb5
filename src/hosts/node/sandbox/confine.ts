import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunOptions } from "../../../core/ports.ts";
import { hostMatcher } from "../../../safety/hosts.ts";
import { noteLeftovers } from "./leftovers.ts";
import { sandboxPolicy } from "./policy.ts";
import { isThere } from "./protected-places.ts";
import { type Programs, SandboxRuntime, type Wrapped } from "./runtime.ts";
import type { SandboxOptions } from "./sandbox.ts";

/** Rejects with what keeps the sandbox from working, in words. */
export async function confine(
  command: string,
  { cwd, askHost }: RunOptions,
  options: SandboxOptions,
): Promise<Wrapped> {
  const { roots, dataDir, settings } = options;
  const bash = options.bash();
  if (bash === undefined) throw new Error("bash was not found");
  const runtime = await SandboxRuntime.shared(await programsOf(options));
  const temporary = ownTemporary();
  const policy = sandboxPolicy({ roots, cwd, temporary, dataDir });
  noteLeftovers(
    dataDir,
    policy.denyWrite.filter((path) => !isThere(path)),
  );
  const listed = settings().allowedDomains.flatMap((domain) => hostMatcher(domain) ?? []);
  const mayReach = async (host: string): Promise<boolean> =>
    listed.some((matches) => matches(host)) || ((await askHost?.(host)) ?? false);
  return runtime.wrap(inner(command, bash, temporary), { policy, mayReach, bash });
}

/**
 * The command in a shell like the one it would run in otherwise, with a temporary folder of its own and with limits that hurt
 * no build. The processes are counted in the sandbox, so those of the user outside do not matter.
 */
const inner = (command: string, bash: string, temporary: string): string => {
  const limits =
    "ulimit -c 0; ulimit -n 8192 2>/dev/null; ulimit -u 4096 2>/dev/null; ulimit -f 41943040 2>/dev/null";
  const folder = quoted(temporary);
  // Where these cannot write to their caches they fail, and the user's own would be theirs to poison.
  const caches = `npm_config_cache=${folder}/npm GOCACHE=${folder}/go-build`;
  return `${limits}; export TMPDIR=${folder} TMP=${folder} TEMP=${folder} ${caches}; exec ${quoted(bash)} --noprofile --norc -c ${quoted(command)} bash`;
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

async function programsOf({ platform, find, ripgrep, dataDir }: SandboxOptions): Promise<Programs> {
  if (platform !== "linux") return { ripgrep: undefined, dataDir };
  const [bwrap, socat] = [find("bwrap"), find("socat")];
  const missing = [bwrap ?? "bubblewrap (bwrap)", socat ?? "socat"].filter((each) => !each.startsWith("/"));
  if (bwrap === undefined || socat === undefined) throw new Error(`${missing.join(" and ")} not installed`);
  return { ripgrep: await ripgrep(), bwrap, socat, dataDir };
}

let temporaryFolder: string | undefined;

/** Private, so that nobody can put links in its place; gone with this process. */
function ownTemporary(): string {
  if (temporaryFolder !== undefined && isThere(temporaryFolder)) return temporaryFolder;
  const folder = mkdtempSync(join(tmpdir(), "plumb-"));
  chmodSync(folder, 0o700);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  temporaryFolder = folder;
  return folder;
}

export const rest = (): Promise<void> => SandboxRuntime.rest();
