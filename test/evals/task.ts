import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import { call, type Part, type Reply, reply, say } from "../support/fake-api/replies.ts";

/** What a task may take; the agent that goes beyond it has not solved it. */
export interface Limits {
  readonly turns: number;
  readonly seconds: number;
  /** US dollars. */
  readonly dollars: number;
  readonly checkSeconds: number;
}

export interface EvalTask {
  readonly id: string;
  readonly kind: string;
  readonly prompt: string;
  /** Its files are what the agent works on a copy of. */
  readonly repository: string;
  /** Names at the top of that folder that the agent does not get. */
  readonly hidden: readonly string[];
  /** A script that makes what is too large or too odd to be kept as a file; runs in the copy before the agent does. */
  readonly prepare?: string;
  readonly check: Check;
  readonly limits: Limits;
  /** What a scripted stand-in for a model answers. */
  readonly replies?: readonly Reply[];
}

/** A script that ends with 0 when the task is done. `.sh` is for bash, everything else for this Node. */
export interface Check {
  readonly script: string;
  /** In the agent's copy instead of an empty folder. */
  readonly isInside?: true;
  readonly environment?: Readonly<Record<string, string>>;
}

const DEFAULTS: Limits = { turns: 40, seconds: 600, dollars: 2, checkSeconds: 30 };
const About = z.strictObject({
  kind: z.string().min(1),
  limits: z
    .strictObject({
      turns: z.int().positive(),
      seconds: z.number().positive(),
      dollars: z.number().positive(),
      checkSeconds: z.number().positive(),
    })
    .partial()
    .default({}),
});
const Replies = z.array(
  z.array(
    z.union([z.string(), z.strictObject({ tool: z.string(), input: z.record(z.string(), z.unknown()) })]),
  ),
);

/** A folder with `task.json`, `prompt.md`, `repository/`, `check.mjs` and, if wanted, `prepare.mjs` and `replies.json`. */
export function loadTask(folder: string): EvalTask {
  const path = (name: string): string => join(folder, name);
  const about = About.parse(JSON.parse(readFileSync(path("task.json"), "utf8")));
  const replies = loadReplies(path("replies.json"));
  const { turns, seconds, dollars, checkSeconds } = { ...DEFAULTS, ...about.limits };
  return {
    id: basename(folder),
    kind: about.kind,
    prompt: readFileSync(path("prompt.md"), "utf8").trim(),
    repository: path("repository"),
    hidden: [],
    ...(existsSync(path("prepare.mjs")) && { prepare: path("prepare.mjs") }),
    check: { script: existsSync(path("check.sh")) ? path("check.sh") : path("check.mjs") },
    limits: {
      turns: turns ?? DEFAULTS.turns,
      seconds: seconds ?? DEFAULTS.seconds,
      dollars: dollars ?? DEFAULTS.dollars,
      checkSeconds: checkSeconds ?? DEFAULTS.checkSeconds,
    },
    ...(replies && { replies }),
  };
}

/** All task folders in a folder, by name. */
export const loadTasks = (folder: string): EvalTask[] =>
  readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "task.json")))
    .toSorted()
    .map((name) => loadTask(join(folder, name)));

/** Recorded replies, or undefined where there are none. Throws when they are not in their form. */
export function loadReplies(path: string): Reply[] | undefined {
  if (!existsSync(path)) return undefined;
  const toPart = (part: z.infer<typeof Replies>[number][number]): Part =>
    typeof part === "string" ? say(part) : call(part.tool, part.input);
  return Replies.parse(JSON.parse(readFileSync(path, "utf8"))).map((parts) => reply(...parts.map(toPart)));
}
