import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { OTHERS, type OtherAgent, OURS } from "./contestants.ts";
import { keep, median, out } from "./figures.ts";
import { type Figures, homesFor, KEYS, measureOther } from "./measure-other.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/** Of more turns some agents take minutes; they are run when they are named. */
const MOST_TURNS = 50;

export interface OthersOptions {
  readonly agents?: readonly OtherAgent[];
  /** Scenarios; all of up to fifty turns unless it says otherwise. */
  readonly names?: readonly string[] | undefined;
  readonly print?: (line: string) => void;
  /** Where figures are kept. */
  readonly remember?: typeof keep;
}

/**
 * Our scenarios with other agents' command lines, interleaved, in one table with the floor and Plumb. Nothing is installed for
 * it: what is not in PATH is named.
 */
export async function benchOthers(
  runs: number,
  { agents = [...OURS, ...OTHERS], names, print = out, remember = keep }: OthersOptions = {},
): Promise<void> {
  const there = agents.filter(({ command }) => isInstalled(command));
  const missing = agents.filter((agent) => !there.includes(agent));
  print(
    `\nother agents: ${missing.map(({ name, from }) => from ?? name).join(", ") || "none"} not installed`,
  );
  const wanted = scenarios.filter(
    ({ name, turns, plain }) => plain && (names ? names.includes(name) : turns <= MOST_TURNS),
  );
  const homes = homesFor(there);
  try {
    const [first] = wanted;
    // Not counted: what is made at the very first start is there for a user too.
    for (const agent of there) if (first) await tryOnce(first, agent, homes.of(agent));
    for (const scenario of wanted) {
      const lanes = there.map((agent): Lane => ({ agent, all: [], failure: refusal(scenario, agent) }));
      for (let i = 0; i < runs; i += 1) for (const lane of lanes) await runIn(lane, scenario, homes);
      tell(scenario, lanes, runs, print, remember);
    }
  } finally {
    homes.remove();
  }
}

interface Lane {
  readonly agent: OtherAgent;
  readonly all: Figures[];
  failure: string | undefined;
}
type Homes = ReturnType<typeof homesFor>;

const refusal = ({ turns }: Scenario, { calls }: OtherAgent): string | undefined =>
  turns > 0 && !calls ? "what it calls our tools is not known" : undefined;

async function runIn(lane: Lane, scenario: Scenario, homes: Homes): Promise<void> {
  if (lane.failure !== undefined) return;
  const done = await tryOnce(scenario, lane.agent, homes.of(lane.agent));
  if (typeof done === "string") lane.failure = `failed: ${done}`;
  else lane.all.push(done);
}

async function tryOnce(scenario: Scenario, agent: OtherAgent, home: string): Promise<Figures | string> {
  try {
    return await measureOther(scenario, agent, home);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

const NAME_WIDTH = 12;
const WIDTH = 21;

/** The median, with the smallest and the largest value where they differ. */
function cellOf(values: readonly number[]): string {
  const short = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
  const [least, most] = [Math.min(...values), Math.max(...values)].map(short);
  return least === most ? `${least}` : `${short(median(values))} [${least}–${most}]`;
}

function tell(
  { name }: Scenario,
  lanes: readonly Lane[],
  runs: number,
  print: (line: string) => void,
  remember: typeof keep,
): void {
  const row: Record<string, number> = {};
  print(`\n${name} (${runs} runs, medians, spread in brackets; everybody on the same open stand-in)`);
  print(`  ${"".padEnd(NAME_WIDTH)}${KEYS.map((key) => key.padEnd(WIDTH)).join("")}`.trimEnd());
  for (const { agent, all, failure } of lanes) {
    const cells = KEYS.map((key) => {
      const values = all.map((figures) => figures[key]);
      if (values.some(Number.isNaN)) return "–";
      row[`${key}.${agent.name}`] = median(values);
      return cellOf(values);
    });
    const line = failure ?? cells.map((cell) => cell.padEnd(WIDTH)).join("");
    print(`  ${agent.name.padEnd(NAME_WIDTH)}${line}`.trimEnd());
    const left = Math.max(0, ...all.map((figures) => figures.left));
    if (left > 0) print(`  ${"".padEnd(NAME_WIDTH)}leaves ${left} processes behind`);
  }
  for (const line of notFirst(row)) print(line);
  remember(`others: ${name}`, runs, row);
}

/** Where somebody else does better than Plumb; the floor is nobody's rival. More of a cache hit says nothing by itself. */
function notFirst(row: Readonly<Record<string, number>>): readonly string[] {
  return KEYS.filter((key) => key !== "hitPercent").flatMap((key) => {
    const own = row[`${key}.plumb`];
    if (own === undefined) return [];
    const better = Object.entries(row).filter(
      ([cell, value]) => cell.startsWith(`${key}.`) && cell !== `${key}.floor` && value < own,
    );
    const words = better.map(([cell, value]) => `${cell.slice(key.length + 1)} ${(value / own).toFixed(2)}`);
    return words.length > 0 ? [`  ${key}: Plumb is not first (1): ${words.join(", ")}`] : [];
  });
}

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
