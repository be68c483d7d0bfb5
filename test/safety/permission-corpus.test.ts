import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { Verdict } from "../../src/core/access.ts";
import { checkRules, RuleQuestion } from "../../src/safety/check/check-rules.ts";
import { loadShell } from "../../src/safety/shell/late.ts";

const Case = RuleQuestion.extend({
  id: z.string(),
  category: z.string(),
  why: z.string(),
  expected: Verdict,
});

const cases = readFileSync(new URL("../corpora/permission-rules.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

const STRICT: Record<Verdict, number> = { allow: 0, ask: 1, deny: 2 };

beforeAll(loadShell);

test.each(cases.filter(({ category }) => category !== "powershell"))(
  "$id: $tool $input is decided $expected ($why)",
  (entry) => {
    const { decision, reasons } = checkRules(entry);
    expect(decision, JSON.stringify({ rules: entry.rules, cwd: entry.cwd, reasons })).toBe(entry.expected);
  },
);

test("PowerShell, which is not read yet, is never allowed by a rule that should not", () => {
  for (const entry of cases.filter(({ category }) => category === "powershell")) {
    const { decision } = checkRules(entry);
    const isSafe = decision === "ask" || STRICT[decision] >= STRICT[entry.expected];
    expect(isSafe, `${entry.id}: ${decision}, expected ${entry.expected}`).toBe(true);
  }
});
