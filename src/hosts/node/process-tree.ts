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
  send(-tree.pid, signal);
  if (PLATFORM !== "linux") return;
  for (const { pid, group } of members(tree, withDaemons)) if (group !== tree.pid) send(pid, signal);
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
  readonly group: number;
}

/** Linux only: every living process of the group, the session, or with the marker. */
function members(tree: ProcessTree, withDaemons: boolean): Member[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .map((pid) => toMember(pid, tree, withDaemons))
    .filter((member) => member !== undefined);
}

function toMember(pid: number, tree: ProcessTree, withDaemons: boolean): Member | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may contain anything; the fixed fields follow the last one.
    const [state, , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const member = { pid, group: Number(group) };
    if (state === "Z" || state === "X") return undefined;
    if (member.group === tree.pid || Number(session) === tree.pid) return member;
    const isMarked = withDaemons && readFileSync(`/proc/${pid}/environ`).includes(tree.marker);
    return isMarked ? member : undefined;
  } catch {
    // It ended meanwhile, or belongs to someone else.
    return undefined;
  }
}

async function endWindowsTree(pid: number): Promise<void> {
  const { default: treeKill } = await import("tree-kill");
  await new Promise<void>((resolve) => treeKill(pid, "SIGKILL", () => resolve()));
}
