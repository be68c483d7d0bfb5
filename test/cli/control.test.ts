import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { asked, type Frame, isAsking, startClient } from "./stream-client.ts";
import { openTerminal } from "./terminal.ts";

const ASKING = ["--permission-prompt-tool", "stdio"];
const toolSuggestions = (frame: Frame) => z.array(z.unknown()).parse(asked(frame)["permission_suggestions"]);
const allow = { behavior: "allow", updatedInput: {} };

test("request, permission callback, interrupt: a program that knows only the protocol drives a conversation", async () => {
  const { promise: never } = Promise.withResolvers<void>();
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch made" }, "t1")),
    reply(say("Made it.")),
    reply(say("A long story"), gate(never), say(" that nobody hears.")),
    reply(say("Goodbye.")),
  ]);
  const client = startClient(terminal, ASKING);
  expect(await client.control({ subtype: "initialize" })).toMatchObject({
    commands: [],
    output_style: "default",
    pending_permission_requests: [],
  });
  client.say("Make it");
  const request = asked(await client.next(isAsking));
  expect(request).toMatchObject({
    subtype: "can_use_tool",
    tool_name: "Bash",
    input: { command: "touch made" },
    tool_use_id: "t1",
    permission_suggestions: expect.arrayContaining([
      {
        type: "addRules",
        rules: [{ toolName: "Bash", ruleContent: "touch made" }],
        behavior: "allow",
        destination: "session",
      },
    ]),
  });
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
  const state = await client.next((frame) => frame["state"] === "requires_action");
  expect(state).toMatchObject({ type: "system", subtype: "session_state_changed" });
  client.answer(await client.next(isAsking), { behavior: "allow", updatedInput: { command: "touch made" } });
  expect(await client.next("result")).toMatchObject({
    subtype: "success",
    is_error: false,
    result: "Made it.",
    num_turns: 2,
    terminal_reason: "completed",
    permission_denials: [],
  });
  expect(existsSync(join(terminal.dir, "made"))).toBe(true);

  const second = client.frames.length;
  client.say("Tell me a story");
  await terminal.api.request(2);
  expect(await client.control({ subtype: "interrupt" })).toEqual({ still_queued: [] });
  expect(await client.next("result", second)).toMatchObject({
    subtype: "error_during_execution",
    is_error: true,
    terminal_reason: "aborted_streaming",
  });
  const third = client.frames.length;
  client.say("Bye");
  expect(await client.next("result", third)).toMatchObject({ result: "Goodbye." });
  client.end();
  expect(await client.ended).toEqual({ code: 0, err: "" });
  expect(terminal.api.violations).toEqual([]);
  expect(client.frames.filter(({ subtype }) => subtype === "init")).toHaveLength(3);
});

test("a denial with a message is told to the model and named in the result, and one that interrupts ends the turn", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch one" }, "t1")),
    reply(call("Bash", { command: "touch two" }, "t2")),
  ]);
  const client = startClient(terminal, ASKING);
  client.say("Go");
  client.answer(await client.next(isAsking), { behavior: "deny", message: "Not that one." });
  const again = await client.next((frame) => isAsking(frame) && asked(frame)["tool_use_id"] === "t2");
  expect(JSON.stringify(terminal.api.requests[1]?.body.messages.at(-1))).toContain("Not that one.");
  client.answer(again, { behavior: "deny", message: "Stop.", interrupt: true });
  expect(await client.next("result")).toMatchObject({
    subtype: "error_during_execution",
    permission_denials: [
      { tool_name: "Bash", tool_use_id: "t1", tool_input: { command: "touch one" } },
      { tool_name: "Bash", tool_use_id: "t2" },
    ],
  });
  expect(existsSync(join(terminal.dir, "two"))).toBe(false);
});

