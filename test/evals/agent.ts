import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { toPrices } from "../../src/core/budget-settings.ts";
import { dollarsOf } from "../../src/core/cost.ts";
import { ROOT } from "../dev/paths.ts";
import { start, stop } from "../dev/processes.ts";
import { neutral, type Place } from "./place.ts";
import type { EvalTask } from "./task.ts";

/** The program as it is shipped. */
const PROGRAM = join(ROOT, "dist/cli.js");

/** `done` is by itself; the others are the limit it ran into, or that it failed. */
export type Ended = "done" | "turns" | "dollars" | "time" | "error";

export interface AgentRun {
  readonly ended: Ended;
  /** Why it failed. */
  readonly words: string;
  readonly answer: string;
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars. */
  readonly dollars: number;
  readonly seconds: number;
}

export interface Asked {
  readonly mode: string;
  /** Key, address and model. */
  readonly model: Readonly<Record<string, string>>;
  /** What a model costs that the program does not know: without it nothing is sent, because there is a limit in dollars. */
  readonly prices?: Prices;
  /** Where `transcript.jsonl` and `stderr.txt` are written. */
  readonly folder: string;
}

/** Model → US dollars per million tokens. */
export type Prices = Readonly<Record<string, { readonly input: number; readonly output: number }>>;

const Result = z.object({
  type: z.literal("result"),
  subtype: z.string(),
  result: z.string().optional(),
  errors: z.array(z.string()).optional(),
  num_turns: z.number(),
  total_cost_usd: z.number(),
  modelUsage: z.record(
    z.string(),
    z.object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      cacheReadInputTokens: z.number(),
      cacheCreationInputTokens: z.number(),
      costUSD: z.number(),
    }),
  ),
  usage: z
    .object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      cache_read_input_tokens: z.number(),
      cache_creation_input_tokens: z.number(),
    })
    .partial(),
});
type Result = z.infer<typeof Result>;

/** Gives a task to the program and waits until it has ended, at the latest shortly after its time is up. */
export async function runAgent(task: EvalTask, place: Place, asked: Asked): Promise<AgentRun> {
  const transcript = join(asked.folder, "transcript.jsonl");
  const [output, errors] = [openSync(transcript, "w"), openSync(join(asked.folder, "stderr.txt"), "w")];
  const { turns, dollars, seconds } = task.limits;
  if (asked.prices) {
    mkdirSync(join(place.home, ".plumb"));
    writeFileSync(join(place.home, ".plumb/settings.json"), JSON.stringify({ prices: asked.prices }));
  }
  const startedAt = performance.now();
  const child = start(
    process.execPath,
    [
      ...[PROGRAM, "--output-format", "stream-json", "--permission-mode", asked.mode],
      ...["--max-turns", String(turns), "--max-budget-usd", String(dollars), "-p"],
    ],
    {
      cwd: place.workspace,
      env: { ...neutral(), PATH: place.path, HOME: place.home, USERPROFILE: place.home, ...asked.model },
      stdio: ["pipe", output, errors],
    },
  );
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void stop(child);
  }, seconds * 1000);
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(task.prompt);
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => resolve());
    child.once("error", reject);
  }).finally(() => {
    clearTimeout(timer);
    closeSync(output);
    closeSync(errors);
  });
  // What it started in the background must not go on changing files while they are checked.
  await stop(child);
  const took = (performance.now() - startedAt) / 1000;
  const result = lastResult(readFileSync(transcript, "utf8"));
  const run = { ...figures(result, asked), seconds: took };
  return isLate ? { ...run, ended: "time", words: "" } : run;
}

function lastResult(transcript: string): Result | undefined {
  for (const line of transcript.split("\n").toReversed()) {
    try {
      const { success, data } = Result.safeParse(JSON.parse(line));
      if (success) return data;
    } catch {
      // The last line of a program that was killed may be cut.
    }
  }
  return undefined;
}

const LIMITS: Readonly<Record<string, Ended>> = {
  success: "done",
  error_max_turns: "turns",
  error_max_budget_usd: "dollars",
};

function figures(result: Result | undefined, { folder, prices }: Asked): Omit<AgentRun, "seconds"> {
  if (!result) {
    const last = readFileSync(join(folder, "stderr.txt"), "utf8").trim().split("\n").at(-1) ?? "";
    const nothing = { answer: "", turns: 0, inputTokens: 0, outputTokens: 0, dollars: 0 };
    return { ended: "error", words: last || "it ended without a result", ...nothing };
  }
  const { usage } = result;
  const ended = LIMITS[result.subtype] ?? "error";
  return {
    ended,
    words: ended === "error" ? (result.errors?.[0] ?? result.subtype) : "",
    answer: result.result ?? "",
    turns: result.num_turns,
    inputTokens:
      (usage.input_tokens ?? 0) +
      (usage.cache_read_input_tokens ?? 0) +
      (usage.cache_creation_input_tokens ?? 0),
    outputTokens: usage.output_tokens ?? 0,
    dollars: prices ? priced(result, prices) : result.total_cost_usd,
  };
}

/** What the result counts as nothing is counted by the price that was given. */
function priced({ modelUsage }: Result, prices: Prices): number {
  const priceOf = toPrices(prices);
  return Object.entries(modelUsage).reduce((sum, [model, used]) => {
    const price = priceOf(model);
    const usage = {
      inputTokens: used.inputTokens,
      outputTokens: used.outputTokens,
      cacheReadTokens: used.cacheReadInputTokens,
      cacheWriteTokens: used.cacheCreationInputTokens,
    };
    return sum + (price ? dollarsOf(usage, price) : used.costUSD);
  }, 0);
}
