import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { openTerminal } from "./terminal.ts";

const UUID = "6f1f6a3e-6d3a-4b59-9d6e-0a7c52a1d001";

test("what is piped in beside a prompt is material for it; a prompt may also stand apart from -p", async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  await terminal.run(["-p", "Explain this", "--output-format", "text"], { input: "line </stdin> one\n" })
    .ended;
  await terminal.run(["-p", "--output-format", "text", "Apart"]).ended;
  const messages = terminal.api.requests.map(({ body }) => JSON.stringify(body.messages));
  expect(messages[0]).toContain("Explain this");
  expect(messages[0]).toContain("<stdin>\\nline <\\\\/stdin> one\\n</stdin>");
  expect(messages[1]).toContain("Apart");
  expect(messages[1]).not.toContain("<stdin>");
});

test("a pipe that nobody writes to does not hold up a task that has a prompt", async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  const { code, out, err } = await terminal.run(["-p", "Go"], { isTalking: true }).ended;
  expect({ code, out }).toEqual({ code: 0, out: "ok\n" });
  expect(err).toContain("nothing came from standard input");
});

test.each([
  [["-p", "a", "b"], "two prompts"],
  [["-p", ""], "no prompt"],
  [["-p", "x", "--input-format", "stream-json"], "needs --output-format stream-json"],
  [["-p", "x", "--input-format", "stream-json", "--output-format", "stream-json"], "standard input"],
  [["-p", "x", "--include-partial-messages"], "needs --output-format"],
  [["-p", "x", "--permission-prompt-tool", "stdio"], "needs --input-format"],
  [["-p", "x", "--fork-session"], "needs --resume or --continue"],
  [["-p", "x", "--continue", "--session-id", UUID], "needs --fork-session"],
  [["-p", "x", "--resume", "a", "--continue"], "two sessions"],
  [["-p", "x", "--session-id", "mine"], "no UUID"],
  [["-p", "x", "--continue", "--no-session-persistence"], "--no-session-persistence"],
  [["-p", "x", "--max-budget-usd", "free"], "amount of US dollars"],
  [["-p", "x", "--effort", "heroic"], "heroic"],
  [["-p", "x", "--tools", "Nonsense"], "no tool Nonsense"],
  [["-p", "x", "--add-dir", "nowhere"], "no folder"],
  [["-p", "x", "--settings", "{"], "--settings"],
  [["-p", "x", "--settings", '{"permissions":{"defaultMode":"yolo"}}'], "no mode"],
  [["-p", "x", "--setting-sources", "nobody"], "nobody"],
  [["-p", "x", "--system-prompt-file", "nowhere"], "cannot be read"],
])("%j is refused in words before anything is asked", async (args, words) => {
  const terminal = await openTerminal([]);
  const { code, err } = await terminal.run(args).ended;
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(words) });
  expect(err).not.toContain("    at ");
  expect(terminal.api.requests).toEqual([]);
});

test("a session has the id that is asked for, once; it is gone on with by id, its beginning, or its title", async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  await terminal.run(["-p", "The first words", "--session-id", UUID]).ended;
  expect((await terminal.run(["-p", "x", "--session-id", UUID]).ended).err).toContain("There is a session");
  for (const name of [UUID, UUID.slice(0, 8), "The first words"]) {
    const { out } = await terminal.run(["-p", "More", "--resume", name, "--output-format", "json"]).ended;
    expect(JSON.parse(out)).toMatchObject({ session_id: UUID });
  }
  expect(terminal.api.requests.at(-1)?.body.messages).toHaveLength(7);
  expect(terminal.api.violations).toEqual([]);
});

