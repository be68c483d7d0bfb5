// Runs the tests of this folder inside the extension host of a real VS Code: node test/host/run.ts [--report file] [filter]
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { launchBrowser } from "../dev/browser.ts";
import { loadExtensions } from "../dev/load-extensions.ts";
import { ROOT } from "../dev/paths.ts";
import { createSandbox, startServer } from "../dev/vscode-server.ts";
import { bundleTests } from "./bundle-tests.ts";
import { count, format, type Rows, readResults } from "./results.ts";

/** Bounds the whole run: a test has its own, shorter limit. */
const PATIENCE_MS = 600_000;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { report: { type: "string" } },
});

const lines: string[] = [];
const { rows, why } = await runInEditor();
if (rows) console.log(format(rows));
const counts = count(rows ?? []);
if (why) {
  counts.failed = Math.max(1, counts.failed);
  console.error(`\n${why}\n\nThe page said:\n${lines.slice(-60).join("\n")}`);
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
if (flags.report) writeFileSync(flags.report, JSON.stringify(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;

/** `why` says what went wrong beyond a failed test. */
async function runInEditor(): Promise<{ rows: Rows | undefined; why: string | undefined }> {
  if (!existsSync(join(ROOT, "dist/extension.js")))
    return { rows: undefined, why: "Nothing is built: npm run build." };
  const tests = await bundleTests();
  const sandbox = createSandbox();
  const results = join(sandbox.dir, "results.json");
  const server = await startServer({
    dataDir: sandbox.dataDir,
    builtins: "few",
    env: { ...sandbox.env, PLUMB_TEST_RESULTS: results, PLUMB_TEST_FILTER: positionals[0] },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const { ended } = await watch(page);
    await loadExtensions(page, server.port, { extensions: [ROOT], tests });
    await page.goto(server.address(sandbox.workspace));
    const code = await ended;
    const rows = readResults(results);
    return { rows, why: explain(code, rows, server.log()) };
  } finally {
    await browser.close();
    await server.stop();
    sandbox.remove();
  }
}

/** Collects what the page prints. `ended` resolves to the exit code the editor reports, or "timeout". */
async function watch(page: Page): Promise<{ ended: Promise<number | "timeout"> }> {
  const { promise, resolve } = Promise.withResolvers<number | "timeout">();
  setTimeout(() => resolve("timeout"), PATIENCE_MS).unref();
  await page.exposeFunction("codeAutomationExit", resolve);
  page.on("console", (message) => lines.push(message.text()));
  page.on("pageerror", (error) => lines.push(String(error)));
  return { ended: promise };
}

function explain(code: number | "timeout", rows: Rows | undefined, log: string): string | undefined {
  if (code === "timeout") return `The tests did not end within ${PATIENCE_MS / 1000} seconds.`;
  // An extension host that was killed reports 0.
  if (!rows) return `The extension host ended (${code}) before the tests did.\n${log}`;
  if (rows.every((row) => row.state !== "passed" && row.state !== "failed")) return "No test ran.";
  if (code !== 0 && rows.every((row) => row.state !== "failed")) return `The editor reports ${code}.`;
  return undefined;
}
