import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call, gate, httpError, reply, say } from "../support/fake-api/replies.ts";
import { startClient } from "./stream-client.ts";
import { openTerminal } from "./terminal.ts";

const HELP = "See plumb --help.\n";

test.each([
  [["--nonsense"], "unknown option '--nonsense'."],
  [["--modle", "x"], "unknown option '--modle' (Did you mean --model?)."],
  [["--max-turns", "0"], "option '--max-turns <n>' argument '0' is invalid. It is a whole number above 0."],
  [["--model", " "], "option '--model <id>' argument ' ' is invalid. It is empty."],
  [["--disallowed-tools", "bash,Read"], "--disallowed-tools: there is no tool bash. Did you mean Bash?"],
  [["--allowed-tools", "Bsh(npm test)"], "--allowed-tools: there is no tool Bsh. Did you mean Bash?"],
  [["--json-schema", "nope"], '--json-schema cannot be used: there is no file "nope", and it does not begin'],
  [["--settings", "nope"], '--settings cannot be understood: there is no file "nope", and it does not begin'],
  [["--settings", "folder"], '"folder" is a folder'],
  [["--settings", '{"model":5}'], "model: Invalid input"],
  [["--system-prompt-file", "nope"], '--system-prompt-file cannot be read: there is no file "nope".'],
  [
    ["--append-system-prompt-file", "folder"],
    '--append-system-prompt-file cannot be read: "folder" is a folder.',
  ],
])(
  "%j is refused in one line that names the flag, and as a result to who reads results",
  async (flags, words) => {
    const terminal = await openTerminal([]);
    mkdirSync(join(terminal.dir, "folder"));
    const { code, out, err } = await terminal.run(["-p", "x", ...flags]).ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^plumb: .*\n$/);
    expect(err).toContain(words);
    expect(err.endsWith(HELP)).toBe(true);
    const json = await terminal.run(["-p", "x", "--output-format", "json", ...flags]).ended;
    expect(JSON.parse(json.out)).toMatchObject({
      type: "result",
      is_error: true,
      startup_failure_reason: expect.stringMatching(/^(?:invalid_input|not_found)$/),
    });
    expect({ code: json.code, err: json.err }).toEqual({ code, err });
    expect(terminal.api.requests).toEqual([]);
  },
);

test("help, also as a word, and the version are no failures", async () => {
  const terminal = await openTerminal([]);
  for (const args of [["--help"], ["help"], ["log", "--help"], ["help", "log"]]) {
    const { code, out } = await terminal.run(args).ended;
    expect({ args, code, out }).toEqual({ args, code: 0, out: expect.stringContaining("Usage: plumb") });
  }
  expect((await terminal.run(["--help"]).ended).out).not.toContain("[]");
});

test.each([
  ["sesions", "sessions"],
  ["confg", "config"],
  ["logs", "log"],
  ["dcotor", "doctor"],
  ["perm", "permissions"],
])("a mistyped command (%s) is not sent as a task", async (word, meant) => {
  const terminal = await openTerminal([]);
  const { code, err } = await terminal.run([word]).ended;
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`plumb ${meant}`) });
  expect(err).toContain(`plumb -p ${word}`);
  expect(terminal.api.requests).toEqual([]);
});

test("one word that is no command is a task, and so is any word behind -p", async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  expect(await terminal.run(["refactor"]).ended).toMatchObject({ code: 0, out: "ok\n" });
  expect(await terminal.run(["-p", "logs"]).ended).toMatchObject({ code: 0, out: "ok\n" });
});

