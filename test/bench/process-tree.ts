import { readdirSync, readFileSync } from "node:fs";

export interface TreeUsage {
  /** Peak of what all its processes had in memory at the same moment, in MB; pages that they share count for each. */
  readonly memoryMb: number;
  /** Processor time of all its processes, in ms, to 10 ms. */
  readonly cpuMs: number;
  /** How many processes it left behind; they are ended. */
  readonly left: number;
}
const UNKNOWN: TreeUsage = { memoryMb: Number.NaN, cpuMs: Number.NaN, left: 0 };

const EVERY_MS = 20;
const MS_PER_TICK = 10;
/** Carries `mark` into everything that a program starts, daemons that left its group and its session included. */
export const MARK = "BENCH_MARK";

/**
 * Watches everything that a program starts, from outside: whoever has the mark in its environment or a parent that belongs to
 * it. Returns the function that stops it. Only Linux tells (`/proc`); elsewhere every figure is NaN.
 */
export function watchTree(mark: string): () => TreeUsage {
  if (process.platform !== "linux") return () => UNKNOWN;
  const belongs = new Map<number, boolean>();
  const ownBefore = waitedForMs();
  let memoryKb = 0;
  const living = (): readonly number[] =>
    pids().filter((pid) => {
      const known = belongs.get(pid);
      if (known !== undefined) return known;
      const isOurs = hasMark(pid, mark) || belongs.get(parentOf(pid)) === true;
      belongs.set(pid, isOurs);
      return isOurs;
    });
  const look = (): void => {
    const kb = living().map((pid) => memoryOf(pid));
    const together = kb.reduce((sum, { now }) => sum + now, 0);
    // The kernel knows the peak of each, also of moments in which nobody looked.
    memoryKb = Math.max(memoryKb, together, ...kb.map(({ peak }) => peak));
  };
  const timer = setInterval(look, EVERY_MS);
  return () => {
    clearInterval(timer);
    const left = living().filter((pid) => memoryOf(pid).now > 0);
    look();
    const cpuMs = waitedForMs() - ownBefore + left.reduce((sum, pid) => sum + timesOf(pid), 0);
    for (const pid of left) endProcess(pid);
    return { memoryMb: memoryKb / 1024, cpuMs, left: left.length };
  };
}

/** Ascending, so that parents come before what they started. */
const pids = (): readonly number[] =>
  readdirSync("/proc")
    .flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
    .sort((a, b) => a - b);

const hasMark = (pid: number, mark: string): boolean => read(pid, "environ").includes(`${MARK}=${mark}\0`);

const status = (text: string, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
const parentOf = (pid: number): number => status(read(pid, "status"), "PPid");
function memoryOf(pid: number): { now: number; peak: number } {
  const text = read(pid, "status");
  return { now: status(text, "VmRSS"), peak: status(text, "VmHWM") };
}

/** Its own time and that of the children it has waited for. */
const timesOf = (pid: number | "self"): number => sumOfTicks(pid, 11, 15);
/** The time of children that this process has waited for. */
const waitedForMs = (): number => sumOfTicks("self", 13, 15);
function sumOfTicks(pid: number | "self", from: number, to: number): number {
  const text = read(pid, "stat");
  // The name in brackets may hold anything.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields.slice(from, to).reduce((sum, ticks) => sum + Number(ticks), 0) * MS_PER_TICK;
}

/** Empty when the process is gone, or another user's. */
function read(pid: number | "self", file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
