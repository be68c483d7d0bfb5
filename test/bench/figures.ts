import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { OUTPUT } from "../dev/paths.ts";

export const out = (line: string): void => void process.stdout.write(`${line}\n`);

/** NaN of nothing; of an even number of values the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** NaN of nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The median, with the smallest and the largest value in brackets. */
export function show(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${median(values).toFixed(1)} [${sorted[0]?.toFixed(0)}–${sorted.at(-1)?.toFixed(0)}]`;
}

/** One line a scenario, so that figures of months can be laid side by side. */
export function keep(name: string, runs: number, row: Readonly<Record<string, number>>): void {
  mkdirSync(OUTPUT, { recursive: true });
  const line = JSON.stringify({ at: new Date().toISOString(), name, runs, ...row });
  appendFileSync(join(OUTPUT, "bench.jsonl"), `${line}\n`);
}