test("what is missing or wrong around the program is said with what to do, once", async () => {
  const terminal = await openTerminal(() => httpError(401));
  const says = async (args: readonly string[], env: Record<string, string> = {}) =>
    (await terminal.run(["-p", "x", ...args], { env }).ended).err;
  expect(await says([], { ANTHROPIC_API_KEY: "" })).toBe(
    "plumb: There is no API key: set ANTHROPIC_API_KEY.\n",
  );
  expect(await says([], { ANTHROPIC_BASE_URL: "nonsense" })).toContain(
    'no http or https address: "nonsense"',
  );
  expect(await says(["--resume", "nothing"])).toBe(
    'plumb: There is no session "nothing" in this folder; plumb sessions lists those there are.\n',
  );
  expect(await says(["--continue"])).toContain("leave out --continue to begin one");
  expect(await says([])).toMatch(/ \(HTTP 401\)\. Set ANTHROPIC_API_KEY to a key that is valid\.\n$/);
  writeFileSync(join(terminal.dir, "file"), "");
  const folder = await says([], { PLUMB_HOME: join(terminal.dir, "file") });
  expect(folder).toContain("set PLUMB_HOME to another one");
  expect(folder).not.toContain("Free disk space");
});

test("rules about tools that others have are left alone", async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  const rules = "WebSearch,mcp__files__read,Skill,BashOutput,KillShell,MultiEdit,LS,Task,Read(src/**)";
  const args = ["-p", "x", "--disallowed-tools", rules, "--allowed-tools", "mcp__files"];
  expect(await terminal.run(args).ended).toEqual({ code: 0, out: "ok\n", err: "" });
});

test("what was decided in a session is found by the beginning of its id, like the session", async () => {
  const terminal = await openTerminal([reply(call("Bash", { command: "touch x" })), reply(say("ok"))]);
  const id = "6f1f6a3e-6d3a-4b59-9d6e-0a7c52a1d001";
  await terminal.run(["-p", "x", "--session-id", id]).ended;
  const { code, out } = await terminal.run(["permissions", "log", id.slice(0, 8)]).ended;
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("touch x") });
  const { err } = await terminal.run(["permissions", "log", "nope"]).ended;
  expect(err).toContain('There is no session "nope" in this folder');
});

test("an empty ANTHROPIC_MODEL is none", async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  expect(await terminal.run(["-p", "x"], { env: { ANTHROPIC_MODEL: "" } }).ended).toMatchObject({ code: 0 });
});

test("a session that another process writes: who comes second is told how to go on in a copy", async () => {
  const { promise: held, resolve: open } = Promise.withResolvers<void>();
  const terminal = await openTerminal([reply(gate(held), say("One.")), reply(say("Two."))]);
  const first = terminal.run(["-p", "First"]);
  await terminal.api.request(0);
  const { code, err } = await terminal.run(["-p", "Second", "--continue"]).ended;
  expect({ code, err }).toEqual({
    code: 1,
    err: "plumb: Another window or terminal is writing it. End it there, or go on in a copy with --fork-session.\n",
  });
  open();
  expect((await first.ended).code).toBe(0);
});

test("standard input that is no UTF-8 is refused, or told where it is so in places", async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  const send = async (bytes: Buffer) => {
    const run = terminal.run(["-p", "What is it?"], { isTalking: true });
    run.child.stdin?.end(bytes);
    return run.ended;
  };
  expect(await send(Buffer.from("caf\u00e9 \u00fcber alles", "latin1"))).toMatchObject({
    code: 1,
    err: expect.stringContaining("no text in UTF-8"),
  });
  const { code, err } = await send(Buffer.from(`${"word ".repeat(20)}caf\u00e9`, "latin1"));
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("no UTF-8 in one place") });
});

test("a line that cannot be understood is named in one line, with its number, and as a result", async () => {
  const terminal = await openTerminal([]);
  const client = startClient(terminal);
  client.sendRaw('{"type":"keep_alive"}\n{"type":"user"}\n');
  const result = await client.next("result");
  expect(result).toMatchObject({ is_error: true, startup_failure_reason: "invalid_input" });
  expect(await client.ended).toEqual({
    code: 1,
    err: expect.stringMatching(/^plumb: Line 2 of standard input cannot be understood: message: [^\n]*\.\n$/),
  });
});
