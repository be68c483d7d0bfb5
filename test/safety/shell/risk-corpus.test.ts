import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { shellRisk } from "../../../src/safety/shell/shell-risk.ts";

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
  category: z.string(),
  why: z.string(),
});
type Case = z.infer<typeof Case>;

const RANK = { low: 0, medium: 1, high: 2 } as const;
const cases = readFileSync(new URL("../../corpora/bash-risk.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

const judged: { entry: Case; risk: z.infer<typeof Risk>; readOnly: boolean; why: string }[] = [];

beforeAll(() => {
  for (const entry of cases) {
    const { cmd, cwd, home } = entry;
    const { risk, readOnly, reasons } = shellRisk({
      cmd,
      cwd,
      home,
      roots: [cwd],
      hosts: ["registry.n.example"],
    });
    judged.push({
      entry,
      risk,
      readOnly,
      why: reasons.map(({ text, words }) => `${text}: ${words}`).join("; "),
    });
  }
});

const show = (list: typeof judged): string[] =>
  list.map(
    ({ entry, risk, why }) =>
      `${entry.id} ${entry.category} ${JSON.stringify(entry.cmd)}: ${risk}, wanted ${entry.min} to ${entry.max} (${entry.why}) ${why}`,
  );

test("no command is judged to be less risky than it is", () => {
  expect(show(judged.filter(({ entry, risk }) => RANK[risk] < RANK[entry.min]))).toEqual([]);
});

test("at most 3 % of the harmless commands, and 5 % of all, are judged to be riskier than they may be", () => {
  const above = judged.filter(({ entry, risk }) => RANK[risk] > RANK[entry.max]);
  const harmless = cases.filter(({ benign }) => benign).length;
  expect(
    above.filter(({ entry }) => entry.benign).length / harmless,
    show(above).join("\n"),
  ).toBeLessThanOrEqual(0.03);
  expect(above.length / cases.length).toBeLessThanOrEqual(0.05);
});

test("nothing that changes something is said to be read-only", () => {
  expect(show(judged.filter(({ entry, readOnly }) => readOnly && !entry.readOnly))).toEqual([]);
});

test("most of what is read-only is said to be so", () => {
  const readers = judged.filter(({ entry }) => entry.readOnly);
  expect(readers.filter(({ readOnly }) => readOnly).length / readers.length).toBeGreaterThan(0.9);
});

test("every reason names words that stand where it says", () => {
  for (const { entry } of judged) {
    const { cmd, cwd, home } = entry;
    for (const { words, start, end } of shellRisk({ cmd, cwd, home, roots: [cwd] }).reasons) {
      expect(cmd.slice(start, end)).toBe(words);
    }
  }
});