test("an input that the caller changes is what runs, and the model is told", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch asked" }, "t1")),
    reply(say("ok")),
  ]);
  const client = startClient(terminal, ASKING);
  client.say("Go");
  client.answer(await client.next(isAsking), {
    behavior: "allow",
    updatedInput: { command: "touch given" },
  });
  expect(await client.next("result")).toMatchObject({ subtype: "success", permission_denials: [] });
  expect(existsSync(join(terminal.dir, "asked"))).toBe(false);
  expect(existsSync(join(terminal.dir, "given"))).toBe(true);
  // Asked once: the caller has seen what they wrote themselves.
  expect(client.frames.filter(isAsking)).toHaveLength(1);
  expect(JSON.stringify(terminal.api.requests[1]?.body.messages.at(-1))).toContain(
    "The user changed the input of this call",
  );
});

test.each([
  ["is not what the tool takes", { path: 1 }, []],
  ["a rule forbids", { command: "touch given" }, ["--disallowed-tools", "Bash(touch given)"]],
] as const)("a changed input that %s does not run", async (_why, updatedInput, flags) => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch asked" }, "t1")),
    reply(say("ok")),
  ]);
  const client = startClient(terminal, [...ASKING, ...flags]);
  client.say("Go");
  client.answer(await client.next(isAsking), { behavior: "allow", updatedInput });
  await client.next("result");
  const result = await client.next((frame) => frame.type === "user");
  expect(JSON.stringify(result)).toContain('"is_error":true');
  for (const name of ["asked", "given"]) expect(existsSync(join(terminal.dir, name))).toBe(false);
});

test("rules that come with an answer hold for the session, and only as wide as was offered", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch one" }, "t1")),
    reply(call("Bash", { command: "touch one" }, "t2"), call("Bash", { command: "touch two" }, "t3")),
    reply(say("ok")),
  ]);
  const client = startClient(terminal, ASKING);
  client.say("Go");
  const first = await client.next(isAsking);
  client.answer(first, {
    ...allow,
    updatedInput: null,
    updatedPermissions: toolSuggestions(first).slice(0, 1),
  });
  const other = await client.next((frame) => isAsking(frame) && asked(frame)["tool_use_id"] !== "t1");
  expect(asked(other)["tool_use_id"]).toBe("t3");
  // Wider than what is asked about: it counts once.
  client.answer(other, {
    behavior: "allow",
    updatedPermissions: [
      { type: "addRules", behavior: "allow", destination: "userSettings", rules: [{ toolName: "Bash" }] },
    ],
  });
  await client.next("result");
  const rules = await client.control({ subtype: "list_permission_rules" });
  expect(JSON.stringify(rules)).not.toContain('"Bash"');
  expect(existsSync(join(terminal.dir, "two"))).toBe(true);
  const log = await terminal.run(["permissions", "log"]).ended;
  const decisions = log.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(decisions.map(({ verdict, by, scope }) => ({ verdict, by, scope }))).toEqual([
    { verdict: "allow", by: "user", scope: "session" },
    { verdict: "allow", by: "rule" },
    { verdict: "allow", by: "user", scope: "once" },
  ]);
});

test("what cannot be understood as an answer is a no, and an answer to nothing does nothing", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch made" }, "t1")),
    reply(say("ok")),
  ]);
  const client = startClient(terminal, ASKING);
  client.send({
    type: "control_response",
    response: { subtype: "success", request_id: "nobody", response: allow },
  });
  client.say("Go");
  client.answer(await client.next(isAsking), { behaviour: "allow" });
  expect(await client.next("result")).toMatchObject({ permission_denials: [{ tool_use_id: "t1" }] });
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
});

test("without a caller who answers, what would ask is denied, with its reason", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch made" }, "t1")),
    reply(say("ok")),
  ]);
  const client = startClient(terminal);
  client.say("Go");
  expect(await client.next("permission_denied")).toMatchObject({
    tool_name: "Bash",
    tool_use_id: "t1",
    decision_reason: "nobody is there to be asked",
  });
  expect(await client.next("result")).toMatchObject({ permission_denials: [{ tool_name: "Bash" }] });
  expect(client.frames.some(isAsking)).toBe(false);
});

