import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { OUTPUT, ROOT } from "./paths.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0 };

export interface Suite {
  readonly name: string;
  /** A script for this Node and its arguments, or a program of its own. */
  readonly command: readonly [string, ...string[]];
  /** Reads what the run left. Throws when it left nothing. */
  readonly counts?: () => Counts;
}

const bin = (path: string): string => join(ROOT, "node_modules", path);
const reportOf = (name: string): string => join(OUTPUT, `${name}.json`);
const read = (name: string): unknown => JSON.parse(readFileSync(reportOf(name), "utf8"));

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});
const HostReport = z.object({ passed: z.number(), failed: z.number(), skipped: z.number() });

function vitest(name: string, config: string, filters: readonly string[]): Suite {
  return {
    name,
    command: [
      bin("vitest/vitest.mjs"),
      "run",
      ...["--config", config, "--reporter=default", "--reporter=json", `--outputFile.json=${reportOf(name)}`],
      ...filters,
    ],
    counts: () => {
      const report = VitestReport.parse(read(name));
      // A file that cannot even be loaded has no tests to fail.
      const broken = report.testResults.filter(
        (file) => file.status === "failed" && file.assertionResults.length === 0,
      );
      return {
        passed: report.numPassedTests,
        failed: report.numFailedTests + broken.length,
        skipped: report.numPendingTests + report.numTodoTests,
      };
    },
  };
}

/** It has budgets, so it is one of the things that can fail; it is no test. */
export const BUILD: Suite = { name: "build", command: ["esbuild.mjs"], counts: () => NOTHING };

/** Three tools, each counts as one test. */
export const CHECKS: readonly Suite[] = [
  { name: "types", command: [bin("typescript/bin/tsc"), "-p", "."] },
  { name: "style", command: [bin("@biomejs/biome/bin/biome"), "check", "."] },
  {
    name: "promises",
    command: [bin("oxlint/bin/oxlint"), "--type-aware", "--deny-warnings", "src", "webview", "test"],
  },
];

export const unit = (filters: readonly string[] = []): Suite =>
  vitest("unit", "test/dev/vitest.config.ts", filters);
export const ui = (filters: readonly string[] = []): Suite =>
  vitest("ui", "test/ui/vitest.config.ts", filters);
export const host = (filters: readonly string[] = []): Suite => ({
  name: "host",
  command: ["test/host/run.ts", "--report", reportOf("host"), ...filters],
  counts: () => HostReport.parse(read("host")),
});
