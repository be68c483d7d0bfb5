import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { OUTPUT } from "../dev/paths.ts";
import type { Prices } from "./agent.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { table } from "./table.ts";
import { loadTasks } from "./task.ts";
import { loadTerminalBench } from "./terminal-bench.ts";

const TASKS = join(import.meta.dirname, "tasks");
const HELP = `npm run evals -- [task …]
  --runs N              how often each task is tried (1)
  --parallel N          how many at once (half of the processors)
  --model ID            else ANTHROPIC_MODEL, else the program's own choice
  --price IN,OUT        US dollars per million tokens, of a model that Plumb does not know
  --permission-mode M   bypassPermissions; any other leaves out what would have to be asked
  --recorded            recorded replies, although there is a key
  --tasks FOLDER        other task folders than ours
  --terminal-bench DIR  tasks of that form: a folder of them, or one
  --out FOLDER          where transcripts go (test-output/evals/…)
The key comes from ANTHROPIC_API_KEY, the address from ANTHROPIC_BASE_URL.`;

const RECORDED = [
  "************************************************************************",
  "  NO MODEL WAS ASKED. What follows comes from recorded replies: it shows",
  "  that the machinery works, and says nothing about any model or agent.",
  "************************************************************************",
];

export interface EvalsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
}

/** Resolves with the exit code: 0 all passed, 1 some did not, 2 nothing could be run. */
export async function runEvals(args: readonly string[], options: EvalsOptions): Promise<number> {
  const { print } = options;
  try {
    const flags = parse(args);
    if (flags.values.help) {
      print(HELP);
      return 0;
    }
    return await runAll(flags, options);
  } catch (thrown) {
    print(thrown instanceof Error ? thrown.message : String(thrown));
    return 2;
  }
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "1" },
      parallel: { type: "string", default: String(Math.max(1, Math.floor(availableParallelism() / 2))) },
      model: { type: "string" },
      price: { type: "string" },
      "permission-mode": { type: "string", default: "bypassPermissions" },
      recorded: { type: "boolean", default: false },
      tasks: { type: "string", default: TASKS },
      "terminal-bench": { type: "string" },
      out: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });

async function runAll(
  { values, positionals }: ReturnType<typeof parse>,
  { environment, print }: EvalsOptions,
) {
  const [runs, parallel] = [count("runs", values.runs), count("parallel", values.parallel)];
  const model = values.recorded ? undefined : modelOf(environment, values.model);
  const prices = values.price === undefined ? undefined : pricesOf(values.price, model);
  const bench = values["terminal-bench"];
  const found =
    bench === undefined
      ? { tasks: loadTasks(resolve(values.tasks)), needContainer: [] }
      : loadTerminalBench(resolve(bench));
  for (const id of found.needContainer) print(`${id} needs a container, and is not run here.`);
  const tasks = found.tasks.filter((task) => {
    if (positionals.length > 0 && !positionals.some((word) => task.id.includes(word))) return false;
    const isRunnable = model !== undefined || task.replies !== undefined;
    if (!isRunnable) print(`${task.id} has no recorded replies, and there is no key: not run.`);
    return isRunnable;
  });
  if (tasks.length === 0) throw new Error("There is no task to run.");

  const startedAt = new Date().toISOString();
  const folder = resolve(values.out ?? join(OUTPUT, "evals", startedAt.replaceAll(/[:.]/g, "-")));
  const source = model ? (model["ANTHROPIC_MODEL"] ?? "the program's own choice") : "none (recorded replies)";
  for (const line of model ? [] : RECORDED) print(line);
  print(`model: ${source}; ${tasks.length} tasks, ${runs} times each, ${parallel} at once`);
  const mode = values["permission-mode"];
  if (model && mode === "bypassPermissions")
    print("Commands of the model run as you, unasked: in a container, or with --permission-mode auto.");

  const wanted = tasks.flatMap((task) => Array.from({ length: runs }, (_, run) => ({ task, run: run + 1 })));
  const attempts = await inParallel(wanted, parallel, async ({ task, run }) => {
    const done = await attempt(task, {
      mode,
      model,
      ...(prices && { prices }),
      folder: join(folder, `${task.id}-${run}`),
    });
    print(`${done.isPassed ? "passed" : "FAILED"}  ${task.id}${runs > 1 ? ` ${run}` : ""}`);
    return done;
  });
  print("");
  for (const line of table(attempts)) print(line);
  for (const line of model ? [] : ["", ...RECORDED]) print(line);
  keep(folder, { startedAt, model: source, isRecorded: model === undefined, mode, attempts });
  print(`Transcripts, changes and results.json: ${folder}`);
  return attempts.every(({ isPassed }) => isPassed) ? 0 : 1;
}

function count(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is a whole number from 1 on.`);
  return number;
}

function pricesOf(value: string, model: Readonly<Record<string, string>> | undefined): Prices {
  const [input = Number.NaN, output = Number.NaN] = value.split(",").map(Number);
  const named = model?.["ANTHROPIC_MODEL"];
  if (!(input >= 0 && output >= 0)) throw new Error("--price is two numbers: --price 1,5");
  if (named === undefined) throw new Error("--price belongs to a model that is named, and to a key.");
  return { [named]: { input, output } };
}

/** What the program needs to reach the provider; undefined without a key. */
function modelOf(
  { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url, ANTHROPIC_MODEL: named }: EvalsOptions["environment"],
  chosen: string | undefined,
): Record<string, string> | undefined {
  if (!key) return undefined;
  const model = chosen ?? named;
  return {
    ANTHROPIC_API_KEY: key,
    ...(url && { ANTHROPIC_BASE_URL: url }),
    ...(model && { ANTHROPIC_MODEL: model }),
  };
}

async function inParallel<Item, Done>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) done[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return done;
}

function keep(
  folder: string,
  results: {
    startedAt: string;
    model: string;
    isRecorded: boolean;
    mode: string;
    attempts: readonly Attempt[];
  },
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
}