test("a caller who leaves while they are asked has not allowed it; the turn ends, then the program", async () => {
  const terminal = await openTerminal([
    reply(call("Bash", { command: "touch made" }, "t1")),
    reply(say("Not done.")),
  ]);
  const client = startClient(terminal, ASKING);
  client.say("Go");
  await client.next(isAsking);
  client.end();
  expect(await client.next("result")).toMatchObject({ result: "Not done." });
  expect((await client.ended).code).toBe(0);
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
});

test("an interrupt takes an open question back", async () => {
  const terminal = await openTerminal([reply(call("Bash", { command: "touch made" }, "t1"))]);
  const client = startClient(terminal, ASKING);
  client.say("Go");
  const request = await client.next(isAsking);
  await client.control({ subtype: "interrupt" });
  expect(await client.next("control_cancel_request")).toMatchObject({ request_id: request["request_id"] });
  client.answer(request, allow);
  expect(await client.next("result")).toMatchObject({ terminal_reason: "aborted_tools" });
  client.end();
  await client.ended;
  expect(existsSync(join(terminal.dir, "made"))).toBe(false);
});

const QUESTION = {
  questions: [
    {
      question: "Which colour?",
      header: "Colour",
      options: [{ label: "Red" }, { label: "Blue" }],
    },
  ],
};

test.each([
  [
    "answers",
    { behavior: "allow", updatedInput: { ...QUESTION, answers: { "Which colour?": "Blue" } } },
    "Blue",
  ],
  ["a yes without answers", { behavior: "allow", updatedInput: QUESTION }, "did not answer"],
  ["a no", { behavior: "deny", message: "Ask me later." }, "Ask me later."],
])("questions go the same way: %s", async (_name, response, words) => {
  const terminal = await openTerminal([reply(call("AskUserQuestion", QUESTION, "t1")), reply(say("ok"))]);
  const client = startClient(terminal, ASKING);
  client.say("Go");
  const request = await client.next(isAsking);
  expect(asked(request)).toMatchObject({
    tool_name: "AskUserQuestion",
    requires_user_interaction: true,
    input: QUESTION,
  });
  client.answer(request, response);
  await client.next("result");
  expect(JSON.stringify(terminal.api.requests[1]?.body.messages.at(-1))).toContain(words);
});

test("mode and model change between turns and while one runs; what is not there is refused in words", async () => {
  const terminal = await openTerminal(({ body }) => reply(say(`Answered by ${body.model}.`)));
  const client = startClient(terminal, ASKING);
  client.say("One");
  await client.next("result");
  expect(await client.control({ subtype: "set_permission_mode", mode: "plan" })).toEqual({ mode: "plan" });
  await client.control({ subtype: "set_model", model: "sonnet" });
  const second = client.frames.length;
  client.say("Two");
  expect(await client.next("result", second)).toMatchObject({ result: "Answered by claude-sonnet-5-5." });
  expect(await client.next("init", second)).toMatchObject({
    permissionMode: "plan",
    model: "claude-sonnet-5-5",
  });
  await expect(client.control({ subtype: "set_permission_mode", mode: "bypassPermissions" })).rejects.toThrow(
    "bypass",
  );
  await expect(client.control({ subtype: "set_permission_mode", mode: "yolo" })).rejects.toThrow("yolo");
  await expect(client.control({ subtype: "initialize", hooks: { PreToolUse: [{}] } })).rejects.toThrow(
    "hooks",
  );
  await expect(client.control({ subtype: "toString" })).rejects.toThrow("toString");
  expect(await client.control({ subtype: "get_session_cost" })).toMatchObject({
    total_cost_usd: expect.any(Number),
  });
});

