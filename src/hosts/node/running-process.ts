import type { ChildProcess } from "node:child_process";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { AgentError } from "../../core/errors.ts";
import { codeOf } from "./file-errors.ts";
import { newMarker } from "./orphans.ts";
import { createOutputCleaner } from "./output-cleaner.ts";
import { endLeftovers, endTree, endTreeNow, type ProcessTree } from "./process-tree.ts";

/** What a command leaves running gets this long to finish after the command itself has ended. */
const LEFTOVER_GRACE_MS = 100;
/**
 * A daemon may hold, or go on filling, the output of a command that has ended. Silence ends it, or so many reads as
 * are enough for all that the system's buffers can hold.
 */
const SILENCE_MS = 50;
const MAX_LATE_READS = 32;
const LEFTOVER_NOTE =
  "\n[This command left a process running, which was stopped. Run it as a background task to keep it.]\n";

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}
export interface RunningProcess {
  /** Resolves once the process and its group have ended. */
  readonly exited: Promise<Exit>;
  /** Plain text as it comes; pauses the process when nobody reads. Ends after the process has. */
  output(): AsyncGenerator<string, void>;
  /** Ends the whole tree; resolves when it is gone, also when it was already. Never rejects. */
  end(): Promise<void>;
  endNow(): void;
}

export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Record<string, string>;
}

/** Starts a program in a group and session of its own, without input. Rejects with `not_found` or `failed`. */
export async function launch({ program, args, cwd, environment }: Launch): Promise<RunningProcess> {
  const marker = newMarker();
  const child = await spawnIn(program, args, cwd, { ...environment, PLUMB_RUN: marker });
  const tree: ProcessTree = { pid: child.pid ?? 0, marker, strays: new Set() };
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const news = createSignal();
  const state = { isOver: false, hadLeftovers: false };

  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      const finish = async (): Promise<void> => {
        state.hadLeftovers = (await endLeftovers(tree, LEFTOVER_GRACE_MS)) && ending === undefined;
        state.isOver = true;
        resolve({ code, signal });
        news.wake();
      };
      void finish();
    });
  });
  for (const stream of streams) {
    for (const event of ["readable", "end", "close", "error"]) stream.on(event, news.wake);
  }
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ending ??= (async () => {
      if (!state.isOver) await endTree(tree);
      state.isOver = true;
      for (const stream of streams) stream.destroy();
      news.wake();
    })();
    return ending;
  };
  return {
    exited,
    output: () => readOutput(streams, state, news),
    end,
    endNow: () => {
      if (!state.isOver) endTreeNow(tree);
    },
  };
}

interface RunState {
  readonly isOver: boolean;
  readonly hadLeftovers: boolean;
}

async function* readOutput(
  streams: readonly Readable[],
  state: RunState,
  news: NewsSignal,
): AsyncGenerator<string, void> {
  const sources = streams.map(createSource);
  let lateReads = 0;
  while (lateReads <= MAX_LATE_READS) {
    const chunks = sources.map((source) => source.read()).filter((chunk) => chunk !== undefined);
    if (state.isOver) lateReads += 1;
    yield* chunks.filter(Boolean);
    if (chunks.length === 0 && !(await waitForMore(streams, state, news))) break;
  }
  yield* sources.map((source) => source.end()).filter(Boolean);
  if (state.hadLeftovers) yield LEFTOVER_NOTE;
}

async function waitForMore(
  streams: readonly Readable[],
  state: RunState,
  news: NewsSignal,
): Promise<boolean> {
  if (state.isOver) {
    const isClosed = streams.every((stream) => stream.readableEnded || stream.destroyed);
    return !isClosed && (await news.within(SILENCE_MS));
  }
  await news.next();
  return true;
}

function createSource(stream: Readable) {
  const decoder = new StringDecoder("utf8");
  const cleaner = createOutputCleaner();
  return {
    /** All that has arrived; nothing more is taken from the process until this was consumed. */
    read(): string | undefined {
      const bytes: Buffer | null = stream.read();
      return bytes === null ? undefined : cleaner.push(decoder.write(bytes));
    },
    end: () => cleaner.push(decoder.end()) + cleaner.end(),
  };
}

async function spawnIn(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<ChildProcess> {
  const isWindows = process.platform === "win32";
  const { spawn } = await import("node:child_process");
  try {
    const child = spawn(program, args, {
      cwd,
      env,
      // On Unix the shell joins its error output to the other one itself, which keeps their order.
      stdio: ["ignore", "pipe", "pipe"],
      detached: !isWindows,
      windowsHide: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    return child;
  } catch (thrown) {
    throw await toLaunchError(thrown, program, cwd);
  }
}

async function toLaunchError(thrown: unknown, program: string, cwd: string): Promise<AgentError> {
  const isFolder = await stat(cwd).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return new AgentError("not_found", `The working folder ${cwd} does not exist.`);
  const code = codeOf(thrown);
  if (code === "E2BIG" || code === "ENAMETOOLONG") {
    return new AgentError(
      "invalid_input",
      "The command is too long. Put it into a script file and run that.",
    );
  }
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new AgentError("failed", `${program} could not be started: ${why}`, { cause: thrown });
}

interface NewsSignal {
  readonly wake: () => void;
  next(): Promise<void>;
  /** False when nothing happened in that time. */
  within(ms: number): Promise<boolean>;
}

/** Lets one reader sleep until something happens. It looks first and sleeps in the same tick, so nothing is missed. */
function createSignal(): NewsSignal {
  let resolveNext: () => void = () => undefined;
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      resolveNext = resolve;
    });
  return {
    wake: () => resolveNext(),
    next,
    async within(ms) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), ms);
      });
      const isNews = await Promise.race([next().then(() => true), silence]);
      clearTimeout(timer);
      return isNews;
    },
  };
}
