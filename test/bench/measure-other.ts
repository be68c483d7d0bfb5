import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { runOrThrow, start, stop } from "../dev/processes.ts";
import type { Part } from "../support/fake-api/replies.ts";
import type { Calls, OtherAgent, TheirCall } from "./contestants.ts";
import { mean } from "./figures.ts";
import { type OpenServer, startOpenServer } from "./open-server.ts";
import { MARK, watchTree } from "./process-tree.ts";
import type { Scenario } from "./scenarios.ts";

/** Times in milliseconds, memory in MB (peak), tokens as our server counts them. NaN: not measured. */
export interface Figures {
  readonly startMs: number;
  readonly wallMs: number;
  /** From a reply to the next request: what a turn costs beside the model. */
  readonly turnMs: number;
  readonly cpuMs: number;
  readonly memoryMb: number;
  readonly firstTokens: number;
  /** Input of all requests by what it costs: 1 for a token that is processed, 1.25 (2) where it is kept for five minutes (an hour), 0.1 where it was. */
  readonly costTokens: number;
  readonly hitPercent: number;
  /** Processes it left behind. */
  readonly left: number;
}
export const KEYS = [
  ...["startMs", "wallMs", "turnMs", "cpuMs", "memoryMb", "firstTokens", "costTokens", "hitPercent"],
] as const satisfies readonly (keyof Figures)[];

const MODEL = "claude-opus-5-5";
/** Of several words: one agent takes a single one for a command. */
const PROMPT = "Do what is next.";
const LIMIT_MS = 120_000;
const LIMIT_PER_TURN_MS = 1_000;
const LAST_WORDS = 160;

