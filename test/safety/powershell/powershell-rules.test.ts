import { expect, test } from "vitest";
import type { Verdict } from "../../../src/core/access.ts";
import { checkRules, RuleQuestion } from "../../../src/safety/check/check-rules.ts";
import { loadPowershell, provideGrammar } from "../../../src/safety/powershell/late.ts";
import { loadShell } from "../../../src/safety/shell/late.ts";
import { grammarFiles } from "../../support/powershell-grammar.ts";

interface Rules {
  readonly allow?: readonly string[];
  readonly ask?: readonly string[];
  readonly deny?: readonly string[];
}

const decide = (rules: Rules, command: string, readOnlyCommands = false): Verdict =>
  checkRules(
    RuleQuestion.parse({
      rules,
      tool: "PowerShell",
      input: { command },
      cwd: "C:\\Users\\dev\\project",
      env: {
        platform: "win32",
        home: "C:\\Users\\dev",
        projectRoot: "C:\\Users\\dev\\project",
        caseInsensitive: true,
      },
      readOnlyCommands,
    }),
  ).decision;

test("before what reads PowerShell is loaded every command asks", () => {
  expect(decide({ allow: ["PowerShell(Get-ChildItem *)", "PowerShell"] }, "Get-ChildItem src")).toBe("ask");
  expect(decide({ deny: ["PowerShell(Remove-Item *)"], allow: ["PowerShell"] }, "ri x")).toBe("ask");
});

const ALL = ["PowerShell"];
const LISTS = ["PowerShell(Get-ChildItem *)"];
const REMOVES = ["PowerShell(Remove-Item *)"];
const lines = (text: string): string[] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim());

const DENIED = lines(String.raw`
  rd x
  erase x
  REMOVE-ITEM x
  Remove${"`"}-Item x
  & 'ri' x
  Microsoft.PowerShell.Management\ri x
  gci | Remove-Item
  ls; ri x
  "$(ri x)"
  if (1) { ri x }
  $x = ri x
  ls && ri x
  & { ri x }
  iex 'ri x'
  powershell -Command "ri x"
  ls | ForEach-Object { Remove-Item $_ }
`);
const UNCLEAR = lines(String.raw`
  & $cmd x
  iex $x
  . .\x.ps1
  cmd /c del x
  powershell -File x.ps1
  (gi x).Delete()
  ls | % Delete
  ls &
  function f { ls }
  Set-Alias a ri; a x
  ls @x
`);
const ALLOWED = lines(`
  gci
  LS src
  dir src -Recurse
  get-childitem src 2>$null
  & 'Get-ChildItem' src
  gci src; ls test
`);
const NOT_ALLOWED = lines(String.raw`
  gci src; ri x
  gci src | % { ri $_ }
  gci (ri x)
  gci $x
  gci @x
  gci src > out.txt
  gci ..\x
  Get-ChildItemX
  Get-Item x
`);

test("rules go by what runs: without case, aliases, modules and the way it is called", async () => {
  provideGrammar(() => Promise.resolve(grammarFiles()));
  await Promise.all([loadShell(), loadPowershell()]);
  for (const text of DENIED) expect(decide({ allow: ALL, deny: REMOVES }, text), text).toBe("deny");
  for (const text of UNCLEAR) expect(decide({ allow: ALL, deny: REMOVES }, text), text).toBe("ask");
  for (const text of ALLOWED) expect(decide({ allow: LISTS }, text), text).toBe("allow");
  for (const text of NOT_ALLOWED) expect(decide({ allow: LISTS }, text), text).toBe("ask");
});

test.each<[Rules, string, Verdict]>([
  [{ allow: ["PowerShell(gci:*)"] }, "Get-ChildItem src", "allow"],
  [{ allow: ["PowerShell(npm test)"] }, "npm.cmd test", "allow"],
  [{ allow: ["PowerShell(npm test)"] }, "npm test; ls", "ask"],
  [{ allow: ["Bash"] }, "ls", "ask"],
  [{ allow: ALL, deny: ["Bash"] }, "ls", "allow"],
  [{ allow: ALL, deny: ["PowerShell(git push *)"] }, "git.exe -C x push", "deny"],
  [{ allow: ALL, deny: ["PowerShell(git push *)"] }, "& 'C:\\Program Files\\Git\\cmd\\git.exe' push", "deny"],
  [{ allow: ALL, deny: ["Read(.env)"] }, "cd src; gc -Path:..\\.ENV", "deny"],
  [{ allow: ALL, deny: ["Read(~/.ssh/**)"] }, 'gc "$env:USERPROFILE\\.ssh\\id_rsa"', "deny"],
  [{ allow: ALL, deny: ["Edit(src/**)"] }, "'x' > src\\a.ts", "deny"],
  [{ allow: ALL, deny: ["Edit(src/**)"] }, "Copy-Item src\\a.ts b.ts", "allow"],
  [{ allow: ALL }, "Set-Content .git\\config x", "ask"],
  [{ allow: ALL }, "Remove-Item $HOME -Recurse", "ask"],
  [{ allow: ["PowerShell(Write-Output *)", "Edit(out.txt)"] }, "Write-Output x > out.txt", "allow"],
])("%j: %s is decided %s", async (rules, text, verdict) => {
  await Promise.all([loadShell(), loadPowershell()]);
  expect(decide(rules, text)).toBe(verdict);
});

test("what only reads needs no rule where that is wished", async () => {
  await Promise.all([loadShell(), loadPowershell()]);
  expect(decide({}, "gci src | select Name", true)).toBe("allow");
  expect(decide({}, "gci src | ri", true)).toBe("ask");
});
