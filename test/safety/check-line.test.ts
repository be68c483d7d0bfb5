import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkLine } from "../../src/safety/check/check-line.ts";
import { provideGrammar } from "../../src/safety/powershell/late.ts";
import { grammarFiles } from "../support/powershell-grammar.ts";

const ask = async (question: unknown): Promise<Record<string, unknown>> =>
  JSON.parse(await checkLine(JSON.stringify(question)));
const place = { cwd: "/w", home: "/home/me" };

test("tells the risk of a command and the words that make it risky", async () => {
  const answer = await ask({ id: "a", cmd: "ls && rm -rf lib", ...place, shell: "bash" });
  expect(answer).toMatchObject({ id: "a", risk: "high", readOnly: false });
  expect(answer["reasons"]).toContainEqual({
    risk: "high",
    text: "deletes a whole folder",
    words: "lib",
    start: 13,
    end: 16,
  });
  expect(await ask({ id: 0, cmd: "git status", ...place })).toEqual({
    id: 0,
    risk: "low",
    readOnly: true,
    reasons: [],
  });
});

test("decides by the rules that are given, and says which one decided", async () => {
  const question = {
    rules: { allow: ["Bash(npm test *)"], ask: [], deny: ["Read(.env)"] },
    tool: "Bash",
    cwd: "/w",
    env: { projectRoot: "/w", home: "/home/me", platform: "linux" },
  };
  expect(await ask({ ...question, input: { command: "npm test -- a" } })).toEqual({
    decision: "allow",
    reasons: ["allow Bash(npm test *)"],
  });
  expect(await ask({ ...question, input: { command: "cat .env" } })).toMatchObject({ decision: "deny" });
  expect(await ask({ ...question, input: { command: "ls" } })).toMatchObject({ decision: "ask" });
  expect(await ask({ ...question, input: { command: "ls" }, readOnlyCommands: true })).toMatchObject({
    decision: "allow",
  });
  expect(
    await ask({ ...question, input: { command: "cat x.env.js .env" }, readOnlyCommands: true }),
  ).toMatchObject({ decision: "deny" });
  const odd = await ask({ ...question, rules: { allow: ["Bash("] }, input: { command: "ls" } });
  expect(odd).toMatchObject({
    decision: "ask",
    reasons: expect.arrayContaining([expect.stringContaining("not understood")]),
  });
});

test("tells where a path leads", async () => {
  const workspace = { root: "/w", home: "/home/me", platform: "linux", symlinks: { "/w/out": "/etc" } };
  expect(await ask({ workspace, path: "src/a.ts", op: "write" })).toEqual({ place: "inside", reasons: [] });
  expect(await ask({ workspace, path: "out/passwd", op: "read" })).toMatchObject({ place: "outside" });
  expect(await ask({ id: [1], workspace, path: ".git/config", op: "write" })).toMatchObject({
    id: [1],
    place: "protected",
  });
});

test("a line that is not understood is answered by an error, with its id when it has one", async () => {
  for (const line of [
    "",
    "{",
    "[]",
    "null",
    "1",
    "{}",
    '{"cmd":1}',
    '{"rules":{}}',
    '{"workspace":{}}',
    '{"cmd":"ls","cwd":"/","home":"/","shell":"cmd"}',
  ])
    expect(Object.keys(JSON.parse(await checkLine(line))), line).toEqual(["error"]);
  expect(await ask({ id: 7, cmd: 1 })).toMatchObject({ id: 7, error: expect.any(String) });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (line) => {
      expect(await checkLine(line)).not.toContain("\n");
    }),
    { numRuns: 200 },
  );
});

test("PowerShell never looks harmless while its grammar is not there", async () => {
  const question = { id: 1, cmd: "ls", ...place, shell: "powershell" };
  expect(await ask(question)).toMatchObject({ id: 1, risk: "high", readOnly: false });
  for (const files of [
    () => Promise.reject(new Error("gone")),
    () => Promise.resolve({ runtime: new Uint8Array(8), grammar: new Uint8Array(8) }),
    () => Promise.resolve({ ...grammarFiles(), grammar: new Uint8Array(8) }),
  ]) {
    provideGrammar(files);
    expect(await ask(question)).toMatchObject({ id: 1, risk: "high", readOnly: false });
  }
});

test("PowerShell is judged by its own grammar, and is what runs in a folder of Windows", async () => {
  provideGrammar(() => Promise.resolve(grammarFiles()));
  const windows = { cwd: "C:\\Users\\dev\\project", home: "C:\\Users\\dev" };
  expect(await ask({ cmd: "gci | select Name, Length", ...windows, shell: "powershell" })).toEqual({
    risk: "low",
    readOnly: true,
    reasons: [],
  });
  expect(await ask({ cmd: "gci -Filter *.ts", ...windows })).toMatchObject({ risk: "low" });
  expect(await ask({ cmd: "ls -la", ...windows, shell: "bash" })).toMatchObject({ risk: "low" });
  expect(await ask({ cmd: "gci -Filter *.ts", ...place })).toMatchObject({ risk: "high" });
});

test("the lines of the corpora are questions as they stand", async () => {
  for (const [name, field] of [
    ["bash-risk", "risk"],
    ["powershell-risk", "risk"],
    ["permission-rules", "decision"],
    ["path-safety", "place"],
  ] as const) {
    const lines = readFileSync(new URL(`../corpora/${name}.jsonl`, import.meta.url), "utf8")
      .trim()
      .split("\n");
    for (const line of lines.slice(0, 40)) {
      const answer = JSON.parse(await checkLine(line));
      expect(answer).toMatchObject({
        id: JSON.parse(line).id,
        [field]: expect.any(String),
        reasons: expect.any(Array),
      });
    }
  }
});
