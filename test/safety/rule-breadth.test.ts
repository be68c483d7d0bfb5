import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { parseRule } from "../../src/safety/rules.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { isWithinOffered } from "../../src/safety/suggest/rule-breadth.ts";
import { ruleWords } from "../../src/safety/suggest/rule-words.ts";
import { linuxPlace } from "./place.ts";

beforeAll(loadShell);

const allows = (rule: string, kind: string, target: string): boolean =>
  (parseRule("allow", rule, "test", linuxPlace()) ?? []).some(
    (one) => one.kind === kind && one.matches(target),
  );

test.each([
  ["Bash(npm test *)", "Bash(npm test -- a)", true],
  ["Bash(npm test *)", "Bash(npm test -- *)", true],
  ["Bash(npm test *)", "Bash(npm test)", true],
  ["Bash(npm test *)", "Bash(npm test*)", false],
  ["Bash(npm test *)", "Bash(npm testing)", false],
  ["Bash(npm test *)", "Bash(npm *)", false],
  ["Bash(npm test *)", "Bash", false],
  ["Bash(npm test *)", "Bash(*)", false],
  ["Bash(npm test)", "Bash(npm test *)", false],
  ["Edit(/src/**)", "Edit(/src/a/**)", true],
  ["Edit(/src/**)", "Edit(/src/../**)", false],
  ["Edit(/src/**)", "Edit(/srcs/**)", false],
  ["Edit(/src/**)", "Edit(/**)", false],
  ["Edit(/src/**)", "Read(/src/a.ts)", false],
  ["WebFetch(domain:a.example)", "WebFetch(domain:*.a.example)", false],
  ["WebFetch(domain:a.example)", "WebFetch(domain:a.example)", true],
])("where %s is offered, %s is within it: %s", (offered, text, isWithin) => {
  expect(isWithinOffered(text, [offered])).toBe(isWithin);
});

test("what is within an offer allows no command that the offer does not", () => {
  const word = fc.constantFrom("npm", "test", "*", "-a", "te", "run", "ci", "**", ":*", "'", "b*");
  const words = (max: number) => fc.array(word, { minLength: 1, maxLength: max }).map((all) => all.join(" "));
  fc.assert(
    fc.property(words(3), words(4), words(5), (start, spec, command) => {
      const [offered, text] = [`Bash(${start} *)`, `Bash(${spec})`];
      if (!isWithinOffered(text, [offered])) return;
      if (allows(text, "execute", command)) expect(allows(offered, "execute", command)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test("what is within an offer allows no file that the offer does not", () => {
  const part = fc.constantFrom("src", "a", "..", "*", "**", "[s]rc", "!a", ".", "a.ts");
  const path = (max: number) => fc.array(part, { minLength: 1, maxLength: max }).map((all) => all.join("/"));
  const file = fc.array(fc.constantFrom("src", "a", "a.ts", "[s]rc", "b"), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(path(2), path(4), file, (folder, spec, parts) => {
      const [offered, text] = [`Edit(/${folder}/**)`, `Edit(/${spec})`];
      if (!isWithinOffered(text, [offered])) return;
      const target = `/home/dev/project/${parts.join("/")}`;
      if (allows(text, "write", target)) expect(allows(offered, "write", target)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ["Bash(npm test)", "exactly the command npm test"],
  ["Bash(npm test *)", "npm test, and whatever comes after it, unless the risk is high"],
  ["Bash(npm test:*)", "npm test, and whatever comes after it, unless the risk is high"],
  ["Bash(git * main)", "commands like git * main, * being any text, unless their risk is high"],
  ["Bash", "every use of Bash"],
  ["Edit(/src/**)", "changing every file in src"],
  ["Edit(/src/a.ts)", "changing src/a.ts"],
  ["Read(//usr/include)", "reading /usr/include"],
  ["WebFetch(domain:a.example)", "every page of a.example"],
  ["mcp__tracker__create", "every use of mcp__tracker__create"],
  ["(", ""],
])("%s in words", (rule, words) => {
  expect(ruleWords(rule)).toBe(words);
});
