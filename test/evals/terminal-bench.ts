import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { type EvalTask, loadReplies } from "./task.ts";

/** The fields of a `task.yaml` that matter here, with the values that the format gives them when they are left out. */
const Task = z.looseObject({
  instruction: z.string().min(1),
  category: z.string().default("software_engineering"),
  max_agent_timeout_sec: z.number().positive().default(360),
  max_test_timeout_sec: z.number().positive().default(60),
});

/** What belongs to the benchmark and not to the folder that is worked in. */
const HIDDEN = ["task.yaml", "run-tests.sh", "tests", "solution.sh", "solution.yaml", "replies.json"];
const CONTAINER = ["Dockerfile", "docker-compose.yaml", "docker-compose.yml"];

/** The format has no limits of turns and money; these keep a loop from running up a bill. */
const MOST = { turns: 100, dollars: 5 } as const;

/**
 * Tasks of the form of Terminal-Bench, from a folder of them or a task's own. Those that come with an image are only named:
 * their instructions and tests go by what is installed in it.
 */
export function loadTerminalBench(folder: string): { tasks: EvalTask[]; needContainer: string[] } {
  const isTask = (path: string): boolean => existsSync(join(path, "task.yaml"));
  const folders = isTask(folder)
    ? [folder]
    : readdirSync(folder)
        .toSorted()
        .map((name) => join(folder, name))
        .filter(isTask);
  const isContained = (path: string): boolean => CONTAINER.some((name) => existsSync(join(path, name)));
  return {
    tasks: folders.filter((path) => !isContained(path)).map(loadFolderTask),
    needContainer: folders.filter(isContained).map((path) => basename(path)),
  };
}

function loadFolderTask(folder: string): EvalTask {
  const { data, error } = Task.safeParse(parse(readFileSync(join(folder, "task.yaml"), "utf8")));
  if (!data) throw new Error(`${join(folder, "task.yaml")}: ${z.prettifyError(error)}`);
  const tests = join(folder, "tests");
  const replies = loadReplies(join(folder, "replies.json"));
  return {
    id: basename(folder),
    kind: data.category,
    prompt: data.instruction.trim(),
    repository: folder,
    hidden: HIDDEN,
    // Under both names, because test scripts use either.
    check: {
      script: join(folder, "run-tests.sh"),
      isInside: true,
      environment: { TEST_DIR: tests, T_BENCH_TEST_DIR: tests },
    },
    limits: {
      ...MOST,
      seconds: data.max_agent_timeout_sec,
      checkSeconds: data.max_test_timeout_sec,
    },
    ...(replies && { replies }),
  };
}
