import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { runEvals } from "./run-evals.ts";

/** A folder with these files; gone when the test ends. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "evals-test-")));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  return base;
}

export interface Small {
  readonly replies: readonly (readonly (string | { tool: string; input: unknown })[])[];
  readonly check: string;
  readonly limits?: Readonly<Record<string, number>>;
}

/** Task folders, each with one file in its repository. */
export function tasksOf(tasks: Readonly<Record<string, Small>>): string {
  const files = Object.entries(tasks).flatMap(([name, { replies, check, limits }]) => [
    [`${name}/task.json`, JSON.stringify({ kind: "small", ...(limits && { limits }) })] as const,
    [`${name}/prompt.md`, `Do ${name}.\n`] as const,
    [`${name}/replies.json`, JSON.stringify(replies)] as const,
    [`${name}/check.mjs`, check] as const,
    [`${name}/repository/a.txt`, "one\n"] as const,
  ]);
  return folderOf(Object.fromEntries(files));
}

/** Runs the machinery in this process; what it leaves is gone when the test ends. */
export async function evals(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number; printed: string; kept: string }> {
  const kept = folderOf({});
  const lines: string[] = [];
  const code = await runEvals([...args, "--out", kept], { environment, print: (line) => lines.push(line) });
  return { code, printed: lines.join("\n"), kept };
}

/** Lines of a table by their first word: what was passed, and what went wrong. */
export const rowOf = (printed: string, name: string): string =>
  printed.split("\n").find((line) => line.startsWith(`${name} `)) ?? "";

export const bash = (command: string): { tool: string; input: unknown } => ({
  tool: "Bash",
  input: { command },
});
/** A check that is passed when the agent left `done.txt`. */
export const WANTS_DONE = `import { existsSync } from "node:fs";
if (!existsSync(process.env.EVAL_WORKSPACE + "/done.txt")) {
  console.log("There is no done.txt.");
  process.exit(1);
}`;
export const DOES: Small["replies"] = [[bash("echo done > done.txt")], ["Done."]];