/** A home for each agent, which it keeps for all its runs, as a user's is kept. */
export function homesFor(agents: readonly OtherAgent[]): { of(agent: OtherAgent): string; remove(): void } {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "bench-others-")));
  const homes = new Map(agents.map((agent, i) => [agent, join(base, String(i))]));
  for (const home of homes.values()) mkdirSync(home);
  return {
    of: (agent) => homes.get(agent) ?? base,
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Runs a scenario once, in a fresh git repository. Rejects when the agent did not do all of it. */
export async function measureOther(
  { files, plain, turns }: Scenario,
  agent: OtherAgent,
  home: string,
): Promise<Figures> {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "bench-other-")));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  await commitAll(cwd);
  const edits: Edit[] = [];
  const server = await startOpenServer((index) =>
    plain?.(index)?.map((part) => theirs(part, agent, cwd, edits)),
  );
  const mark = `${process.pid}-${performance.now()}`;
  const endWatch = watchTree(mark);
  try {
    const startedAt = performance.now();
    await run(agent, { cwd, home, url: server.url, mark, limitMs: LIMIT_MS + turns * LIMIT_PER_TURN_MS });
    const wallMs = performance.now() - startedAt;
    const usage = endWatch();
    check(server, turns, edits.at(-1));
    return { ...timesOf(server, startedAt, turns), wallMs, ...usage, ...tokensOf(server) };
  } finally {
    endWatch();
    await server.close();
    rmSync(cwd, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function commitAll(cwd: string): Promise<void> {
  const git = (...args: string[]): Promise<string> => runOrThrow("git", args, { cwd });
  await git("init", "--quiet");
  await git("add", "--all");
  const who = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false"];
  await git(...who, "commit", "--quiet", "--allow-empty", "--message", "Begin");
}

/** Rejects unless it did what it was asked to: it came back after every reply, no call failed, its edits are on the disk. */
function check({ requests, failures }: OpenServer, turns: number, edit: Edit | undefined): void {
  if (requests.length <= turns) throw new Error(`it ended after ${requests.length} of ${turns + 1} requests`);
  if (failures[0] !== undefined)
    throw new Error(`${failures.length} of its calls failed: ${failures[0].slice(0, LAST_WORDS)}`);
  if (edit && !readFileSync(edit.path, "utf8").includes(edit.text))
    throw new Error("its last edit is not on the disk");
}

function timesOf(
  { requests }: OpenServer,
  startedAt: number,
  turns: number,
): Pick<Figures, "startMs" | "turnMs" | "firstTokens"> {
  const gaps = requests
    .slice(1, turns + 1)
    .map(({ arrivedMs }, i) => arrivedMs - (requests[i]?.answeredMs ?? Number.NaN));
  const { arrivedMs = Number.NaN, tokens = Number.NaN } = requests[0] ?? {};
  return { startMs: arrivedMs - startedAt, turnMs: mean(gaps), firstTokens: tokens };
}

function tokensOf({ uses }: OpenServer): Pick<Figures, "costTokens" | "hitPercent"> {
  const sum = (of: (use: OpenServer["uses"][number]) => number): number =>
    uses.reduce((total, use) => total + of(use), 0);
  const [fresh, read] = [sum((use) => use.inputTokens), sum((use) => use.readTokens)];
  const [short, long] = [sum((use) => use.written["5m"]), sum((use) => use.written["1h"])];
  return {
    costTokens: fresh + 0.1 * read + 1.25 * short + 2 * long,
    hitPercent: (100 * read) / (fresh + read + short + long),
  };
}

interface Edit {
  readonly path: string;
  readonly text: string;
}
const Input = z.object({
  command: z.string().default(""),
  file_path: z.string().default(""),
  old_string: z.string().default(""),
  new_string: z.string().default(""),
  pattern: z.string().default(""),
  offset: z.int().optional(),
  limit: z.int().default(2_000),
});

/** A call in the words of that agent. Remembers what it edits. */
function theirs(part: Part, { calls }: OtherAgent, cwd: string, edits: Edit[]): Part {
  if (part.kind !== "call" || !calls) return part;
  const input = Input.parse(JSON.parse(part.json));
  const path = join(cwd, input.file_path);
  if (part.name === "Edit") edits.push({ path, text: input.new_string });
  const [name, said] = inTheirWords(calls, part.name, { ...input, file_path: path });
  return { ...part, name, json: JSON.stringify(said) };
}

function inTheirWords(calls: Calls, tool: string, input: z.infer<typeof Input>): TheirCall {
  const { offset: from, limit: lines } = input;
  if (tool === "Read") return calls.read(input.file_path, from === undefined ? undefined : { from, lines });
  if (tool === "Edit") return calls.edit(input.file_path, input.old_string, input.new_string);
  if (tool === "Bash") return calls.run(input.command);
  // Search tools differ too much in what they can do.
  if (tool === "Grep") return calls.run(`grep -n ${JSON.stringify(input.pattern)} *`);
  throw new Error(`The scenario calls ${tool}, which nobody has translated.`);
}

interface Place {
  readonly cwd: string;
  readonly home: string;
  readonly url: string;
  readonly mark: string;
  readonly limitMs: number;
}

/** Resolves when the program has ended well. Rejects with its last words when it has not, or not in time. */
async function run(agent: OtherAgent, { cwd, home, url, mark, limitMs }: Place): Promise<void> {
  const fill = (text: string): string =>
    text.replaceAll("{url}", url).replaceAll("{model}", MODEL).replaceAll("{home}", home);
  for (const [path, text] of Object.entries(agent.files ?? {})) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), fill(text));
  }
  const { PATH = "", LANG = "C.UTF-8" } = process.env;
  const child = start(agent.command, [...agent.args.map(fill), PROMPT], {
    cwd,
    env: {
      ...{ PATH, LANG, HOME: home, USERPROFILE: home, [MARK]: mark },
      ...Object.fromEntries(Object.entries(agent.env).map(([name, value]) => [name, fill(value)])),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data) => (words = `${words}${data}`.slice(-LAST_WORDS)));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void stop(child);
  }, limitMs);
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("exit", (status, signal) => resolve(status ?? signal ?? "nothing"));
    child.once("error", reject);
  }).finally(() => clearTimeout(timer));
  // Where /proc does not tell who is left.
  if (process.platform !== "linux") await stop(child);
  if (isLate) throw new Error(`not finished after ${limitMs / 1000} s`);
  if (code !== 0) throw new Error(`exit ${code}: ${words.replaceAll(/\s+/g, " ").trim()}`);
}
