import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtinTools } from "../../src/tools/index.ts";
import { call, gate, httpError, reply, say } from "../support/fake-api/replies.ts";
import { openTerminal } from "./terminal.ts";

/** A machine that does other things as well takes its time. */
const BUSY = { timeout: 60_000 };

test("a prompt is answered on standard output, and nothing else is printed there", async () => {
  const terminal = await openTerminal([reply(say("Hello there."))]);
  expect(await terminal.run(["-p", "Hi"]).ended).toEqual({ code: 0, out: "Hello there.\n", err: "" });
});

test("the tools it offers are those of the source, schemas included", async () => {
  const terminal = await openTerminal([reply(say("Hello there."))]);
  await terminal.run(["-p", "Hi"]).ended;
  const offered: readonly { name: string }[] = terminal.api.requests[0]?.body.tools ?? [];
  const specs = builtinTools
    .map(({ spec }) => spec)
    .filter(({ name }) => offered.some((tool) => tool.name === name));
  expect(specs.length).toBeGreaterThan(9);
  // Cache marks and the like come from the provider's adapter; what the model learns has to be the same.
  expect(offered).toMatchObject(specs);
});

test("a prompt may come from standard input", async () => {
  const terminal = await openTerminal([reply(say("Read it."))]);
  expect(await terminal.run(["-p"], { input: "from the pipe" }).ended).toMatchObject({
    code: 0,
    out: "Read it.\n",
  });
  expect(JSON.stringify(terminal.api.requests[0]?.body.messages)).toContain("from the pipe");
});

test("what would ask is denied, and the end says what and how to allow it", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch made" })),
    reply(say("Not allowed.")),
  ]);
  const { code, err } = await terminal.run(["-p", "Go"]).ended;
  expect(code).toBe(0);
  expect(err).toContain('--allowed-tools "Bash(touch made)"');
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
});

test("--allowed-tools lets exactly that run", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch made" }), call("Bash", { command: "touch other" })),
    reply(say("ok")),
  ]);
  await terminal.run(["-p", "Go", "--allowed-tools", "Bash(touch made)"]).ended;
  expect(existsSync(join(terminal.dir, "made"))).toBe(true);
  expect(existsSync(join(terminal.dir, "other"))).toBe(false);
});

test("a rule with a parenthesis too few ends the program instead of allowing every command", async () => {
  const terminal = await openTerminal([reply(call("Bash", { command: "touch made" })), reply(say("ok"))]);
  for (const rules of ["Bash(npm test", "Bash (npm test)", "Read,Bash(npm test"]) {
    for (const option of ["--allowed-tools", "--disallowed-tools"]) {
      const { code, err } = await terminal.run(["-p", "Go", option, rules]).ended;
      expect({ rules, code }).toEqual({ rules, code: 1 });
      expect(err).toContain("parenthesis");
    }
  }
  expect(terminal.api.requests).toEqual([]);
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
});

test("the rule that a denial names can be given as it stands, parentheses included", async () => {
  const command = `node -e 'require("node:fs").writeFileSync("made", "")'`;
  const terminal = await openTerminal(({ body }) =>
    body.messages.length > 1 ? reply(say("ok")) : reply(call("Bash", { command })),
  );
  const { err } = await terminal.run(["-p", "Go"]).ended;
  const rule: unknown = JSON.parse(/--allowed-tools (".*")\)/.exec(err)?.[1] ?? "");
  await terminal.run(["-p", "Go", "--allowed-tools", String(rule)]).ended;
  expect(existsSync(join(terminal.dir, "made"))).toBe(true);
});

test("stream-json prints one frame a line: init, assistant, user, result", async () => {
  const terminal = await openTerminal([
    reply(call("Read", { file_path: "a.txt" })),
    reply(say("It says A.")),
  ]);
  writeFileSync(join(terminal.dir, "a.txt"), "A");
  const { out } = await terminal.run(["-p", "Go", "--output-format", "stream-json"]).ended;
  const frames = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(frames.map(({ type, subtype }) => subtype ?? type)).toEqual([
    "init",
    "assistant",
    "user",
    "assistant",
    "success",
  ]);
  expect(frames.at(-1)).toMatchObject({
    result: "It says A.",
    num_turns: 2,
    is_error: false,
    permission_denials: [],
  });
  expect(new Set(frames.map(({ session_id }) => session_id)).size).toBe(1);
});

test.each([
  ["no key", { ANTHROPIC_API_KEY: "" }, "ANTHROPIC_API_KEY"],
  ["a wrong key", { ANTHROPIC_API_KEY: "invalid" }, "Set ANTHROPIC_API_KEY to a key that is valid"],
])("%s ends with exit code 1 and what to do", async (_name, env, words) => {
  const terminal = await openTerminal([]);
  const { code, err } = await terminal.run(["-p", "Go"], { env }).ended;
  expect(code).toBe(1);
  expect(err).toContain(words);
});

test("an unknown option, a bad mode and a session that is not there are refused in words", async () => {
  const terminal = await openTerminal([]);
  for (const args of [
    ["--nonsense"],
    ["-p", "x", "--permission-mode", "yolo"],
    ["-p", "x", "--resume", "nope"],
    ["-p", "x", "--continue"],
  ]) {
    const { code, err } = await terminal.run(args).ended;
    expect({ args, code }).toEqual({ args, code: 1 });
    expect(err).not.toContain("    at ");
    expect(err.trim()).not.toBe("");
  }
});

