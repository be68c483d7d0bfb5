import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { noPseudoTerminal, openPseudoTerminal } from "./pseudo-terminal.ts";
import { startClient } from "./stream-client.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

const REVIEWER = {
  description: "Reviews changes for mistakes.",
  prompt: "You are a reviewer of the harshest kind.",
  tools: ["Read", "grep"],
  model: "haiku",
};
const agents = (given: unknown): string[] => ["--agents", JSON.stringify(given)];

const Body = z.looseObject({
  model: z.string(),
  system: z.array(z.looseObject({ text: z.string() })),
  tools: z.array(z.looseObject({ name: z.string(), description: z.string().optional() })).default([]),
  messages: z.array(z.unknown()),
});
const sent = ({ api }: Terminal, index: number) => {
  const body = Body.parse(api.requests[index]?.body);
  return {
    ...body,
    names: body.tools.map(({ name }) => name),
    prompt: body.system.map(({ text }) => text).join("\n"),
    said: JSON.stringify(body.messages),
  };
};
const firstFrame = (out: string, subtype: string) =>
  out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => z.looseObject({ subtype: z.string().optional() }).parse(JSON.parse(line)))
    .find((frame) => frame.subtype === subtype);

test("an agent that was described is offered, and works with its own prompt, tools and model", async () => {
  const terminal = await openTerminal([
    reply(call("Agent", { description: "Look", prompt: "Review it.", subagent_type: "Reviewer" })),
    reply(say("All is bad.")),
    reply(say("It is bad.")),
  ]);
  const args = ["-p", "Go", "--output-format", "stream-json", ...agents({ reviewer: REVIEWER })];
  const { code, out, err } = await terminal.run(args).ended;
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const [first, child] = [sent(terminal, 0), sent(terminal, 1)];
  const tool = first.tools.find(({ name }) => name === "Agent");
  expect(tool?.description).toContain("general (default; all tools)");
  expect(tool?.description).toContain("- reviewer: Reviews changes for mistakes.");
  expect(child.prompt).toContain("You are a reviewer of the harshest kind.");
  expect(child.prompt).not.toContain("You are Plumb, a coding agent in the user's editor");
  expect(child.names).toEqual(["Grep", "Read"]);
  expect(child.model).toContain("haiku");
  expect(first.model).not.toContain("haiku");
  expect(firstFrame(out, "init")).toMatchObject({ agents: ["explore", "general", "fork", "reviewer"] });
  expect(firstFrame(out, "task_started")).toMatchObject({ subagent_type: "reviewer" });
  expect(terminal.api.violations).toEqual([]);
});

test("an agent can only narrow: its stricter mode holds, a looser one does not count and that is said", async () => {
  const write = (name: string) => reply(call("Write", { file_path: name, content: "x" }));
  const ask = (type: string) =>
    reply(call("Agent", { description: "Do", prompt: "Do it.", subagent_type: type }));
  const given = {
    careful: { description: "Plans.", prompt: "Plan.", permissionMode: "plan" },
    bold: { description: "Does.", prompt: "Do.", permissionMode: "acceptEdits" },
  };
  const terminal = await openTerminal([
    ...[ask("careful"), write("a.txt"), reply(say("No.")), reply(say("Done."))],
    ...[ask("bold"), write("b.txt"), reply(say("No.")), reply(say("Done."))],
  ]);
  const loose = await terminal.run(["-p", "Go", "--permission-mode", "acceptEdits", ...agents(given)]).ended;
  expect(loose).toMatchObject({ code: 0, err: expect.not.stringContaining("does not count") });
  expect(existsSync(join(terminal.dir, "a.txt"))).toBe(false);
  const asking = ["-p", "Go", "--output-format", "stream-json", ...agents(given)];
  const { out, err } = await terminal.run(asking).ended;
  expect(existsSync(join(terminal.dir, "b.txt"))).toBe(false);
  expect(err).toContain("bold: its permissionMode acceptEdits would allow more");
  expect(firstFrame(out, "init")).toMatchObject({
    agent_errors: [expect.stringContaining("--permission-mode acceptEdits")],
  });
});

test("the same agent writes where the session lets it, and not with a tool that was taken from it", async () => {
  const ask = reply(call("Agent", { description: "Do", prompt: "Do it.", subagent_type: "worker" }));
  const terminal = await openTerminal([
    ask,
    reply(call("Write", { file_path: "a.txt", content: "x" })),
    reply(call("Bash", { command: "touch b.txt" })),
    reply(say("Half of it.")),
    reply(say("Done.")),
  ]);
  const given = { worker: { description: "Works.", prompt: "Work.", disallowedTools: "Bash, WebFetch" } };
  await terminal.run(["-p", "Go", "--permission-mode", "bypassPermissions", ...agents(given)]).ended;
  expect(existsSync(join(terminal.dir, "a.txt"))).toBe(true);
  expect(existsSync(join(terminal.dir, "b.txt"))).toBe(false);
  expect(sent(terminal, 1).names).toContain("Write");
  expect(sent(terminal, 1).names).not.toContain("Bash");
});

