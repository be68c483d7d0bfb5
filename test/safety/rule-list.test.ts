import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { splitRules } from "../../src/safety/rule-list.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { choicesFor } from "./choices.ts";

beforeAll(loadShell);

test.each([
  ["Bash(git log *), Read", ["Bash(git log *)", "Read"]],
  [" Read  Edit,,Glob ", ["Read", "Edit", "Glob"]],
  ["Bash(node -e 'f(1, 2)'),Read", ["Bash(node -e 'f(1, 2)')", "Read"]],
  ["Bash(echo ')') Read", ["Bash(echo ')')", "Read"]],
  ["Bash(echo \\)),Read", ["Bash(echo \\))", "Read"]],
  ["Bash(echo it's *), Read", ["Bash(echo it's *)", "Read"]],
  ["Read(C:\\src\\), Edit", ["Read(C:\\src\\)", "Edit"]],
  ["Edit(app/(group)/page.tsx)", ["Edit(app/(group)/page.tsx)"]],
  ["", []],
])("%s is taken apart", (list, rules) => {
  expect(splitRules(list)).toEqual(rules);
});

test.each([
  "Bash(npm test",
  "Bash (npm test)",
  "Read, Bash(npm test",
  "(Bash)",
  "Bash(a)b",
  "Bash)",
  "Bash(a))",
])("%s is refused: no part of it may become a wider rule", (list) => {
  expect(splitRules(list)).toBeUndefined();
});

test("the rule that a denial suggests survives the command line, beside another one", () => {
  const command = fc.string({ unit: fc.constantFrom(..."ab \"'\\(),$") });
  fc.assert(
    fc.property(command, (text) => {
      for (const rule of choicesFor(text)[0] ?? [])
        expect(splitRules(`${rule}, Read`)).toEqual([rule, "Read"]);
    }),
    { examples: [["\\(\\"], ["\\)\\"]] },
  );
});
