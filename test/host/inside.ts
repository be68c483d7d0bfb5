import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** One row per test, in the order they ran. */
interface Row {
  readonly title: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly ms: number;
  readonly error?: string;
}

/**
 * VS Code calls this inside the extension host. What happened goes to the file that `PLUMB_TEST_RESULTS` names, because
 * an extension host that dies looks like success from outside; the driver trusts that file only.
 */
export async function run(): Promise<void> {
  const results = process.env["PLUMB_TEST_RESULTS"];
  if (!results) throw new Error("PLUMB_TEST_RESULTS must name a file.");
  const filter = process.env["PLUMB_TEST_FILTER"];
  const mocha = new Mocha({
    ui: "tdd",
    timeout: 60_000,
    reporter: Mocha.reporters.Base,
    ...(filter && { grep: filter }),
  });
  mocha.addFile(join(__dirname, "tests.js"));
  const rows: Row[] = [];
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    const add = (test: Mocha.Test, state: Row["state"], error?: Error): void => {
      rows.push({
        title: test.titlePath().join(": "),
        state,
        ms: test.duration ?? 0,
        ...(error && { error: error.stack ?? error.message }),
      });
    };
    runner.on("pass", (test) => add(test, "passed"));
    runner.on("pending", (test) => add(test, "skipped"));
    runner.on("fail", (test, error) => add(test, "failed", error));
  });
  writeFileSync(results, JSON.stringify(rows));
  if (rows.some((row) => row.state === "failed")) throw new Error("Tests failed.");
}