test("a session that runs as an agent has its prompt and tools, and keeps them until somebody else is asked for", async () => {
  const terminal = await openTerminal(() => reply(say("ok")));
  writeFileSync(join(terminal.dir, "agents.json"), JSON.stringify({ reviewer: REVIEWER }));
  const first = await terminal.run(["-p", "One", "--agents", "agents.json", "--agent", "reviewer"]).ended;
  expect(first).toEqual({ code: 0, out: "ok\n", err: "" });
  const second = await terminal.run(["-p", "Two", "--continue"]).ended;
  expect(second.err).toBe("plumb: this session stays with the agent reviewer; --agent main goes back.\n");
  await terminal.run(["-p", "Three", "--continue", "--agent", "main"]).ended;
  const [one, two, three] = [sent(terminal, 0), sent(terminal, 1), sent(terminal, 2)];
  expect(one.prompt).toContain("harshest kind");
  // A person reads its answers.
  expect(one.prompt).toContain("# Answers");
  expect([one.names, one.model]).toEqual([["Grep", "Read"], expect.stringContaining("haiku")]);
  expect([two.system, two.tools, two.model]).toEqual([one.system, one.tools, one.model]);
  expect(three.prompt).not.toContain("harshest kind");
  expect(three.names).toContain("Bash");
  expect(three.model).not.toContain("haiku");
});

test("a session that goes on as its agent cannot use a tool that the agent did not have", async () => {
  const terminal = await openTerminal([
    reply(say("ok")),
    reply(call("Bash", { command: "touch made" })),
    reply(say("I cannot.")),
  ]);
  await terminal.run(["-p", "One", "--agent", "reviewer", ...agents({ reviewer: REVIEWER })]).ended;
  const args = ["-p", "Two", "--continue", "--permission-mode", "bypassPermissions"];
  expect(await terminal.run(args).ended).toMatchObject({ code: 0, out: "I cannot.\n" });
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
});

test("an agent that may start only some others is offered only those", async () => {
  const terminal = await openTerminal([
    reply(call("Agent", { description: "Do", prompt: "Do it.", subagent_type: "general" })),
    reply(say("There is none.")),
  ]);
  const given = {
    lead: { description: "Leads.", prompt: "Lead.", tools: "Read, Agent(explore, reviewer)" },
    reviewer: REVIEWER,
  };
  await terminal.run(["-p", "Go", "--agent", "lead", ...agents(given)]).ended;
  const tool = sent(terminal, 0).tools.find(({ name }) => name === "Agent");
  expect(tool?.description).toMatch(/Types: explore \(searches, read-only\)\.\n- reviewer: [^\n]*$/);
  expect(sent(terminal, 1).said).toContain("There is no agent type general. Types: explore, reviewer.");
});

test("a hundred long descriptions are cut alike, and every name is told", async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  const long = { description: "word ".repeat(400), prompt: "Do." };
  const given = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`agent-${n}`, long]));
  writeFileSync(join(terminal.dir, "agents.json"), JSON.stringify(given));
  await terminal.run(["-p", "Go", "--agents", "agents.json"]).ended;
  const description = sent(terminal, 0).tools.find(({ name }) => name === "Agent")?.description ?? "";
  expect(description.length).toBeLessThan(4_500);
  expect(description).toContain("- agent-99");
});

