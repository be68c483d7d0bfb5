import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Parse } from "../../../src/safety/powershell/grammar.ts";
import { powershellRisk } from "../../../src/safety/powershell/risk.ts";
import { powershellGrammar } from "../../support/powershell-grammar.ts";

const Risk = z.enum(["low", "medium", "high"]);
const Case = z.object({
  id: z.string(),
  cmd: z.string(),
  cwd: z.string(),
  home: z.string(),
  risk: Risk,
  min: Risk,
  max: Risk,
  readOnly: z.boolean(),
  benign: z.boolean(),
  why: z.string(),
});
type Case = z.infer<typeof Case>;

const RANK = { low: 0, medium: 1, high: 2 } as const;
const cases = readFileSync(new URL("../../corpora/powershell-risk.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

const judged: { entry: Case; risk: z.infer<typeof Risk>; readOnly: boolean; why: string }[] = [];
let parse: Parse;

beforeAll(async () => {
  parse = await powershellGrammar();
  for (const entry of cases) {
    const { cmd, cwd, home } = entry;
    const { risk, readOnly, reasons } = powershellRisk({ cmd, cwd, home, roots: [cwd] }, parse);
    const why = reasons.map(({ text, words }) => `${text}: ${words}`).join("; ");
    judged.push({ entry, risk, readOnly, why });
  }
});

const show = (list: typeof judged): string[] =>
  list.map(
    ({ entry, risk, why }) =>
      `${entry.id} ${JSON.stringify(entry.cmd)}: ${risk}, wanted ${entry.min} to ${entry.max} (${entry.why}) ${why}`,
  );

test("no command is judged to be less risky than it is", () => {
  expect(show(judged.filter(({ entry, risk }) => RANK[risk] < RANK[entry.min]))).toEqual([]);
});

test("no harmless command is judged to be riskier than it may be", () => {
  expect(show(judged.filter(({ entry, risk }) => RANK[risk] > RANK[entry.max]))).toEqual([]);
});

test("exactly what only reads is said to be read-only", () => {
  expect(show(judged.filter(({ entry, readOnly }) => readOnly !== entry.readOnly))).toEqual([]);
});

test("every reason names words that stand where it says", () => {
  for (const { entry } of judged) {
    const { cmd, cwd, home } = entry;
    for (const { words, start, end } of powershellRisk({ cmd, cwd, home, roots: [cwd] }, parse).reasons)
      expect(cmd.slice(start, end)).toBe(words);
  }
});
