import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { mean } from "./figures.ts";
import type { Scenario } from "./scenarios.ts";

const root = join(import.meta.dirname, "../..");

/** A program under measurement; it gets the prompt as its last argument. */
export interface Contestant {
  readonly name: string;
  readonly args: readonly string[];
}
export const PLUMB: Contestant = {
  name: "plumb",
  args: [join(root, "dist/cli.js"), "--permission-mode", "bypass", "-p"],
};
export const FLOOR: Contestant = { name: "floor", args: [join(root, "test/bench/floor.mjs")] };

/** Times in milliseconds, memory in MB (peak), tokens as the fake API counts them. */
export interface Sample {
  readonly startMs: number;
  readonly wallMs: number;
  readonly exitMs: number;
  readonly turnMs: number;
  readonly lateTurnMs: number;
  readonly cpuMs: number;
  readonly memoryMb: number;
  readonly inputTokens: number;
  readonly hitRate: number;
  /** How often what was sent was rewritten to save room. */
  readonly rewritten: number;
  /** Input of all requests by what it costs: 1 for a token that is processed, 1.25 where it is kept, 0.1 where it was. */
  readonly costTokens: number;
}

/** Runs a scenario once, in a fresh folder and with a fresh server. Rejects when anything was refused. */
export async function measure(scenario: Scenario, contestant: Contestant, home: string): Promise<Sample> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-bench-")));
  const cwd = join(base, "workspace");
  mkdirSync(cwd);
  for (const [name, content] of Object.entries(scenario.files)) writeFileSync(join(cwd, name), content);
  const answered: number[] = [];
  const { script } = scenario;
  const api = await startFakeApi({
    script: (request, index) => {
      answered.push(performance.now());
      const next = typeof script === "function" ? script(request, index) : script[index];
      if (next === undefined) throw new Error(`${scenario.name} has no reply ${index}`);
      return next;
    },
  });
  try {
    const usagePath = scenario.isBare ? undefined : join(base, "usage.json");
    const startedAt = performance.now();
    const endedAt = await run(contestant, { cwd, home, url: api.url, usagePath });
    // Clearing old results rewrites what was sent, on purpose and for a gain; anything else must only grow.
    const broken = api.violations.filter((words) => !/ to .*"\[[^"]*, cleared/.test(words));
    if (api.refusals.length > 0 || broken.length > 0)
      throw new Error([...api.refusals, ...broken].join("\n"));
    const usage: { cpuMs: number; memoryMb: number } =
      usagePath === undefined
        ? { cpuMs: Number.NaN, memoryMb: Number.NaN }
        : JSON.parse(readFileSync(usagePath, "utf8"));
    // What the stand-in takes to check a request is not counted: a real server does that elsewhere.
    const [arrival = Number.NaN, ...later] = api.requests.map(({ arrivedMs }) => arrivedMs);
    const gaps = later.map((time, i) => time - (answered[i] ?? time));
    const tokens = api.requests.map((request) => request.usage);
    const read = tokens.reduce((sum, entry) => sum + (entry?.readTokens ?? 0), 0);
    const all = tokens.reduce(
      (sum, entry) =>
        sum + (entry?.readTokens ?? 0) + (entry?.writtenTokens ?? 0) + (entry?.inputTokens ?? 0),
      0,
    );
    return {
      startMs: arrival - startedAt,
      wallMs: endedAt - startedAt,
      exitMs: endedAt - (answered.at(-1) ?? endedAt),
      // Turns are of several kinds, so the middle one says little.
      turnMs: mean(gaps),
      lateTurnMs: mean(gaps.slice(-Math.ceil(gaps.length / 4))),
      ...usage,
      inputTokens: first(tokens[0]),
      hitRate: all === 0 ? 0 : read / all,
      rewritten: api.violations.length,
      costTokens: tokens.reduce((sum, entry) => sum + costOf(entry), 0),
    };
  } finally {
    await api.close();
    rmSync(base, { recursive: true, force: true });
  }
}

interface Tokens {
  readonly readTokens: number;
  readonly writtenTokens: number;
  readonly inputTokens: number;
}
const NONE: Tokens = { readTokens: 0, writtenTokens: 0, inputTokens: 0 };
const first = ({ readTokens, writtenTokens, inputTokens }: Tokens = NONE): number =>
  readTokens + writtenTokens + inputTokens;
const costOf = ({ readTokens, writtenTokens, inputTokens }: Tokens = NONE): number =>
  inputTokens + 1.25 * writtenTokens + 0.1 * readTokens;

interface Place {
  readonly cwd: string;
  readonly home: string;
  readonly url: string;
  readonly usagePath: string | undefined;
}

function run({ args }: Contestant, { cwd, home, url, usagePath }: Place): Promise<number> {
  const probe = usagePath === undefined ? [] : ["--require", join(root, "test/bench/usage-probe.cjs")];
  const env = {
    ...process.env,
    HOME: home,
    PLUMB_HOME: join(home, ".plumb"),
    ANTHROPIC_API_KEY: "bench",
    ANTHROPIC_BASE_URL: url,
    ...(usagePath !== undefined && { BENCH_USAGE: usagePath }),
  };
  mkdirSync(home, { recursive: true });
  const child = spawn(process.execPath, [...probe, ...args, "Go"], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stdout.resume();
  child.stderr.on("data", (data) => errors.push(String(data)));
  return new Promise((resolve, reject) => {
    child.on("exit", (code) =>
      code === 0 ? resolve(performance.now()) : reject(new Error(`exit ${code}: ${errors.join("")}`)),
    );
  });
}
