import { spawn } from "node:child_process";
import { lstat, readFile } from "node:fs/promises";
import * as nodeModule from "node:module";
import { compileFunction } from "node:vm";
import type { CodeCheck, CodeToCheck } from "../../core/ports.ts";
import type { Environment } from "./clean-environment.ts";
import { findProgram } from "./find-program.ts";

const MOST_BYTES = 256 * 1024;
/** What takes longer is not waited for: the interpreter will say it itself. */
const WITHIN_MS = 5_000;
const MOST_WORDS = 600;

/** Parses code and never runs it: JavaScript in this process, the rest with the interpreter's own parser. */
export function createCodeCheck(environment: Environment, roots: readonly string[]): CodeCheck {
  const ask = (program: string, args: readonly string[], code: string, signal: AbortSignal) => {
    const path = findProgram(program, environment, roots);
    return path === undefined ? undefined : parse(path, args, code, signal);
  };
  return {
    async problemIn(piece, signal) {
      const code = await textOf(piece).catch(() => undefined);
      if (code === undefined) return undefined;
      switch (piece.language) {
        case "javascript":
          return inJavascript(code);
        case "typescript":
          return inTypescript(code);
        case "python":
          return ask("python3", ["-I", "-S", "-c", PARSE_PYTHON], code, signal);
        case "shell":
          return ask("bash", ["--norc", "--noprofile", "-n"], code, signal);
        default:
          return piece.language satisfies never;
      }
    },
  };
}

async function textOf({ from }: CodeToCheck): Promise<string | undefined> {
  if ("text" in from) return from.text;
  const { size, isFile } = await lstat(from.path).then((stat) => ({
    size: stat.size,
    isFile: stat.isFile(),
  }));
  return isFile && size <= MOST_BYTES ? readFile(from.path, "utf8") : undefined;
}

/** These are right in a module, and Node decides late which of the two a text is. */
const OF_MODULES = /import statement|import\.meta|'export'|\bawait\b|Unexpected token 'export'|reserved word/;
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];
const FILE = "code";

function inJavascript(code: string): string | undefined {
  try {
    // Compiled as Node does it, and thrown away.
    compileFunction(code.replace(/^#!.*/, ""), PARAMETERS, { filename: FILE });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.name !== "SyntaxError" || OF_MODULES.test(thrown.message))
      return undefined;
    // A module may use these words where a script may not, so a text with any of them is left to Node.
    if (/^\s*(?:import|export)\b|^\s*await\b/m.test(code)) return undefined;
    const [where = "", line = ""] = (thrown.stack ?? "").split("\n");
    const number = /^code:(\d+)$/.exec(where)?.[1];
    return number === undefined ? thrown.message : `line ${number}: ${thrown.message}\n${line.trim()}`;
  }
}

function inTypescript(code: string): string | undefined {
  // Newer Nodes only.
  const strip: unknown = Reflect.get(nodeModule, "stripTypeScriptTypes");
  if (typeof strip !== "function") return undefined;
  try {
    const text: unknown = strip(code, { mode: "strip" });
    return typeof text === "string" ? inJavascript(text) : undefined;
  } catch (thrown) {
    const isSyntax =
      thrown instanceof Error && "code" in thrown && thrown.code === "ERR_INVALID_TYPESCRIPT_SYNTAX";
    return isSyntax ? thrown.message : undefined;
  }
}

const PARSE_PYTHON = `
import ast, sys
try:
    ast.parse(sys.stdin.buffer.read(), "code")
except SyntaxError as e:
    print(f"line {e.lineno}: {e.msg}\\n{(e.text or '').strip()}")
    sys.exit(3)
except Exception:
    pass
`;

/** What the parser says is wrong. Undefined when nothing is, when it does not answer, or cannot be started. */
function parse(
  program: string,
  args: readonly string[],
  code: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const child = spawn(program, args, {
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" },
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe"],
    signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < MOST_WORDS) said += text;
    });
  }
  child.once("error", () => resolve(undefined));
  child.once("close", (status) => {
    const isSyntax = (status === 3 || status === 2) && said.trim() !== "";
    resolve(isSyntax ? said.trim().slice(0, MOST_WORDS) : undefined);
  });
  child.stdin.once("error", () => undefined);
  child.stdin.end(code);
  return promise;
}
