// The same host tests in a desktop VS Code, which is downloaded from its maker: npm run test:desktop [-- filter]
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runTests } from "@vscode/test-electron";
import { CACHE, ROOT } from "../dev/paths.ts";
import { createSandbox } from "../dev/vscode-server.ts";
import { bundleTests } from "./bundle-tests.ts";
import { count, format, readResults } from "./results.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { version: { type: "string", default: "stable" } },
});

const sandbox = createSandbox();
const results = join(sandbox.dir, "results.json");
const tests = await bundleTests();
let problem: unknown;
try {
  await runTests({
    version: flags.version,
    cachePath: join(CACHE, "desktop"),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: tests,
    extensionTestsEnv: { ...sandbox.env, PLUMB_TEST_RESULTS: results, PLUMB_TEST_FILTER: positionals[0] },
    launchArgs: [
      sandbox.workspace,
      "--disable-extensions",
      "--disable-workspace-trust",
      `--user-data-dir=${sandbox.dataDir}`,
    ],
  });
} catch (error) {
  problem = error;
}
const rows = readResults(results);
sandbox.remove();
if (rows) console.log(format(rows));
// Failed tests end the editor with an error as well; then the rows say more.
else console.error(`The tests did not run. Can VS Code be downloaded here?\n${String(problem)}`);
const { passed, failed, skipped } = count(rows ?? []);
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = rows && passed > 0 && failed === 0 ? 0 : 1;
