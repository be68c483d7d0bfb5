import { existsSync, readFileSync } from "node:fs";

/** Facts about this process; a test gives others. */
export interface ProcessFacts {
  /** Undefined where there are no user numbers. */
  readonly uid: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file, or undefined. */
  readonly read: (path: string) => string | undefined;
}

/** Files that container runtimes leave, and how they name the group of a container's first process. */
const MARKS = ["/.dockerenv", "/run/.containerenv"];
const GROUPS = /docker|kubepods|containerd|libpod|\blxc\b/;
/** Said by whoever starts us: the container runtime, or somebody whose sandbox has no other mark. */
const SAID = ["container", "IS_SANDBOX", "REMOTE_CONTAINERS", "CODESPACES"];

/** True when commands would run as the administrator of a whole machine, not merely of a container. */
export function isRootOfMachine(facts: ProcessFacts = thisProcess()): boolean {
  if (facts.uid !== 0) return false;
  const isSaid = SAID.some((name) => !/^(?:|0|no|false)$/i.test(facts.env[name] ?? ""));
  const isMarked = MARKS.some((path) => facts.read(path) !== undefined);
  return !isSaid && !isMarked && !GROUPS.test(facts.read("/proc/1/cgroup") ?? "");
}

const thisProcess = (): ProcessFacts => ({
  uid: process.getuid?.(),
  env: process.env,
  read(path) {
    try {
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    } catch {
      return undefined;
    }
  },
});
