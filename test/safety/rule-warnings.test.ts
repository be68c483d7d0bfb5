import { expect, test } from "vitest";
import { warningsOf } from "../../src/safety/rule-files/warnings.ts";

const allow = (text: string, others: [verdict: "ask" | "deny", text: string][] = []) =>
  warningsOf(
    { verdict: "allow", text },
    others.map(([verdict, rule]) => ({ verdict, text: rule })),
  ).map(({ kind }) => kind);

test.each([
  ["Bash(git * main)", ["early-star"]],
  ["Bash(* --version)", ["early-star"]],
  ["Bash(npx *)", ["runner"]],
  ["Bash(docker exec *)", ["runner"]],
  ["Bash(python3 *)", ["runner"]],
  ["Bash(sudo *)", ["allows-nothing"]],
  ["Bash(bash -c *)", ["allows-nothing"]],
  ["Bash", ["everything"]],
  ["Bash(*)", ["everything"]],
  ["Bash(npm run test *)", []],
  ["Bash(npm test:*)", []],
  ["Bash(git log --oneline)", []],
  ["Edit(src/**)", []],
])("an allow rule %s is warned about as %j", (text, kinds) => {
  expect(allow(text)).toEqual(kinds);
});

test("a rule that another one hides is said to decide nothing", () => {
  expect(allow("Bash(git push origin)", [["ask", "Bash(git push *)"]])).toEqual(["unreachable"]);
  expect(allow("Edit(src/**)", [["deny", "Write"]])).toEqual(["unreachable"]);
  expect(allow("Read(a.txt)", [["deny", "Read(a.txt)"]])).toEqual(["unreachable"]);
  expect(allow("mcp__a__b", [["deny", "*"]])).toEqual(["unreachable"]);
  expect(allow("Bash(git pull)", [["ask", "Bash(git push *)"]])).toEqual([]);
  expect(allow("Edit(src/**)", [["deny", "Edit(src/a.ts)"]])).toEqual([]);
  expect(warningsOf({ verdict: "deny", text: "Bash(rm *)" }, [{ verdict: "deny", text: "Bash" }])).toEqual(
    [],
  );
});
