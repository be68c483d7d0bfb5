import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { PLATFORM } from "./node-paths.ts";

/** How long a tree may take to end by itself after SIGTERM; what then still lives is killed. */
const TERM_GRACE_MS = 140;

export interface ProcessTree {
  /** Process id of the leader, which is also the id of its group and session. */
  readonly pid: number;
  /** Random text in the environment of every member, by which those are found that left group and session. */
  readonly marker: string;
  /** Those that were once found to belong to it, whatever became of their parents since. */
  readonly strays: Set<string>;
}

/** Asks the tree to end, then makes it. Resolves when nothing of it lives, after about 250 ms at the latest. */
export async function endTree(tree: ProcessTree): Promise<void> {
  if (PLATFORM === "win32") return endWindowsTree(tree.pid);
  signalTree(tree, "SIGTERM", true);
  if (await isGoneWithin(tree, TERM_GRACE_MS, true)) return;
  // Again while something is left: a member may have forked between being listed and being killed.
  for (let attempt = 0; attempt < 4; attempt += 1) {
    signalTree(tree, "SIGKILL", true);
    if (await isGoneWithin(tree, 20, true)) return;
  }
}

/** Kills without asking and without waiting; for the moment the process itself ends. */
export function endTreeNow(tree: ProcessTree): void {
  if (PLATFORM !== "win32") return signalTree(tree, "SIGKILL", true);
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  spawnSync("taskkill", ["/pid", String(tree.pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
}

/**
 * After its leader has ended: gives the rest of the group `graceMs` to follow, then kills it. True when it had to.
 * Daemons, which left the group and the session on purpose, stay: build servers and agents of other tools are such.
 */
export async function endLeftovers(tree: ProcessTree, graceMs: number): Promise<boolean> {
  if (PLATFORM === "win32" || (await isGoneWithin(tree, graceMs, false))) return false;
  for (let attempt = 0; attempt < 4; attempt += 1) {
    signalTree(tree, "SIGKILL", false);
    if (await isGoneWithin(tree, 20, false)) break;
  }
  return true;
}

async function isGoneWithin(tree: ProcessTree, ms: number, withDaemons: boolean): Promise<boolean> {
  const deadline = performance.now() + ms;
  for (let pauseMs = 2; ; pauseMs *= 2) {
    if (!isAlive(tree, withDaemons)) return true;
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return false;
    await wait(Math.min(pauseMs, leftMs));
  }
}

function isAlive(tree: ProcessTree, withDaemons: boolean): boolean {
  const hasGroup = send(-tree.pid, 0);
  if (PLATFORM !== "linux" || (!hasGroup && !withDaemons)) return hasGroup;
  // A group also "exists" while it only holds zombies that nobody has collected.
  return members(tree, withDaemons).length > 0;
}

function signalTree(tree: ProcessTree, signal: NodeJS.Signals, withDaemons: boolean): void {
  // Looked at before anybody is told: whoever loses its parent can no longer be traced.
  const found = PLATFORM === "linux" ? members(tree, withDaemons) : [];
  send(-tree.pid, signal);
  for (const { pid, group } of found) if (group !== tree.pid) send(pid, signal);
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

interface Member {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Number and start together: no other process ever has both. */
  readonly identity: string;
}

/**
 * Linux only: every living process of the group, the session, or with the marker. With daemons also those that
 * cleared their environment, as long as their parent belonged to the tree when it was looked at first.
 */
function members(tree: ProcessTree, withDaemons: boolean): Member[] {
  const all = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .map(toMember)
    .filter((member) => member !== undefined);
  const isOwn = ({ pid, group, session, identity }: Member): boolean =>
    group === tree.pid ||
    session === tree.pid ||
    (withDaemons && (tree.strays.has(identity) || isMarked(pid, tree.marker)));
  const found = all.filter(isOwn);
  if (!withDaemons) return found;
  // The list grows while it is walked: children of children are found as well.
  for (const { pid } of found)
    found.push(...all.filter((other) => other.parent === pid && !found.includes(other)));
  for (const { identity } of found) tree.strays.add(identity);
  return found;
}

function toMember(pid: number): Member | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may contain anything; the fixed fields follow the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, parent, group, session] = fields;
    if (state === "Z" || state === "X") return undefined;
    const identity = `${pid}:${fields[19]}`;
    return { pid, parent: Number(parent), group: Number(group), session: Number(session), identity };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

function isMarked(pid: number, marker: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(marker);
  } catch {
    // It ended meanwhile, or belongs to someone else.
    return false;
  }
}

async function endWindowsTree(pid: number): Promise<void> {
  const { default: treeKill } = await import("tree-kill");
  await new Promise<void>((resolve) => treeKill(pid, "SIGKILL", () => resolve()));
}
