// Everything that must hold, or one suite: npm test [-- unit|host|ui|check [filter ...]]
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { findChromium } from "./browser.ts";
import { ensureOldNode } from "./ensure-node.ts";
import { ensureVsCode } from "./ensure-vscode.ts";
import { OUTPUT, ROOT } from "./paths.ts";
import { run, start } from "./processes.ts";
import { BUILD, CHECKS, type Counts, host, NOTHING, type Suite, ui, unit } from "./suites.ts";

const begun = performance.now();
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const [wanted, ...filters] = process.argv.slice(2);
if (wanted === undefined) rmSync(OUTPUT, { recursive: true, force: true });
mkdirSync(OUTPUT, { recursive: true });

const results = wanted === undefined ? await runAll() : await runOne(wanted);
const sum = (kind: keyof Counts): number => results.reduce((total, counts) => total + counts[kind], 0);
console.log(`\nAfter ${seconds(begun)}:`);
console.log(
  `${sum("passed")} passed, ${sum("failed")} failed${sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : ""}`,
);
// No test at all is no success either.
process.exit(sum("failed") > 0 || sum("passed") === 0 ? 1 : 0);

/** What needs no editor, and what does: side by side where there is room, else one after the other. */
async function runAll(): Promise<Counts[]> {
  const downloads = attempt("VS Code and browser", async () => {
    await Promise.all([ensureVsCode(), findChromium(), ensureOldNode()]);
  });
  const build = await runSuite(BUILD);
  const isBuilt = build.failed === 0;
  // An editor with its browser fills two cores, and is slow to a degree that shows when it has to share them.
  const cores = availableParallelism();
  const hasRoom = cores >= 4;
  const withoutEditor = inTurn([...CHECKS, unit(hasRoom ? [`--maxWorkers=${cores - 2}`] : [])]);
  const withEditor = Promise.all([downloads, hasRoom || withoutEditor]).then(async ([got]) => {
    if (got.failed > 0 || !isBuilt) return [got];
    return [got, ...(await inTurn([host(), ui()]))];
  });
  return [build, ...(await withoutEditor), ...(await withEditor)];
}

async function runOne(name: string): Promise<Counts[]> {
  if (name === "check") return inTurn(CHECKS);
  const suite = new Map(Object.entries({ unit, host, ui })).get(name);
  if (!suite) {
    console.error(`There is no suite called ${name}: check, unit, host or ui.`);
    return [{ ...NOTHING, failed: 1 }];
  }
  const build = await runSuite(BUILD);
  if (build.failed > 0) return [build];
  return [await show(suite(filters))];
}

async function inTurn(suites: readonly Suite[]): Promise<Counts[]> {
  const counts: Counts[] = [];
  for (const suite of suites) counts.push(await runSuite(suite));
  return counts;
}

/** Runs a suite and says in one line how it went; what it printed is shown when it failed, and kept in any case. */
async function runSuite(suite: Suite): Promise<Counts> {
  const since = performance.now();
  forgetReport(suite);
  const { code, output } = await run(process.execPath, suite.command, {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1" },
  });
  writeFileSync(join(OUTPUT, `${suite.name}.log`), output);
  const counts = judge(suite, code);
  if (counts.failed > 0) console.log(`\n${output.trimEnd()}\n`);
  tell(suite.name, counts, since);
  return counts;
}

/** Like `runSuite`, for somebody who watches one suite. */
async function show(suite: Suite): Promise<Counts> {
  forgetReport(suite);
  const child = start(process.execPath, suite.command, { cwd: ROOT, stdio: "inherit" });
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  child.once("exit", (code) => resolve(code ?? 1));
  return judge(suite, await ended);
}

function forgetReport({ name }: Suite): void {
  rmSync(join(OUTPUT, `${name}.json`), { force: true });
}

/** A suite that fails without a failed test, or leaves no report, counts as one failure. */
function judge(suite: Suite, code: number): Counts {
  const isReported = suite.counts && (code === 0 || existsSync(join(OUTPUT, `${suite.name}.json`)));
  const counts = isReported && suite.counts ? suite.counts() : { ...NOTHING, passed: code === 0 ? 1 : 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function attempt(name: string, work: () => Promise<void>): Promise<Counts> {
  const since = performance.now();
  try {
    await work();
    tell(name, NOTHING, since);
    return NOTHING;
  } catch (error) {
    console.log(`\n${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    const counts = { ...NOTHING, failed: 1 };
    tell(name, counts, since);
    return counts;
  }
}

function tell(name: string, { passed, failed, skipped }: Counts, since: number): void {
  const parts = [passed && `${passed} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`];
  console.log(
    `${failed > 0 ? "✗" : "✓"} ${name.padEnd(20)} ${seconds(since).padStart(8)}   ${parts.filter(Boolean).join(", ")}`,
  );
}