test("what is said while a turn runs is read at its next step; what is for later waits; both can be named and taken back", async () => {
  const { promise: held, resolve: open } = Promise.withResolvers<void>();
  const terminal = await openTerminal([
    reply(gate(held), call("Read", { file_path: "a.txt" }, "t1")),
    reply(say("Both.")),
    reply(say("Later.")),
  ]);
  writeFileSync(join(terminal.dir, "a.txt"), "A");
  const client = startClient(terminal, ["--replay-user-messages"]);
  client.say("First", { uuid: "u1" });
  await terminal.api.request(0);
  client.say("Second", { uuid: "u2" });
  client.say("Third", { uuid: "u3", priority: "later" });
  client.say("Fourth", { uuid: "u4", priority: "later" });
  await client.next(({ uuid }) => uuid === "u2");
  expect(await client.control({ subtype: "cancel_async_message", message_uuid: "u4" })).toEqual({
    cancelled: true,
  });
  open();
  client.end();
  await client.ended;
  const results = client.frames.filter(({ type }) => type === "result");
  expect(results.map(({ result }) => result)).toEqual(["Both.", "Later."]);
  expect(client.frames.filter(({ isReplay }) => isReplay).map(({ uuid }) => uuid)).toEqual([
    "u1",
    "u2",
    "u3",
  ]);
  expect(JSON.stringify(terminal.api.requests[1]?.body.messages)).toContain("Second");
});

test("what was said to a turn that is stopped before it could read it is answered afterwards", async () => {
  const { promise: never } = Promise.withResolvers<void>();
  const terminal = await openTerminal([reply(gate(never), say("never")), reply(say("To the second."))]);
  const client = startClient(terminal, ["--replay-user-messages"]);
  client.say("First", { uuid: "u1" });
  await terminal.api.request(0);
  client.say("Second", { uuid: "u2" });
  await client.next(({ uuid }) => uuid === "u2");
  expect(await client.control({ subtype: "interrupt" })).toEqual({ still_queued: ["u2"] });
  await client.next(({ result }) => result === "To the second.");
  client.end();
  expect((await client.ended).code).toBe(0);
});

test("files are put back to how they were before a message, and a dry run says what that would do", async () => {
  const terminal = await openTerminal([
    reply(call("Write", { file_path: "a.txt", content: "new\n" })),
    reply(say("ok")),
  ]);
  const client = startClient(terminal, ["--permission-mode", "acceptEdits"]);
  client.say("Write", { uuid: "u1" });
  await client.next("result");
  const request = { subtype: "rewind_files", user_message_id: "u1" };
  expect(await client.control({ ...request, dry_run: true })).toMatchObject({
    canRewind: true,
    filesChanged: [join(terminal.dir, "a.txt")],
  });
  expect(readFileSync(join(terminal.dir, "a.txt"), "utf8")).toBe("new\n");
  await client.control(request);
  expect(existsSync(join(terminal.dir, "a.txt"))).toBe(false);
});

test("lines that say nothing to us are passed over; one that is broken ends the program without running anything more", async () => {
  const terminal = await openTerminal([reply(say("Hello."))]);
  const client = startClient(terminal);
  client.sendRaw("\r\n\n");
  client.send({ type: "keep_alive" });
  client.send({ type: "of_the_future", x: 1 });
  client.send({ type: "control_cancel_request", request_id: "r" });
  client.sendRaw(
    `${JSON.stringify({ type: "user", message: { role: "user", content: [{ type: "text", text: "Hi \u2028 there" }] } })}\r\n`,
  );
  expect(await client.next("result")).toMatchObject({ result: "Hello." });
  client.sendRaw('{"type":"user","message":\n');
  const { code, err } = await client.ended;
  expect(code).toBe(1);
  expect(err).toContain("cannot be understood");
});

test("a message that cannot be taken has a result, too: nobody waits for ever", async () => {
  const { promise: held, resolve: open } = Promise.withResolvers<void>();
  const terminal = await openTerminal([reply(say("One.")), reply(gate(held), say("Two."))]);
  await terminal.run(["-p", "First"]).ended;
  const other = terminal.run(["-p", "Second", "--continue"]);
  await terminal.api.request(1);
  const client = startClient(terminal, ["--continue"]);
  client.say("Third");
  expect(await client.next("result")).toMatchObject({
    ...{ is_error: true, startup_failure_reason: "locked" },
    errors: [expect.stringContaining("Another window or terminal")],
  });
  open();
  await other.ended;
  client.end();
  expect((await client.ended).code).toBe(1);
});