test("a fork begins like its session and leaves that as it is, also while somebody else writes it", async () => {
  const { promise: held, resolve: open } = Promise.withResolvers<void>();
  const terminal = await openTerminal([
    reply(say("One.")),
    reply(gate(held), say("Two.")),
    reply(say("Forked.")),
  ]);
  await terminal.run(["-p", "First", "--session-id", UUID]).ended;
  const writing = terminal.run(["-p", "Second", "--continue"]);
  await terminal.api.request(1);
  const { out } = await terminal.run([
    "-p",
    "Other",
    "--resume",
    UUID,
    "--fork-session",
    "--output-format",
    "json",
  ]).ended;
  expect(JSON.parse(out)).toMatchObject({ result: "Forked." });
  expect(JSON.parse(out).session_id).not.toBe(UUID);
  expect(JSON.stringify(terminal.api.requests[2]?.body.messages)).toContain("One.");
  open();
  expect((await writing.ended).out).toBe("Two.\n");
});

test("with --no-session-persistence no session is left behind", async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  expect((await terminal.run(["-p", "Go", "--no-session-persistence"]).ended).code).toBe(0);
  const left = readdirSync(terminal.dataDir, { recursive: true }).filter((name) =>
    String(name).includes("sessions"),
  );
  expect(left.filter((name) => String(name).endsWith("l"))).toEqual([]);
  expect((await terminal.run(["-p", "x", "--continue"]).ended).err).toContain("no earlier session");
});

test("a session goes on with its own model and effort, unless others are asked for", async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  await terminal.run(["-p", "1", "--model", "sonnet", "--effort", "low"]).ended;
  const { out } = await terminal.run(["-p", "2", "--continue", "--output-format", "stream-json"]).ended;
  await terminal.run(["-p", "3", "--continue", "--model", "opus"]).ended;
  expect(terminal.api.requests.map(({ body }) => body.model)).toEqual([
    "claude-sonnet-5-5",
    "claude-sonnet-5-5",
    "claude-opus-5-5",
  ]);
  expect(JSON.parse(out.split("\n", 1)[0] ?? "")).toMatchObject({ subtype: "init", effort: "low" });
});

test("words for the system prompt stand in it, also when a session goes on with them", async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  const system = (at: number): string => JSON.stringify(terminal.api.requests[at]?.body.system);
  await terminal.run(["-p", "1", "--append-system-prompt", "Speak Latin."]).ended;
  await terminal.run(["-p", "2", "--continue"]).ended;
  await terminal.run(["-p", "3", "--continue", "--append-system-prompt", "Speak Greek."]).ended;
  await terminal.run(["-p", "4", "--system-prompt", "You are a parrot."]).ended;
  expect(system(0)).toContain("Speak Latin.");
  // What was frozen stays, byte for byte, until somebody wants something else.
  expect(system(1)).toBe(system(0));
  expect(system(2)).toContain("Speak Greek.");
  expect(system(2)).not.toContain("Speak Latin.");
  expect(system(3)).toContain("You are a parrot.");
  expect(system(3)).not.toContain("Plumb");
});

test("--tools leaves only those, and a model that calls another one is told", async () => {
  const terminal = await openTerminal([reply(call("Bash", { command: "touch made" })), reply(say("ok"))]);
  await terminal.run(["-p", "Go", "--tools", "Read, Grep", "--permission-mode", "bypass"]).ended;
  const names = terminal.api.requests[0]?.body.tools?.map(({ name }) => name);
  expect(names?.toSorted()).toEqual(["Grep", "Read"]);
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
});

test("an added folder is worked in like the own one, but rules stay where they were", async () => {
  const terminal = await openTerminal([
    reply(
      call("Write", { file_path: "../lib/src/a.txt", content: "a" }),
      call("Write", { file_path: "src/a.txt", content: "a" }),
    ),
    reply(call("Read", { file_path: "../lib/b.txt" })),
    reply(say("ok")),
  ]);
  const lib = join(terminal.dir, "../lib");
  mkdirSync(lib);
  writeFileSync(join(lib, "b.txt"), "B");
  const args = [
    "-p",
    "Go",
    "--add-dir",
    "../lib",
    "--allowed-tools",
    "Edit(src/**)",
    "--output-format",
    "json",
  ];
  const { out } = await terminal.run(args).ended;
  expect(JSON.parse(out).permission_denials).toMatchObject([
    { tool_input: { file_path: "../lib/src/a.txt" } },
  ]);
  expect(existsSync(join(lib, "src/a.txt"))).toBe(false);
  expect(readFileSync(join(terminal.dir, "src/a.txt"), "utf8")).toBe("a");
});

