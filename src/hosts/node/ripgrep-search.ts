import type { ChildProcess } from "node:child_process";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { AgentError } from "../../core/errors.ts";
import type { Search } from "../../core/ports.ts";
import { cleanEnvironment, type Environment } from "./clean-environment.ts";
import { findProgram, isProgram } from "./find-program.ts";
import { PLATFORM } from "./node-paths.ts";

/** A longer line is cut there: it is a minified bundle, and its rest would only cost memory. */
const MAX_LINE_CHARS = 1024 * 1024;
const MAX_ERROR_CHARS = 4_000;

/** The given program, else the one that came with us as a package, else one on the search path outside `roots`. */
export async function findRipgrep(options: {
  given?: (() => Promise<string | undefined>) | undefined;
  roots: readonly string[];
  environment: Environment;
}): Promise<string | undefined> {
  const given = await options.given?.().catch(() => undefined);
  if (given !== undefined && isProgram(given)) return given;
  return packagedRipgrep() ?? findProgram("rg", options.environment, options.roots);
}

function packagedRipgrep(): string | undefined {
  const file = PLATFORM === "win32" ? "rg.exe" : "rg";
  try {
    // The main package only looks for its sibling of this platform, which spares loading it.
    const { resolve } = createRequire(createRequire(import.meta.url).resolve("@vscode/ripgrep"));
    const path = resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/${file}`);
    return isProgram(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** `findBinary` is asked before the first search, and again when it had no answer. */
export function createRipgrepSearch(
  findBinary: () => Promise<string | undefined>,
  environment: Environment = process.env,
): Search {
  let binary: string | undefined;
  return {
    async *ripgrep(args, { cwd }, signal) {
      signal.throwIfAborted();
      binary ??= await findBinary();
      if (binary === undefined) {
        throw new AgentError("failed", "Searching needs ripgrep (rg), and none was found on this machine.");
      }
      // Without the user's configuration file, whose options could run programs or change what is found.
      const search = await begin(binary, ["--no-config", ...args], cwd, environment);
      const stop = (): void => void search.child.kill("SIGKILL");
      signal.addEventListener("abort", stop, { once: true });
      let count = 0;
      try {
        for await (const line of search.lines) {
          signal.throwIfAborted();
          count += 1;
          yield line;
        }
        const code = await search.ended;
        signal.throwIfAborted();
        if (code !== 0 && code !== 1 && !isPartial(count, search.words())) {
          throw new AgentError("invalid_input", search.words() || `ripgrep ended with code ${code}.`);
        }
      } finally {
        signal.removeEventListener("abort", stop);
        stop();
      }
    },
  };
}

/** ripgrep also reports an error when it could not read some of the files, though it did its work. */
const isPartial = (count: number, words: string): boolean =>
  count > 0 || words.split("\n").every((line) => /\(os error (?:5|13)\)$/.test(line.trim()));

async function begin(binary: string, args: readonly string[], cwd: string, environment: Environment) {
  const { spawn } = await import("node:child_process");
  const child = spawn(binary, args, {
    cwd,
    env: cleanEnvironment(environment),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (words.length < MAX_ERROR_CHARS) words = (words + text).slice(0, MAX_ERROR_CHARS);
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await started(child, cwd);
  return { child, lines: linesOf(child.stdout.setEncoding("utf8")), ended, words: () => words.trim() };
}

function started(child: ChildProcess, cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      stat(cwd).then(
        () => reject(new AgentError("failed", `ripgrep could not be started: ${error.message}`)),
        () => reject(new AgentError("not_found", `The folder ${cwd} does not exist.`)),
      );
    });
  });
}

/** Reads no further than the consumer does, and joins the parts of a long line only once. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string, void> {
  let parts: string[] = [];
  let length = 0;
  const add = (part: string): void => {
    if (length < MAX_LINE_CHARS) parts.push(part.slice(0, MAX_LINE_CHARS - length));
    length += part.length;
  };
  const take = (): string => {
    const line = parts.join("");
    parts = [];
    length = 0;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      add(chunk.slice(from, end));
      yield take();
      from = end + 1;
    }
    add(chunk.slice(from));
  }
  if (length > 0) yield take();
}
