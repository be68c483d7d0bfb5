import { dirname } from "node:path";
import { Asking } from "../../core/asks-for-input.ts";
import { AgentError } from "../../core/errors.ts";
import type { Host, Refusal, RunOptions, Shell, ShellChunk } from "../../core/ports.ts";
import { cleanEnvironment, type Environment } from "./clean-environment.ts";
import { lateTasks } from "./late-ports.ts";
import { PLATFORM } from "./node-paths.ts";
import type { RunningProcess } from "./running-process.ts";
import { type Begun, createRunPlaces } from "./sandbox/run-places.ts";
import { DEFAULT_SANDBOX, type SandboxSettings } from "./sandbox/settings.ts";
import { findShell, type ShellProgram } from "./shell-program.ts";
import { bashStartFile } from "./shell-start.ts";

export interface NodeShell extends Shell {
  /** Kills everything at once and without waiting, for the moment the process itself ends. */
  killNow(): void;
}

export interface ShellOptions {
  /** Where the output of background tasks goes. */
  readonly dataDir: string;
  /** Programs inside these folders are never taken for the shell. */
  readonly roots?: readonly string[];
  readonly environment?: Environment;
  readonly platform?: Host["platform"];
  /** Read before each command, so that a change counts at once. */
  readonly sandbox?: () => SandboxSettings;
  readonly ripgrep?: () => Promise<string | undefined>;
}

/**
 * Commands as real processes; what runs them is loaded with the first. What a command leaves running in its group is stopped 100 ms after it has ended, with
 * a note in its output; true daemons (own session) stay. Cancelling takes daemons along where they can be found,
 * which is on Linux.
 */
export function createShell(options: ShellOptions): NodeShell {
  const { dataDir, roots = [], environment = process.env, platform = PLATFORM } = options;
  const alive = new Set<RunningProcess>();
  const tasks = lateTasks(dataDir);
  const killNow = (): void => {
    for (const running of alive) running.endNow();
  };
  let found: { shell: ShellProgram | undefined } | undefined;
  const shell = (): ShellProgram | undefined => {
    found ??= { shell: findShell(platform, environment, roots, () => bashStartFile(dataDir)) };
    return found.shell;
  };
  const keep = (running: RunningProcess): RunningProcess => {
    if (alive.size === 0) process.on("exit", killNow);
    alive.add(running);
    void running.exited.then(() => {
      alive.delete(running);
      if (alive.size === 0) process.off("exit", killNow);
    });
    return running;
  };
  const here = async (command: string, cwd: string): Promise<RunningProcess> => {
    const program = shell();
    if (!program) throw new AgentError("failed", "There is no shell on this machine to run commands with.");
    const { launch } = await import("./running-process.ts");
    const { environment: added, ...how } = program.launch(command);
    return launch({ ...how, cwd, environment: { ...cleanEnvironment(environment), ...added } });
  };
  const sandbox = options.sandbox ?? ((): SandboxSettings => DEFAULT_SANDBOX);
  const places = createRunPlaces({
    ...{ platform, roots, dataDir, environment, here },
    settings: sandbox,
    ripgrep: options.ripgrep ?? (async () => undefined),
    bash: () => (shell()?.name === "bash" ? shell()?.program : undefined),
    async docker({ environment: added, ...how }) {
      const { launch } = await import("./running-process.ts");
      return launch({
        ...how,
        cwd: dirname(dataDir),
        environment: { ...cleanEnvironment(environment), ...added },
      });
    },
  });
  const begin = async (command: string, run: RunOptions): Promise<Begun> => {
    if (command.includes("\0"))
      throw new AgentError("invalid_input", "A command cannot contain NUL characters.");
    const begun = await places.begin(command, run);
    keep(begun.running);
    // Beside the first command, which does not wait for it.
    void import("./orphans.ts").then(({ endOrphans }) => endOrphans());
    return begun;
  };
  return {
    get name() {
      return shell()?.name;
    },
    get isSetApart() {
      const { enabled, docker } = sandbox();
      return enabled === "on" || docker !== undefined;
    },
    sandbox: places.state,
    run: (command, run, signal) => runToEnd(() => begin(command, run), signal),
    start: (command, run) =>
      tasks.start(command, async () => {
        const { running, confined } = await begin(command, run);
        if (confined) void running.exited.finally(confined.end);
        return running;
      }),
    stop: tasks.stop,
    async stopAll() {
      await Promise.all([...alive].map((running) => running.end()));
      await places.rest();
    },
    killNow,
  };
}

async function* runToEnd(begin: () => Promise<Begun>, signal: AbortSignal): AsyncGenerator<ShellChunk, void> {
  signal.throwIfAborted();
  const { running, confined } = await begin();
  const asking = new Asking();
  const stop = (): void => void running.end();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    for await (const text of running.output()) {
      signal.throwIfAborted();
      confined?.printed(text);
      yield { type: "output", text };
      const isAsking = asking.add(text);
      if (isAsking !== undefined) yield { type: "asking", isAsking };
    }
    signal.throwIfAborted();
    const exit = await running.exited;
    const refused: readonly Refusal[] | undefined = confined?.end();
    yield { type: "exit", ...exit, ...(refused && { refused }) };
  } finally {
    signal.removeEventListener("abort", stop);
    await running.end();
    confined?.end();
  }
}
