import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";

const running = new Set<ChildProcess>();

let isStopping = false;
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  // Not `once`: a terminal's Ctrl+C reaches us twice, from the terminal and from the process that started us.
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    void stopAll().then(() => process.exit(code));
  });
}
process.once("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

/** Starts a process in its own group, which ends at the latest when this process does. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { ...options, detached: process.platform !== "win32" });
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Asks a process and all it started to end, and ends them by force after five seconds. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    // The leader has ended; what it started may not have.
    signalGroup(child, "SIGKILL");
    return;
  }
  const { promise: exited, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  signalGroup(child, "SIGTERM");
  const force = setTimeout(() => signalGroup(child, "SIGKILL"), 5000);
  await exited;
  clearTimeout(force);
  signalGroup(child, "SIGKILL");
}

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(stop));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]);
    else process.kill(-child.pid, signal);
  } catch {
    // The group is gone, which is what was asked for.
  }
}

export interface Finished {
  readonly code: number;
  readonly output: string;
}

/** Runs to the end. `output` is standard output and error in the order they came. Rejects when it cannot be started. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  return new Promise((done, fail) => {
    const child = start(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    const parts: Buffer[] = [];
    child.stdout?.on("data", (part: Buffer) => parts.push(part));
    child.stderr?.on("data", (part: Buffer) => parts.push(part));
    child.once("error", fail);
    child.once("close", (code) => {
      // When everything is being stopped, nobody is to report that this ended early.
      if (isStopping) return;
      done({ code: code ?? 1, output: Buffer.concat(parts).toString("utf8") });
    });
  });
}

/** Like `run`, but rejects with the output when the process fails. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<string> {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${output}`);
  return output;
}