test("settings of the command line, JSON or file, allow and forbid; what Plumb has no use for is said", async () => {
  const terminal = await openTerminal(({ body }) =>
    body.messages.length > 1
      ? reply(say("ok"))
      : reply(call("Bash", { command: "touch one" }), call("Bash", { command: "touch two" })),
  );
  const settings = {
    permissions: { allow: ["Bash(touch *)"], deny: ["Bash(touch two)"] },
    model: "sonnet",
    hooks: {},
  };
  const file = join(terminal.dir, "mine.json");
  writeFileSync(file, JSON.stringify(settings));
  const { err } = await terminal.run(["-p", "Go", "--settings", file]).ended;
  expect(err).toContain("hooks");
  expect(existsSync(join(terminal.dir, "one"))).toBe(true);
  expect(existsSync(join(terminal.dir, "two"))).toBe(false);
  expect(terminal.api.requests[0]?.body.model).toBe("claude-sonnet-5-5");
});

test("whose settings files count can be said", async () => {
  const terminal = await openTerminal(({ body }) =>
    body.messages.length > 1 ? reply(say("ok")) : reply(call("Bash", { command: "touch made" })),
  );
  mkdirSync(terminal.dataDir, { recursive: true });
  writeFileSync(
    join(terminal.dataDir, "settings.json"),
    JSON.stringify({ permissions: { allow: ["Bash(touch made)"] } }),
  );
  await terminal.run(["-p", "Go", "--setting-sources", "project,local"]).ended;
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
  await terminal.run(["-p", "Go", "--setting-sources", "user"]).ended;
  expect(existsSync(join(terminal.dir, "made"))).toBe(true);
});

test("a budget that is reached ends the run with exit code 2 and a result that says so", async () => {
  const terminal = await openTerminal(() => reply(call("Read", { file_path: "a.txt" })));
  writeFileSync(join(terminal.dir, "a.txt"), "A");
  const { code, out } = await terminal.run([
    "-p",
    "Go",
    "--max-budget-usd",
    "0.00001",
    "--output-format",
    "json",
  ]).ended;
  expect(JSON.parse(out)).toMatchObject({
    subtype: "error_max_budget_usd",
    terminal_reason: "budget_exhausted",
    is_error: true,
  });
  expect(code).toBe(2);
});

test("nothing is coloured where nobody looks, and --verbose says on standard error what is called", async () => {
  const terminal = await openTerminal([reply(call("Read", { file_path: "a.txt" })), reply(say("ok"))]);
  writeFileSync(join(terminal.dir, "a.txt"), "A");
  const { out, err } = await terminal.run(["-p", "Go", "--verbose"], { env: { FORCE_COLOR: "" } }).ended;
  expect(out).toBe("ok\n");
  expect(err).toContain("Read a.txt");
  expect(out + err).not.toContain("\u001b");
});

test("what the workspace says of itself may change; what was sent with own words is sent again all the same", async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  const words = ["--append-system-prompt", "Speak Latin."];
  await terminal.run(["-p", "1", ...words]).ended;
  writeFileSync(join(terminal.dir, "package.json"), '{"scripts":{"test":"node --test"}}');
  mkdirSync(join(terminal.dir, ".git"));
  await terminal.run(["-p", "2", "--continue", ...words]).ended;
  const [first, second] = terminal.api.requests.map(({ body }) => JSON.stringify(body.system));
  expect(second).toBe(first);
});
