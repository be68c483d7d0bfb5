import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keep, median, out, show } from "./figures.ts";
import { type Contestant, FLOOR, measure, PLUMB, type Sample } from "./measure.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

/**
 * `npm run bench [-- runs [name]]`: Plumb beside the floor, interleaved in one run, medians. Ratios travel between machines,
 * milliseconds do not. History is kept in test-output/bench.jsonl. A second argument picks scenarios by name; "prefix" is what
 * system prompt and tools cost, "safety" what judging shell text costs, "review" deciding about many edits, "tray" what
 * showing them in the panel does, "window" what a request of a long session does before it is sent, "editor" the part that
 * runs in a real VS Code, "hunks" what of it is about reviewing; "others" is other agents' command lines where installed, and only
 * run when asked for (docs/bench.md).
 */
const runs = Number(process.argv[2] ?? 5);
const contestants = [FLOOR, PLUMB];
const KEYS = [
  "startMs",
  "wallMs",
  "exitMs",
  "turnMs",
  "lateTurnMs",
  "cpuMs",
  "memoryMb",
] as const satisfies readonly (keyof Sample)[];

/** From so many turns on, what a conversation costs is told. */
const MANY_TURNS = 12;

const only = process.argv[3];
// One home for all runs, as a user has: what was compiled in the first one is there in the second.
const home = mkdtempSync(join(tmpdir(), "plumb-bench-home-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
const wanted = scenarios.filter(({ name }) => only === undefined || name.includes(only));
for (const contestant of contestants) if (wanted[0]) await measure(wanted[0], contestant, home);

for (const scenario of wanted) {
  const samples = new Map<Contestant, Sample[]>(contestants.map((contestant) => [contestant, []]));
  for (let i = 0; i < runs; i += 1) {
    for (const contestant of contestants)
      samples.get(contestant)?.push(await measure(scenario, contestant, home));
  }
  report(scenario, samples.get(FLOOR) ?? [], samples.get(PLUMB) ?? []);
}
if (only === undefined || only === "prefix") await (await import("./prefix.ts")).benchPrefix();
if (only === undefined || only === "safety") {
  (await import("./safety.ts")).benchSafety(runs);
  await (await import("./powershell.ts")).benchPowershell(runs);
}
if (only === undefined || only === "window") (await import("./window.ts")).benchWindow(runs);
if (only === undefined || only === "clearing") (await import("./clearing.ts")).benchClearing();
if (only === undefined || only === "sandbox") await (await import("./sandbox.ts")).benchSandbox(runs);
if (only === undefined || only === "review") await (await import("./review.ts")).benchReview(runs);
if (only === undefined || only === "tray") await (await import("./tray.ts")).benchTray(runs);
if (only === "others")
  await (await import("./others.ts")).benchOthers(runs, { names: process.argv[4]?.split(";") });
// Last, and loaded only when asked for: it needs a VS Code and a browser.
if (only === undefined || only === "editor") await (await import("./editor.ts")).benchEditor(runs);
if (only === undefined || only === "editor" || only === "hunks")
  await (await import("./editor-review.ts")).benchEditorReview(runs);

function report({ name, turns, isLoop }: Scenario, floor: readonly Sample[], plumb: readonly Sample[]): void {
  out(`\n${name} (${runs} runs, medians, spread in brackets)`);
  const row: Record<string, number> = {};
  for (const key of KEYS) {
    const [a, b] = [floor, plumb].map((list) => list.map((sample) => sample[key]));
    if (!a || !b || Number.isNaN(median(a))) continue;
    row[`${key}.floor`] = median(a);
    row[`${key}.plumb`] = median(b);
    const ratio = median(b) / median(a);
    out(
      `  ${key.padEnd(11)} floor ${show(a).padEnd(22)} plumb ${show(b).padEnd(22)} ratio ${ratio.toFixed(2)}`,
    );
  }
  const [first] = plumb;
  if (first)
    out(
      `  first request ${first.inputTokens} tokens, cache hit ${(100 * first.hitRate).toFixed(1)} % (floor ${(100 * (floor[0]?.hitRate ?? 0)).toFixed(1)} %)`,
    );
  const [cost, bare] = [first?.costTokens ?? 0, floor[0]?.costTokens ?? 0];
  if (turns >= MANY_TURNS) {
    const goal = isLoop ? " (goal: below 1)" : "";
    out(
      `  cost-weighted input tokens: floor ${bare.toFixed(0)}, plumb ${cost.toFixed(0)}, ratio ${(cost / bare).toFixed(2)}${goal}; old results cleared ${first?.rewritten ?? 0} times`,
    );
    row["costTokens.floor"] = bare;
    row["costTokens.plumb"] = cost;
  }
  keep(name, runs, row);
}
