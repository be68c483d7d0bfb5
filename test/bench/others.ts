import { accessSync, constants, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { start, stop } from "../dev/processes.ts";
import type { Part } from "../support/fake-api/replies.ts";
import { OTHERS, type OtherAgent, OURS, type ToolName } from "./contestants.ts";
import { keep, mean, median, out, show } from "./figures.ts";
import { type OpenServer, startOpenServer } from "./open-server.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** Milliseconds, and the size of the first request. */
interface Figures {
  readonly startMs: number;
  readonly wallMs: number;
  readonly turnMs: number;
  readonly firstKb: number;
}
const KEYS = ["startMs", "wallMs", "turnMs", "firstKb"] as const;
const MODEL = "claude-opus-5-5";
/** Of more turns others would take minutes. */
const MOST_TURNS = 50;
const LIMIT_MS = 120_000;

export interface OthersOptions {
  readonly agents?: readonly OtherAgent[];
  /** Scenarios; all of up to fifty turns unless it says otherwise. */
  readonly names?: readonly string[];
  readonly print?: (line: string) => void;
  /** Where figures are kept. */
  readonly remember?: typeof keep;
}

/**
 * Our scenarios with other agents' command lines, in one table with the floor and Plumb. Nothing is installed for it: what is not
 * in PATH is named.
 */
export async function benchOthers(
  runs: number,
  { agents = [...OURS, ...OTHERS], names, print = out, remember = keep }: OthersOptions = {},
): Promise<void> {
  const there = agents.filter(({ command }) => isInstalled(command));
  const missing = agents.filter((agent) => !there.includes(agent));
  print(`\nother agents: ${missing.map(({ name }) => name).join(", ") || "none"} not installed`);
  const wanted = scenarios.filter(({ name, turns }) => (names ? names.includes(name) : turns <= MOST_TURNS));
  for (const scenario of wanted) {
    if (!scenario.plain) continue;
    print(
      `\n${scenario.name} (${runs} runs, medians, spread in brackets; everybody on the same open stand-in)`,
    );
    print(`  ${"".padEnd(12)}${KEYS.map((key) => key.padEnd(24)).join("")}`.trimEnd());
    const row: Record<string, number> = {};
    for (const agent of there) {
      const line = await lineOf(scenario, agent, runs, row);
      print(`  ${agent.name.padEnd(12)}${line}`.trimEnd());
    }
    remember(`others: ${scenario.name}`, runs, row);
  }
}

async function lineOf(
  scenario: Scenario,
  agent: OtherAgent,
  runs: number,
  row: Record<string, number>,
): Promise<string> {
  if (scenario.turns > 0 && !agent.tools) return "what it calls our tools is not known";
  const all: Figures[] = [];
  try {
    for (let i = 0; i < runs; i += 1) all.push(await measureOther(scenario, agent));
  } catch (thrown) {
    return `failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
  return KEYS.map((key) => {
    const values = all.map((figures) => figures[key]);
    if (values.some(Number.isNaN)) return "–".padEnd(24);
    row[`${key}.${agent.name}`] = median(values);
    return show(values).padEnd(24);
  }).join("");
}

async function measureOther({ files, plain, turns }: Scenario, agent: OtherAgent): Promise<Figures> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "bench-others-")));
  const [cwd, home] = [join(base, "workspace"), join(base, "home")];
  for (const folder of [cwd, home]) mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
  const server = await startOpenServer((index) => plain?.(index)?.map((part) => theirs(part, agent, cwd)));
  try {
    const startedAt = performance.now();
    await run(agent, { cwd, home, url: server.url });
    return figuresOf(server, startedAt, turns);
  } finally {
    await server.close();
    rmSync(base, { recursive: true, force: true, maxRetries: 3 });
  }
}

function figuresOf({ requests }: OpenServer, startedAt: number, turns: number): Figures {
  const wallMs = performance.now() - startedAt;
  const [first] = requests;
  if (!first || requests.length <= turns)
    throw new Error(`it ended after ${requests.length} of ${turns + 1} requests`);
  const gaps = requests
    .slice(1)
    .map(({ arrivedMs }, i) => arrivedMs - (requests[i]?.answeredMs ?? Number.NaN));
  return { startMs: first.arrivedMs - startedAt, wallMs, turnMs: mean(gaps), firstKb: first.chars / 1024 };
}

/** A call in the words of that agent, with absolute paths, which some insist on. */
function theirs(part: Part, { tools }: OtherAgent, cwd: string): Part {
  if (part.kind !== "call") return part;
  const { name, fields = {}, more = {} }: ToolName = tools?.[part.name] ?? { name: part.name };
  const input: Record<string, unknown> = JSON.parse(part.json);
  const renamed = Object.entries(input).map(([field, value]) => [
    fields[field] ?? field,
    field === "file_path" ? join(cwd, String(value)) : value,
  ]);
  return { ...part, name, json: JSON.stringify({ ...Object.fromEntries(renamed), ...more }) };
}

interface Place {
  readonly cwd: string;
  readonly home: string;
  readonly url: string;
}

/** Resolves when the program has ended well. Rejects with its last words when it has not, or not in time. */
async function run({ command, args, env }: OtherAgent, { cwd, home, url }: Place): Promise<void> {
  const fill = (text: string): string => text.replaceAll("{url}", url).replaceAll("{model}", MODEL);
  const { PATH = "", LANG = "C.UTF-8" } = process.env;
  const child = start(command, [...args.map(fill), "Go"], {
    cwd,
    env: {
      ...{ PATH, LANG, HOME: home, USERPROFILE: home },
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])),
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
  }, LIMIT_MS);
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("exit", (status, signal) => resolve(status ?? signal ?? "nothing"));
    child.once("error", reject);
  }).finally(() => clearTimeout(timer));
  // Daemons that it left behind.
  await stop(child);
  if (isLate) throw new Error(`not finished after ${LIMIT_MS / 1000} s`);
  if (code !== 0) throw new Error(`exit ${code}: ${words.replaceAll(/\s+/g, " ").trim()}`);
}
const LAST_WORDS = 160;

function isInstalled(command: string): boolean {
  const folders = isAbsolute(command) ? [""] : (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const endings = process.platform === "win32" ? ["", ".exe"] : [""];
  return folders.some((folder) =>
    endings.some((ending) => {
      try {
        accessSync(folder === "" ? command : join(folder, `${command}${ending}`), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }),
  );
}
