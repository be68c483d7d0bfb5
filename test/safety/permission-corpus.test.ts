import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { Verdict } from "../../src/core/access.ts";
import { checkRules, RuleQuestion } from "../../src/safety/check/check-rules.ts";
import { loadPowershell, provideGrammar } from "../../src/safety/powershell/late.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { grammarFiles } from "../support/powershell-grammar.ts";

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

beforeAll(async () => {
  provideGrammar(() => Promise.resolve(grammarFiles()));
  await Promise.all([loadShell(), loadPowershell()]);
});

test.each(cases)("$id: $tool $input is decided $expected ($why)", (entry) => {
  const { decision, reasons } = checkRules(entry);
  expect(decision, JSON.stringify({ rules: entry.rules, cwd: entry.cwd, reasons })).toBe(entry.expected);
});