test("--max-turns stops with exit code 2, and --continue goes on where it was", async () => {
  const terminal = await openTerminal([reply(call("Read", { file_path: "a.txt" })), reply(say("Done now."))]);
  writeFileSync(join(terminal.dir, "a.txt"), "A");
  expect((await terminal.run(["-p", "Go", "--max-turns", "1"]).ended).code).toBe(2);
  expect(await terminal.run(["-p", "Go on", "--continue"]).ended).toMatchObject({
    code: 0,
    out: "Done now.\n",
  });
  expect(terminal.api.violations).toEqual([]);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
] as const)(
  "%s ends the turn cleanly with its own code and leaves no process behind",
  async (signal, ended) => {
    const terminal = await openTerminal([
      reply(call("Bash", { command: "echo $$ > pid; sleep 600" })),
      reply(say("never")),
    ]);
    const run = terminal.run(["-p", "Go", "--permission-mode", "bypass"]);
    await expect
      .poll(
        () => existsSync(join(terminal.dir, "pid")) && readFileSync(join(terminal.dir, "pid"), "utf8") !== "",
      )
      .toBe(true);
    const pid = Number(readFileSync(join(terminal.dir, "pid"), "utf8"));
    run.child.kill(signal);
    expect((await run.ended).code).toBe(ended);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  },
);

test("killed in the middle of a command, it is continued without running the command again", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "echo x >> count; sleep 600" })),
    reply(say("It was cut off.")),
  ]);
  const run = terminal.run(["-p", "Go", "--permission-mode", "bypass"]);
  await expect.poll(() => existsSync(join(terminal.dir, "count")), BUSY).toBe(true);
  run.child.kill("SIGKILL");
  await run.ended;
  expect(
    await terminal.run(["-p", "What happened?", "--continue", "--permission-mode", "bypass"]).ended,
  ).toMatchObject({ code: 0, out: "It was cut off.\n" });
  expect(readFileSync(join(terminal.dir, "count"), "utf8")).toBe("x\n");
  expect(terminal.api.refusals).toEqual([]);
});

test("a reader that goes away is not a crash", async () => {
  const terminal = await openTerminal([reply(say("word ".repeat(50_000)))]);
  const run = terminal.run(["-p", "Go"]);
  run.child.stdout?.destroy();
  const { err } = await run.ended;
  expect(err).not.toContain("EPIPE");
});

test("messages that nobody reads do not stop the work, a full disk behind the output is told", async () => {
  const terminal = await openTerminal(() => reply(say("Done.")));
  const unread = terminal.run(["-p", "Go", "--allowed-tools", "nonsense"]);
  unread.child.stderr?.destroy();
  expect(await unread.ended).toMatchObject({ code: 0, out: "Done.\n" });
  if (!existsSync("/dev/full")) return;
  const full = terminal.run(["-p", "Go"], { outputTo: "/dev/full" });
  expect(await full.ended).toMatchObject({ code: 1, err: expect.stringContaining("ENOSPC") });
});

test("a provider that is busy is asked again, and standard error says so", async () => {
  const terminal = await openTerminal([
    httpError(529, { headers: { "retry-after-ms": "1" } }),
    reply(say("Now.")),
  ]);
  const { code, out, err } = await terminal.run(["-p", "Go"]).ended;
  expect({ code, out }).toEqual({ code: 0, out: "Now.\n" });
  expect(err).toContain("Attempt 1 of 8");
});

test("two programs cannot write one session", async () => {
  let open = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  const terminal = await openTerminal([reply(say("a")), reply(gate(held), say("b"))]);
  await terminal.run(["-p", "Go"]).ended;
  const first = terminal.run(["-p", "More", "--continue"]);
  await terminal.api.request(1);
  const { code, err } = await terminal.run(["-p", "Also", "--continue"]).ended;
  open();
  expect(code).toBe(1);
  expect(err).toContain("Another window or terminal");
  expect((await first.ended).code).toBe(0);
});

test("in plan mode the run ends with the plan, in text and as the result, and goes on in plan mode", async () => {
  const terminal = await openTerminal([
    reply(call("ExitPlanMode", { plan: "# Plan\n\n1. Write a.txt" })),
    reply(call("Write", { file_path: "a.txt", content: "a" })),
    reply(say("Not in plan mode.")),
    reply(call("ExitPlanMode", { plan: "# Smaller" })),
  ]);
  const plan = ["--permission-mode", "plan"];
  expect(await terminal.run(["-p", "Go", ...plan]).ended).toMatchObject({
    code: 0,
    out: "# Plan\n\n1. Write a.txt\n",
  });
  expect(await terminal.run(["-p", "Do it", "--continue"]).ended).toMatchObject({ code: 0 });
  expect(existsSync(join(terminal.dir, "a.txt"))).toBe(false);
  const { out } = await terminal.run(["-p", "Smaller", "--continue", "--output-format", "json"]).ended;
  expect(JSON.parse(out)).toMatchObject({ subtype: "success", is_error: false, result: "# Smaller" });
});

test("dontAsk and auto are modes of their own", async () => {
  const terminal = await openTerminal((request) =>
    request.body.model.includes("haiku")
      ? reply(say('{"verdict":"run","reason":"makes an empty file"}'))
      : request.body.messages.length === 1
        ? reply(call("Bash", { command: "touch b.txt" }))
        : reply(say("Good.")),
  );
  const run = (mode: string) => terminal.run(["-p", "Go", "--permission-mode", mode]).ended;
  await run("dontAsk");
  expect(existsSync(join(terminal.dir, "b.txt"))).toBe(false);
  await run("auto");
  expect(existsSync(join(terminal.dir, "b.txt"))).toBe(true);
});
