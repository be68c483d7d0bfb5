import type { ChildProcess } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { AgentError } from "../../core/errors.ts";
import type { LineLaunch, LineListener, LineProgram, StartLineProgram } from "../../core/line-program.ts";
import { cleanEnvironment, type Environment } from "./clean-environment.ts";
import { codeOf } from "./file-errors.ts";
import { PLATFORM } from "./node-paths.ts";
import { endOrphans, newMarker } from "./orphans.ts";
import { endTree, endTreeNow, type ProcessTree } from "./process-tree.ts";
import { windowsLaunch } from "./windows-launch.ts";

/** A message longer than this is none: whoever sends it would fill our memory. In characters. */
const LONGEST_LINE = 16 * 1024 * 1024;
const KEPT_SAID = 4_000;
/** A program whose input ends should end by itself; then it is ended. In milliseconds. */
const LEAVE_MS = 300;
/** What it said last may arrive after it has ended, and what it left behind may hold its output open. In milliseconds. */
const LAST_WORDS_MS = 100;

/** Those that run, so that none outlives us. */
const alive = new Set<ProcessTree>();
const endAllNow = (): void => {
  for (const tree of alive) endTreeNow(tree);
};

/** Programs that are talked with in lines, each in a group of its own, with the environment of a command. */
export function lineStarter(cwd: string, environment: Environment): StartLineProgram {
  return async (launch, listener) => {
    const marker = newMarker();
    const env = { ...cleanEnvironment(environment), ...launch.env, PLUMB_RUN: marker };
    const child = await spawned(launch, cwd, env);
    const tree: ProcessTree = { pid: child.pid ?? 0, marker, strays: new Set() };
    if (alive.size === 0) process.on("exit", endAllNow);
    alive.add(tree);
    void endOrphans();
    return watched(child, tree, listener);
  };
}

function watched(child: ChildProcess, tree: ProcessTree, listener: LineListener): LineProgram {
  let said = "";
  let hasEnded = false;
  let ending: Promise<void> | undefined;
  const gone = Promise.withResolvers<void>();
  const finish = (why: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    listener.ended(why);
  };
  child.once("exit", (code, signal) => {
    gone.resolve();
    const ended = (): void => {
      clearTimeout(timer);
      finish(signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`);
      void end();
    };
    const timer = setTimeout(ended, LAST_WORDS_MS);
    child.once("close", ended);
  });
  // Written to after it has closed its input: its end says the rest.
  child.stdin?.on("error", () => undefined);
  const decoder = new StringDecoder("utf8");
  child.stderr?.on("data", (bytes: Buffer) => {
    said = (said + decoder.write(bytes)).slice(-KEPT_SAID);
  });
  const cut = lineCutter(listener.line, () => {
    finish(`it sent a line of more than ${LONGEST_LINE} characters`);
    void end();
  });
  child.stdout?.on("data", (bytes: Buffer) => {
    if (!hasEnded) cut(bytes);
  });
  const end = (): Promise<void> => {
    ending ??= (async () => {
      child.stdin?.end();
      const timer = setTimeout(gone.resolve, LEAVE_MS);
      await gone.promise;
      clearTimeout(timer);
      await endTree(tree).catch(() => undefined);
      child.stdout?.destroy();
      child.stderr?.destroy();
      alive.delete(tree);
      if (alive.size === 0) process.off("exit", endAllNow);
      finish("it was ended");
    })();
    return ending;
  };
  return {
    said: () => said,
    end,
    async send(line) {
      const { stdin } = child;
      if (hasEnded || !stdin?.writable) throw new AgentError("failed", "The program has ended.");
      await new Promise<void>((resolve, reject) => {
        stdin.write(`${line}\n`, (error) => {
          if (error) reject(new AgentError("failed", "The program takes no more input.", { cause: error }));
          else resolve();
        });
      });
    },
  };
}

/** Bytes to lines, whatever they are cut into. */
function lineCutter(onLine: (line: string) => void, onTooLong: () => void): (bytes: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let parts: string[] = [];
  let length = 0;
  return (bytes) => {
    const [first = "", ...rest] = decoder.write(bytes).split("\n");
    parts.push(first);
    length += first.length;
    if (length > LONGEST_LINE) return onTooLong();
    if (rest.length === 0) return;
    const lines = [parts.join(""), ...rest.slice(0, -1)];
    const last = rest.at(-1) ?? "";
    parts = [last];
    length = last.length;
    for (const line of lines) onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  };
}

async function spawned(
  { command, args }: LineLaunch,
  cwd: string,
  env: Record<string, string>,
): Promise<ChildProcess> {
  const { spawn } = await import("node:child_process");
  const isWindows = PLATFORM === "win32";
  const how = isWindows ? windowsLaunch(command, args, env) : { program: command, args, isVerbatim: false };
  try {
    const child = spawn(how.program, how.args, {
      cwd,
      env,
      stdio: ["pipe", "pipe", "pipe"],
      detached: !isWindows,
      windowsHide: true,
      windowsVerbatimArguments: how.isVerbatim,
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    return child;
  } catch (thrown) {
    const isMissing = codeOf(thrown) === "ENOENT";
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AgentError(
      isMissing ? "not_found" : "failed",
      isMissing ? `There is no program ${command}.` : `${command} could not be started: ${why}`,
      { cause: thrown },
    );
  }
}
