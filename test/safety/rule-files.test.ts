import { posix } from "node:path";
import { expect, test } from "vitest";
import { changeRule } from "../../src/safety/rule-files/edit-rule-file.ts";
import { ruleFiles } from "../../src/safety/rule-files/places.ts";
import { readRuleFile } from "../../src/safety/rule-files/read-rule-file.ts";

const placesOf = (roots: readonly string[]) =>
  ruleFiles({
    platform: "linux",
    home: "/home/me",
    dataDir: "/home/me/.plumb",
    claudeDir: "/home/me/.claude",
    roots,
    join: posix.join,
  });

test("rules are found in a file with comments, a byte order mark, Windows line ends and trailing commas", () => {
  const text =
    '\uFEFF{\r\n  // ours\r\n  "permissions": {\r\n    "allow": ["Bash(npm test)",],\r\n    "deny": [\r\n      "Read(./.env)", /* and */ "WebFetch"\r\n    ]\r\n  },\r\n}\r\n';
  const { rules, problems, unreadable } = readRuleFile(text);
  expect(unreadable).toBeUndefined();
  expect(problems).toEqual([]);
  expect(rules).toEqual([
    { verdict: "allow", text: "Bash(npm test)", line: 4 },
    { verdict: "deny", text: "Read(./.env)", line: 6 },
    { verdict: "deny", text: "WebFetch", line: 6 },
  ]);
});

test.each([
  ['{"permissions": {"deny": ["Read(x)"]', "close brace expected in line 1"],
  ["", "it is empty"],
  ["[]", "it is no JSON object"],
  ['{"permissions": []}', '"permissions" is no JSON object'],
  ['{"permissions": {"deny": "Read(x)"}}', '"deny" in "permissions" is no list'],
  ['{"permissions": {"deny": {"0": "Read(x)"}}}', '"deny" in "permissions" is no list'],
])("%s may forbid something, and is told as not understood", (text, why) => {
  expect(readRuleFile(text).unreadable).toBe(why);
});

test("an entry that is no text is told, and the rules beside it hold", () => {
  const { rules, problems } = readRuleFile('{"permissions":{"deny":[5,null,{"a":1},"Read(x)"]}}');
  expect(rules.map(({ text }) => text)).toEqual(["Read(x)"]);
  expect(problems).toHaveLength(3);
});

test("keys named like parts of an object mean nothing", () => {
  const text =
    '{"__proto__":{"permissions":{"allow":["Bash"]}},"toString":1,"permissions":{"constructor":["x"]}}';
  expect(readRuleFile(text)).toMatchObject({ rules: [], unreadable: undefined });
});

test("of a key that stands there twice all of it forbids, and only the last of it allows", () => {
  const text = '{"permissions":{"allow":["A"],"deny":["B"]},"permissions":{"allow":["C"],"deny":["D"]}}';
  expect(readRuleFile(text).rules.map(({ text: rule }) => rule)).toEqual(["C", "B", "D"]);
});

test("a folder of the workspace that is the user's home has no settings of a project in it", () => {
  const files = placesOf(["/home/me"]);
  expect(files.filter(({ path }) => path === "/home/me/.claude/settings.json")).toMatchObject([
    { scope: "user" },
  ]);
});

test("with several folders each has its own files", () => {
  const files = placesOf(["/a", "/b"]).filter(({ scope }) => scope === "project");
  expect(files.map(({ path, root }) => [path, root])).toEqual([
    ["/a/.plumb/settings.json", "/a"],
    ["/a/.claude/settings.json", "/a"],
    ["/b/.plumb/settings.json", "/b"],
    ["/b/.claude/settings.json", "/b"],
  ]);
});

const WRITTEN =
  '\uFEFF{\r\n\t// why\r\n\t"model": "x",\r\n\t"permissions": {\r\n\t\t"deny": ["Read(a)", "Read(b)" /* b */],\r\n\t\t"allow": []\r\n\t}\r\n}\r\n';

test("a rule is added, replaced and taken away, and the rest of the file stays as it was", () => {
  const added = changeRule(WRITTEN, { verdict: "deny", to: "Read(c)" }) ?? "";
  expect(readRuleFile(added).rules.map(({ text }) => text)).toEqual(["Read(a)", "Read(b)", "Read(c)"]);
  expect(added).toMatch(/^\uFEFF\{\r\n\t\/\/ why\r\n\t"model": "x",\r\n/);
  expect(added).toContain("/* b */");
  expect(added.replaceAll("\r\n", "")).not.toContain("\n");
  const replaced = changeRule(WRITTEN, { verdict: "deny", from: "Read(a)", to: "Read(z)" });
  expect(replaced).toBe(WRITTEN.replace("Read(a)", "Read(z)"));
  const removed = changeRule(WRITTEN, { verdict: "deny", from: "Read(a)" }) ?? "";
  expect(readRuleFile(removed).rules.map(({ text }) => text)).toEqual(["Read(b)"]);
  expect(removed).toContain("// why");
});

test("a rule is put into a file that has none, or nothing at all", () => {
  for (const text of ["", "{}", '{"permissions":{}}', "\uFEFF"]) {
    const added = changeRule(text, { verdict: "ask", to: "Bash(git push *)" }) ?? "";
    expect(readRuleFile(added).rules).toMatchObject([{ verdict: "ask", text: "Bash(git push *)" }]);
  }
});

test("what is not there is not replaced, and what is broken is not written", () => {
  expect(changeRule(WRITTEN, { verdict: "allow", from: "Read(a)" })).toBeUndefined();
  expect(changeRule('{"permissions": {"deny": [', { verdict: "deny", to: "Read" })).toBeUndefined();
  expect(changeRule('{"permissions": {"deny": 5}}', { verdict: "deny", to: "Read" })).toBeUndefined();
  expect(changeRule(WRITTEN, { verdict: "deny", to: "Read(a)" })).toBe(WRITTEN);
});
