import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { createCodeCheck } from "../../src/hosts/node/check-code.ts";
import { codeIn } from "../../src/safety/shell/code-in.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld } from "../support/start-app.ts";

const place = { cwd: "/w", home: "/h", resolve: (base: string, path: string) => `${base}/${path}` };
const found = (command: string): string[] =>
  codeIn(command, place).map(({ language, from }) => `${language} ${"text" in from ? from.text : from.path}`);

test.each([
  ["node -e 'let a = 1;'", ["javascript let a = 1;"]],
  ["cd sub && node --no-warnings build.js --fast", ["javascript /w/sub/build.js"]],
  ["node tool.ts", ["typescript /w/tool.ts"]],
  ["python3 -c \"print('a b')\"", ["python print('a b')"]],
  ["timeout 5 ls; python -W ignore run.py x", ["python /w/run.py"]],
  ["bash -euc 'echo a; echo b'", ["shell echo a; echo b"]],
  ["python3 - <<'EOF'\nprint($HOME)\nEOF", ["python print($HOME)"]],
  ["cd a\npython3 <<EOF\nprint(1)\nEOF\necho done", ["python print(1)"]],
  ["echo 'unfinished", ["shell echo 'unfinished"]],
  // Only known when it runs, or not what the words name.
  ['node -e "$CODE"', []],
  ["python3 <<EOF\nprint('$HOME')\nEOF", []],
  ["node --test a.test.js", []],
  ["python -m pytest x.py", []],
  ["cat x.py", []],
  ["node server", []],
])("%j hands over %j", (command, expected) => {
  expect(found(command)).toEqual(expected);
});

function checker() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "plumb-code-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const check = createCodeCheck(process.env, []);
  const problem = (language: "javascript" | "typescript" | "python" | "shell", code: string) =>
    check.problemIn({ language, from: { text: code } }, AbortSignal.timeout(10_000));
  return { folder, problem };
}

test("mistakes are found with their place, and nothing is run to find them", async () => {
  const { folder, problem } = checker();
  const mark = JSON.stringify(join(folder, "ran"));
  const write = `require("fs").writeFileSync(${mark}, "");`;
  expect(await problem("javascript", `${write}\nconst a = ;`)).toMatch(
    /^line 2: Unexpected token ';'\nconst a = ;/,
  );
  expect(await problem("javascript", write)).toBeUndefined();
  expect(await problem("typescript", `${write}\nconst a: number = (;`)).toBeTypeOf("string");
  expect(await problem("python", `open(${mark}, "w")\ndef f(:\n  pass`)).toMatch(/^line 2: /);
  expect(await problem("python", `open(${mark}, "w")`)).toBeUndefined();
  expect(await problem("shell", `touch ${mark}\nif true; then`)).toMatch(/line [23]: syntax error/);
  expect(await problem("shell", `touch ${mark}`)).toBeUndefined();
  expect(() => realpathSync(join(folder, "ran"))).toThrow("ENOENT");
});

test("what another kind of file or a newer language allows is left to the interpreter", async () => {
  const { problem } = checker();
  const fine = [
    "import fs from 'fs';\nconsole.log(fs);",
    "export const a = 1;",
    "const x = await fetch('x');\nawait x.text();",
    "#!/usr/bin/env node\nreturn 1;",
    "for await (const a of b) {}",
  ];
  for (const code of fine) expect(await problem("javascript", code), code).toBeUndefined();
  expect(await problem("typescript", "const a: number = 1;\nexport type B = string;")).toBeUndefined();
});

test("a file that is gone, a folder or a link is nobody's mistake", async () => {
  const { folder } = checker();
  writeFileSync(join(folder, "bad.js"), "const = 1");
  const check = createCodeCheck(process.env, []);
  const at = (path: string) =>
    check.problemIn({ language: "javascript", from: { path } }, AbortSignal.timeout(10_000));
  expect(await at(join(folder, "bad.js"))).toContain("line 1");
  expect(await at(join(folder, "none.js"))).toBeUndefined();
  expect(await at(folder)).toBeUndefined();
});

test("a broken script that the agent wrote is not run, and the model is told where", async () => {
  const world = await startWorld({
    files: { "theirs.js": "const = 1;\n" },
    script: [
      reply(call("Write", { file_path: "job.py", content: "open('ran', 'w')\nif True\n    pass\n" })),
      reply(call("Bash", { command: "python3 job.py" })),
      reply(call("Bash", { command: "touch ran\nif true; then\n" })),
      reply(call("Bash", { command: "node theirs.js; touch other" })),
      reply(say("ok")),
    ],
  });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  const [, broken, shell, theirs] = eventsOf(app, "tool.finished").map(({ content }) =>
    JSON.stringify(content),
  );
  expect(broken).toContain("Not run: what python3 job.py would run cannot be parsed");
  expect(broken).toContain("line 2");
  expect(shell).toContain("Not run");
  expect(() => world.read("ran")).toThrow("ENOENT");
  // What the agent never saw is not judged: the interpreter says what is wrong.
  expect(theirs).toContain("SyntaxError");
  expect(world.read("other")).toBe("");
});
