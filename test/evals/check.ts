import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { start, stop } from "../dev/processes.ts";
import { neutral, type Place } from "./place.ts";
import type { EvalTask } from "./task.ts";

export interface Checked {
  readonly isPassed: boolean;
  /** What the script printed, or that it took too long. */
  readonly words: string;
}

/**
 * Runs a task's check when the agent has ended, without the key. It finds the agent's files in `EVAL_WORKSPACE`, those from
 * before in `EVAL_BEFORE` and the agent's last words in `EVAL_ANSWER`. Whatever happens but exit code 0 is a no.
 */
export async function runCheck({ check, limits }: EvalTask, place: Place, answer: string): Promise<Checked> {
  const elsewhere = join(place.base, "check");
  mkdirSync(elsewhere, { recursive: true });
  const child = start(check.script.endsWith(".sh") ? "bash" : process.execPath, [check.script], {
    cwd: check.isInside ? place.workspace : elsewhere,
    env: {
      ...neutral(),
      PATH: place.path,
      HOME: elsewhere,
      EVAL_WORKSPACE: place.workspace,
      EVAL_BEFORE: place.before,
      EVAL_ANSWER: answer,
      ...check.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const parts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => parts.push(String(data)));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void stop(child);
  }, limits.checkSeconds * 1000);
  const code = await new Promise<number | string>((resolve) => {
    child.once("close", (status, signal) => resolve(status ?? signal ?? "no exit code"));
    child.once("error", (error) => resolve(error.message));
  });
  clearTimeout(timer);
  if (isLate) parts.push(`The check took more than ${limits.checkSeconds} s.`);
  else if (code !== 0 && parts.length === 0) parts.push(`The check ended with ${code}.`);
  return { isPassed: code === 0 && !isLate, words: parts.join("").trim() };
}
