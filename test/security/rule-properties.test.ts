import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Verdict } from "../../src/core/access.ts";
import { checkRules, RuleQuestion } from "../../src/safety/check/check-rules.ts";
import { loadShell } from "../../src/safety/shell/late.ts";

const read = <T>(name: string, schema: z.ZodType<T>): T[] =>
  readFileSync(new URL(`../corpora/${name}.jsonl`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => schema.parse(JSON.parse(line)));

const questions = read("permission-rules", RuleQuestion).filter(({ tool }) => tool !== "PowerShell");
const commands = read("bash-risk", z.object({ cmd: z.string() })).map(({ cmd }) => cmd);
/** Every rule of the corpus, of all kinds, sound and malformed ones, and some about what all commands name. */
const texts = [
  ...new Set([
    ...questions.flatMap(({ rules }) => [...rules.allow, ...rules.ask, ...rules.deny]),
    "Bash",
    "Bash(rm *)",
    "Bash(git *)",
    "Bash(*)",
    "Read(**)",
    "Read(.env)",
    "Edit(**)",
    "Edit(/src/**)",
    "*",
    "WebFetch",
    "Bash(",
    "",
    "toString",
  ]),
];

beforeAll(loadShell);

const STRICT: Record<Verdict, number> = { allow: 0, ask: 1, deny: 2 };
const rule = fc.constantFrom(...texts);
const some = fc.array(rule, { maxLength: 4 });
const question = fc
  .tuple(fc.constantFrom(...questions), fc.option(fc.constantFrom(...commands)), some, some, some)
  .map(([one, command, allow, ask, deny]) => ({
    ...one,
    ...(command !== null && { tool: "Bash", input: { command } }),
    rules: {
      allow: [...one.rules.allow, ...allow],
      ask: [...one.rules.ask, ...ask],
      deny: [...one.rules.deny, ...deny],
    },
  }));
const decide = (asked: RuleQuestion): number => STRICT[checkRules(asked).decision];

test("no rule that forbids or asks ever makes a decision looser", () => {
  fc.assert(
    fc.property(question, rule, fc.constantFrom("deny", "ask"), (asked, more, list) => {
      const rules = { ...asked.rules, [list]: [...asked.rules[list], more] };
      const context = JSON.stringify({ list, more, rules: asked.rules, input: asked.input });
      expect(decide({ ...asked, rules }), context).toBeGreaterThanOrEqual(decide(asked));
    }),
    { numRuns: 2_500 },
  );
});

test("a rule that allows never overrules one that forbids or asks", () => {
  fc.assert(
    fc.property(question, some, (asked, more) => {
      const before = checkRules({ ...asked, rules: { ...asked.rules, allow: [] } });
      const after = checkRules({ ...asked, rules: { ...asked.rules, allow: more } });
      if (before.decision === "deny") expect(after.decision).toBe("deny");
    }),
    { numRuns: 1_000 },
  );
});

test("the order and the number of times in which rules are written changes nothing", () => {
  fc.assert(
    fc.property(question, (asked) => {
      const turned = (list: readonly string[]): string[] => [...list, ...list].toReversed();
      const { allow, ask, deny } = asked.rules;
      const rules = { allow: turned(allow), ask: turned(ask), deny: turned(deny) };
      expect(decide({ ...asked, rules })).toBe(decide(asked));
    }),
    { numRuns: 1_000 },
  );
});
