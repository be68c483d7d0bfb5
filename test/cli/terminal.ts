import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type FakeApi, type Script, startFakeApi } from "../support/fake-api/fake-api.ts";

/** The program as it is shipped, as a process of its own. */
const PROGRAM = join(import.meta.dirname, "../../dist/cli.js");

export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; out: string; err: string }>;
}
export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** Standard input stays open, to be written to. */
  readonly isTalking?: boolean;
  /** A file in place of the pipe that `out` is read from. */
  readonly outputTo?: string;
}
/** A folder, a home and a provider of its own; gone when the test ends. */
export interface Terminal {
  readonly dir: string;
  /** Plumb's own folder. */
  readonly dataDir: string;
  readonly api: FakeApi;
  run(args: readonly string[], options?: RunOptions): Run;
}

export async function openTerminal(script: Script): Promise<Terminal> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-cli-")));
  const dir = join(base, "workspace");
  mkdirSync(dir);
  const api = await startFakeApi({ script });
  onTestFinished(async () => {
    await api.close();
    rmSync(base, { recursive: true, force: true });
  });
  const { PATH = "" } = process.env;
  return {
    dir,
    dataDir: join(base, ".plumb"),
    api,
    run(args, { env = {}, input, isTalking = false, outputTo } = {}) {
      const output = outputTo === undefined ? "pipe" : openSync(outputTo, "w");
      const child = spawn(process.execPath, [PROGRAM, ...args], {
        cwd: dir,
        env: {
          PATH,
          HOME: base,
          ANTHROPIC_API_KEY: "test",
          ANTHROPIC_BASE_URL: api.url,
          IS_SANDBOX: "1",
          ...env,
        },
        stdio: ["pipe", output, "pipe"],
      });
      if (typeof output === "number") closeSync(output);
      if (!isTalking) child.stdin?.end(input ?? "");
      let out = "";
      let err = "";
      child.stdout?.on("data", (data) => (out += data));
      child.stderr?.on("data", (data) => (err += data));
      return {
        child,
        ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err }))),
      };
    },
  };
}