test.each([
  ["{", /--agents cannot be used: .*position 1/],
  ["nowhere.json", /there is no file "nowhere.json", and it does not begin like JSON/],
  ['{"a":{"prompt":"x"}}', "a.description"],
  ['{"a":{"description":"x","prompt":" "}}', "a.prompt: it is empty"],
  ['{"a":{"description":"x","prompt":"y","maxTurns":0}}', "a.maxTurns"],
  ['{"a":{"description":"x","prompt":"y","tools":{"Read":true}}}', "a.tools"],
  ['{"a":{"description":"x","prompt":"y","tools":["Agent(b"]}}', "a parenthesis is missing"],
  ['{"a":{"description":"x","prompt":"y","permissionMode":"yolo"}}', 'no mode "yolo"'],
  ['{"a":{"description":"x","prompt":"y","disallowedTools":["Bash(rm *)"]}}', "a.disallowedTools: Bash"],
  [
    '{"a":{"description":"x","prompt":"y","disallowedTools":["mcp__my.db"]}}',
    "a.disallowedTools: mcp__my.db",
  ],
  ['{"a":{"description":"x","prompt":"y","hooks":{}}}', "a.hooks is not there yet"],
  ['{"a:b":{"description":"x","prompt":"y"}}', '"a:b" is no name'],
  ['{"main":{"description":"x","prompt":"y"}}', '"main" is the agent you talk to'],
  ['{"my-a":{"description":"x","prompt":"y"},"My_A":{"description":"x","prompt":"y"}}', "two agents"],
])("--agents %s is refused with the place, before anything is asked", async (given, words) => {
  const terminal = await openTerminal([]);
  const { code, err } = await terminal.run(["-p", "x", "--agents", given]).ended;
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(words) });
  expect(err.trim().split("\n")).toHaveLength(1);
  expect(terminal.api.requests).toEqual([]);
});

test("what is not known of an agent is named and left out; without any of its tools it does not start", async () => {
  const terminal = await openTerminal([reply(say("ok"))]);
  const given = {
    a: { description: "x", prompt: "y", tools: ["Read", "Teleport", "Bash(ls)"], color: "red" },
    idle: { description: "x", prompt: "y", tools: ["Teleport"] },
  };
  const { code, err } = await terminal.run(["-p", "x", ...agents(given)]).ended;
  expect(code).toBe(0);
  expect(err).toContain("--agents: a: Plumb has no use for color.");
  expect(err).toContain("--agents: a: there is no tool Teleport.");
  expect(err).toContain("--agents: a: Bash(ls) is a rule and no tool");
  const idle = await terminal.run(["-p", "x", "--agent", "idle", ...agents(given)]).ended;
  expect(idle).toMatchObject({ code: 1, err: expect.stringContaining("idle has no tools") });
  const nobody = await terminal.run(["-p", "x", "--agent", "nobody", ...agents(given)]).ended;
  expect(nobody.err).toContain(
    'There is no agent "nobody" for --agent. There are a, idle, main, explore, general.',
  );
  const two = await terminal.run(["-p", "x", "--agent", "a", "--system-prompt", "z", ...agents(given)]).ended;
  expect(two).toMatchObject({ code: 1, err: expect.stringContaining("a system prompt of its own") });
});

test("a program describes agents when it begins to talk, also the one that the session runs as", async () => {
  const terminal = await openTerminal([reply(say("Bad.")), reply(say("Still bad."))]);
  mkdirSync(join(terminal.dir, "src"));
  const client = startClient(terminal, ["--agent", "reviewer"]);
  const wrong = { subtype: "initialize", agents: { reviewer: { prompt: "x" } } };
  await expect(client.control(wrong)).rejects.toThrow("reviewer.description");
  const answer = await client.control({ subtype: "initialize", agents: { reviewer: REVIEWER } });
  expect(answer).toMatchObject({
    agents: expect.arrayContaining([
      { name: "reviewer", description: REVIEWER.description, model: expect.stringContaining("haiku") },
    ]),
  });
  client.say("Go");
  expect(await client.next("result")).toMatchObject({ subtype: "success", result: "Bad." });
  expect(sent(terminal, 0)).toMatchObject({
    names: ["Grep", "Read"],
    model: expect.stringContaining("haiku"),
  });
  client.end();
  expect((await client.ended).code).toBe(0);
});

test("nobody described the agent that the session is to run as: the turn fails and says who there is", async () => {
  const terminal = await openTerminal([]);
  const client = startClient(terminal, ["--agent", "reviewer"]);
  client.say("Go");
  expect(await client.next("result")).toMatchObject({
    is_error: true,
    errors: [expect.stringContaining('There is no agent "reviewer"')],
  });
  client.end();
  expect((await client.ended).code).toBe(1);
  expect(terminal.api.requests).toEqual([]);
});

describe.skipIf(noPseudoTerminal !== undefined)(
  `at a terminal${noPseudoTerminal ? ` (${noPseudoTerminal})` : ""}`,
  () => {
    test("a person talks with an agent of their own, and is told so", async () => {
      const args = [
        "--agent",
        "reviewer",
        "--agents",
        '{"reviewer":{"description":"x","prompt":"Be harsh."}}',
      ];
      const terminal = await openPseudoTerminal(() => reply(say("It is bad.")), { args });
      await terminal.shows("You talk with the agent reviewer.");
      terminal.keys("Look", "Enter");
      await terminal.shows("It is bad.");
      expect(sent(terminal, 0).prompt).toContain("Be harsh.");
    });
  },
);
