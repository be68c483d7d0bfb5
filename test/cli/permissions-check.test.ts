import { expect, test } from "vitest";
import { plumb } from "./plumb.ts";

test("questions about permissions are answered line by line, in their order", { timeout: 60_000 }, () => {
  const questions = [
    '{"id":"a","cmd":"git status","cwd":"/w","home":"/h","shell":"bash"}',
    "not json",
    "",
    '{"id":"b","cmd":"cat .env","cwd":"/w","home":"/h"}\r',
    '{"id":"c","workspace":{"root":"/w","home":"/h","platform":"linux"},"path":"a.ts","op":"write"}',
  ];
  const { code, out } = plumb(["permissions", "check"], questions.join("\n"));
  const answers = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(answers).toMatchObject([
    { id: "a", risk: "low", readOnly: true, reasons: [] },
    { error: expect.any(String) },
    { id: "b", risk: "high", readOnly: true },
    { id: "c", place: "inside" },
  ]);
  expect(code).toBe(0);
});

test("PowerShell is judged by the grammar that is shipped", { timeout: 60_000 }, () => {
  const place = { cwd: "C:\\Users\\dev\\project", home: "C:\\Users\\dev", shell: "powershell" };
  const cmds = [
    "gci src | ? { $_.Length -gt 3 } | % Name",
    "Set-Content a.txt x",
    "ls; & $x",
    'echo "$(ri src -r)"',
  ];
  const lines = cmds.map((cmd, id) => JSON.stringify({ id, cmd, ...place }));
  const { code, out } = plumb(["permissions", "check"], lines.join("\n"));
  const answers = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(answers).toMatchObject([
    { id: 0, risk: "low", readOnly: true, reasons: [] },
    { id: 1, risk: "medium", readOnly: false },
    { id: 2, risk: "high", readOnly: false, reasons: [{ words: "$x" }] },
    { id: 3, risk: "high", readOnly: false },
  ]);
  expect(code).toBe(0);
});

test("its help shows what to ask", { timeout: 60_000 }, () => {
  expect(plumb(["permissions", "check", "--help"]).out).toContain('"readOnlyCommands"');
  expect(plumb(["--help"]).out).toContain("permissions");
});
