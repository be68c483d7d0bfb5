import { AgentError } from "../../core/errors.ts";
import type { Host, RunOptions, Shell, ShellChunk } from "../../core/ports.ts";
import { createBackgroundTasks } from "./background-tasks.ts";
import { cleanEnvironment, type Environment } from "./clean-environment.ts";
import { PLATFORM } from "./node-paths.ts";
import { launch, type RunningProcess } from "./running-process.ts";
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
}

/**
 * Commands as real processes. What a command leaves running in its group is stopped 100 ms after it has ended, with
 * a note in its output; true daemons (own session) stay. Cancelling takes daemons along where they can be found,
 * which is on Linux.
 */
export function createShell(options: ShellOptions): NodeShell {
  const { dataDir, roots = [], environment = process.env, platform = PLATFORM } = options;
  const alive = new Set<RunningProcess>();
  const tasks = createBackgroundTasks(dataDir);
  const killNow = (): void => {
    for (const running of alive) running.endNow();
  };
  let found: { shell: ShellProgram | undefined } | undefined;
  const shell = (): ShellProgram | undefined => {
    found ??= { shell: findShell(platform, environment, roots, () => bashStartFile(dataDir)) };
    return found.shell;
  };
  const begin = async (command: string, cwd: string): Promise<RunningProcess> => {
    const program = shell();
    if (!program) throw new AgentError("failed", "There is no shell on this machine to run commands with.");
    if (command.includes("\0"))
      throw new AgentError("invalid_input", "A command cannot contain NUL characters.");
    const { environment: added, ...how } = program.launch(command);
    const running = await launch({
      ...how,
      cwd,
      environment: { ...cleanEnvironment(environment), ...added },
    });
    if (alive.size === 0) process.on("exit", killNow);
    alive.add(running);
    void running.exited.then(() => {
      alive.delete(running);
      if (alive.size === 0) process.off("exit", killNow);
    });
    return running;
  };
  return {
    get name() {
      return shell()?.name;
    },
    sandbox: async () => ({ state: "off", words: "Commands do not run in a sandbox.", isForAll: false }),
    run: (command, { cwd, place }, signal) =>
      runToEnd(async () => {
        refuseConfined(place);
        return begin(command, cwd);
      }, signal),
    async start(command, { cwd, place }) {
      refuseConfined(place);
      return tasks.start(command, () => begin(command, cwd));
    },
    stop: tasks.stop,
    async stopAll() {
      await Promise.all([...alive].map((running) => running.end()));
    },
    killNow,
  };
}

function refuseConfined(place: RunOptions["place"]): void {
  if (place === "confined")
    throw new AgentError("denied", "This command may only run in a sandbox, and there is none.");
}

async function* runToEnd(
  begin: () => Promise<RunningProcess>,
  signal: AbortSignal,
): AsyncGenerator<ShellChunk, void> {
  signal.throwIfAborted();
  const running = await begin();
  const stop = (): void => void running.end();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    for await (const text of running.output()) {
      signal.throwIfAborted();
      yield { type: "output", text };
    }
    signal.throwIfAborted();
    yield { type: "exit", ...(await running.exited) };
  } finally {
    signal.removeEventListener("abort", stop);
    await running.end();
  }
}
