import { beforeAll, expect, test } from "vitest";
import { pathsOf } from "../../../src/safety/check/paths-of.ts";
import { outsideWords } from "../../../src/safety/outside-words.ts";
import type { RulePlace } from "../../../src/safety/path-patterns.ts";
import { provideGrammar } from "../../../src/safety/powershell/late.ts";
import { isReadOnlyCommand } from "../../../src/safety/read-only-commands.ts";
import { loadShell, readCommands, shellRisk, whatSends } from "../../../src/safety/shell/late.ts";
import { grammarFiles } from "../../support/powershell-grammar.ts";

const LINKS: Readonly<Record<string, string>> = { "C:\\w\\out": "C:\\Users\\ada\\x" };
const place: RulePlace = {
  cwd: "C:\\w",
  roots: ["C:\\w"],
  home: "C:\\Users\\ada",
  paths: pathsOf("win32", true),
  isCaseInsensitive: true,
  real: (path) => LINKS[path],
  isLooked: (path) => !path.endsWith("\\unknown"),
};
const { cwd, home, roots, paths } = place;

beforeAll(async () => {
  provideGrammar(() => Promise.resolve(grammarFiles()), true);
  await loadShell();
});

test.each([
  "git status",
  "git log --oneline -5",
  "gci src -Recurse -Filter *.ts".replace("*.ts", "a.ts"),
  "Get-Content package.json -TotalCount 20",
  "gc src\\a.ts | Select-String TODO",
  "gci src | ? { $_.Length -gt 3 } | select Name, Length",
  "Test-Path .\\src; pwd",
  "node --version",
])("runs without a question: %s", (text) => {
  expect(isReadOnlyCommand(text, place, true)).toBe(true);
});

test.each([
  ["bash would only read", "ls -la src"],
  ["bash would only read", "cat a.txt | head -5"],
  ["it writes", "Set-Content a.txt x"],
  ["it writes", "gci > a.txt"],
  ["it deletes", "gci | ri"],
  ["it runs the project", "npm test"],
  ["it is outside", "gc C:\\Windows\\win.ini"],
  ["it is a secret", "gc .env"],
  ["a link leads outside", "gc out"],
  ["nobody looked where it leads", "gc unknown"],
  ["a pattern finds whatever there is", "gc *"],
  ["it is only known when it runs", "gc $x"],
  ["it says what the environment holds", "echo $env:PATH"],
  ["it asks the system", "Get-Process"],
  ["it is no PowerShell", "for i in 1 2; do ls; done"],
])("asks, because %s: %s", (_why, text) => {
  expect(isReadOnlyCommand(text, place, true)).toBe(false);
});

test("git of a workspace where it does not run anyway asks", () => {
  expect(isReadOnlyCommand("git status", place, false)).toBe(false);
});

test("whoever asks about a command in a folder of Windows gets the answer for PowerShell", () => {
  // To bash the first is a harmless word in quotes, the second a copy of one file.
  expect(shellRisk({ cmd: 'echo "a`nb"; ri src -r', cwd, home, roots }).risk).toBe("high");
  expect(shellRisk({ cmd: "gci | select Name, Length", cwd, home, roots })).toMatchObject({ risk: "low" });
  const { commands } = readCommands("cp a.txt b.txt", { cwd, home, resolve: paths.resolve });
  expect(commands.map(({ words }) => words[0]?.value)).toEqual(["copy-item"]);
  expect(outsideWords("'x' > ..\\a.txt; Remove-Item C:\\x\\y", { cwd, roots, paths })).toContain("..\\a.txt");
});

test("what sends something away is not only what looks like it", () => {
  const at = { cwd, home, resolve: paths.resolve };
  expect(whatSends("gc a.txt | Set-Content b.txt", at)).toBeUndefined();
  expect(whatSends("git push", at)).toBe("git");
  expect(whatSends("iwr https://e.example", at)).toBe("invoke-webrequest");
  expect(whatSends("& $x", at)).not.toBeUndefined();
});
