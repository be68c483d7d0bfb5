import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isToolUse, text } from "../../src/core/message.ts";
import { call, maxTokens, rawCall, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, eventually, isType, startWorld } from "../support/start-app.ts";

const go = [text("Go")];
const BYPASS = { mode: "bypass" } as const;
const FILES = { "a.txt": "one\ntwo\nthree\n" };

/** What the model is sent by its next request, as one text. */
const told = (body: { messages: readonly { content: unknown }[] } | undefined): string =>
  JSON.stringify(body?.messages.at(-1)?.content);

test.each([
  ["read_file", { path: "a.txt" }],
  ["functions.Read", { file_path: "a.txt" }],
  ["READ", { filePath: "a.txt" }],
  ["str_replace_editor", { command: "view", path: "a.txt", view_range: [1, 2] }],
  ["view", { filename: "a.txt", start_line: "1", offset: null }],
  ["Read", { file_path: "a.txt", offset: "1", limit: "2" }],
  ["Read", JSON.stringify({ file_path: "a.txt" })],
])(
  "a call of %s with %j reads the file, and the model is told once what it was taken for",
  async (name, input) => {
    const world = await startWorld({
      files: FILES,
      script: [reply(call(name, input)), reply(call(name, input)), reply(say("Read."))],
    });
    const app = await world.open();
    expect(await app.prompt(go, "now")).toBe("done");
    expect(eventsOf(app, "tool.started")[0]).toMatchObject({ name: "Read" });
    expect(eventsOf(app, "tool.finished")[0]).toMatchObject({ isError: false });
    expect(told(world.api.requests[1]?.body)).toContain("taken as they were meant");
    expect(told(world.api.requests[2]?.body)).not.toContain("taken as they were meant");
    expect(app.transcript.rows.find((row) => row.kind === "tool")).toMatchObject({ name: "Read" });
    expect(world.api.violations).toEqual([]);
  },
);

test("what a call was taken for is what the card shows, what was hashed and what runs", async () => {
  const world = await startWorld({
    script: [
      reply(call("run_command", { cmd: "echo hi > out.txt", explanation: "greets" })),
      reply(say("Ran.")),
    ],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  const card = await eventually(app, isType("permission.asked"));
  expect(card).toMatchObject({ name: "Bash", access: { kind: "execute", target: "echo hi > out.txt" } });
  expect(card.detail).toMatchObject({ kind: "command", command: "echo hi > out.txt" });
  app.answerPermission({ callId: card.callId, hash: card.hash, verdict: "allow", scope: "once" });
  expect(await turn).toBe("done");
  expect(world.read("out.txt")).toBe("hi\n");
});

test("a rule that denies a command denies it under any name of the tool", async () => {
  const world = await startWorld({
    script: [reply(call("shell", { cmd: "echo hi > out.txt" })), reply(say("Denied."))],
  });
  const app = await world.open({
    ...BYPASS,
    rules: [{ verdict: "deny", text: "Bash(echo *)", source: "test" }],
  });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.finished")[0]).toMatchObject({ outcome: "denied", errorKind: "denied" });
  expect(() => world.read("out.txt")).toThrow("ENOENT");
});

test("what rules have to know of a command is looked up for the command that is meant", async () => {
  const world = await startWorld({
    files: { "keys/secret.txt": "hidden words" },
    script: [reply(call("run_command", { cmd: "cat alias.txt" })), reply(say("Denied."))],
  });
  symlinkSync("keys/secret.txt", join(world.dir, "alias.txt"));
  const rules = [{ verdict: "deny", text: "Read(keys/**)", source: "test" } as const];
  const app = await world.open({ ...BYPASS, rules });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.finished")[0]).toMatchObject({ outcome: "denied" });
  expect(JSON.stringify(world.api.requests)).not.toContain("hidden words");
});

test("lists and objects in quotes, and a pair where a list is wanted, are taken as they are meant", async () => {
  const todos = [{ text: "One", status: "done", active_form: "Doing one" }];
  const world = await startWorld({
    files: FILES,
    script: [
      reply(call("TodoWrite", { todos: JSON.stringify(todos) })),
      reply(call("Read", { file_path: "a.txt" })),
      reply(
        call("MultiEdit", {
          file_path: "a.txt",
          edits: { oldString: "two", newString: "2", replaceAll: "true" },
        }),
      ),
      reply(say("Done.")),
    ],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.finished").map(({ isError }) => isError)).toEqual([false, false, false]);
  expect(app.transcript.status.todos).toEqual([
    { content: "One", status: "completed", activeForm: "Doing one" },
  ]);
  expect(world.read("a.txt")).toBe("one\n2\nthree\n");
});

test.each([
  // Where it would run is part of what is done.
  ["Bash", { command: "echo x > out.txt", cwd: "/" }],
  // Two paths: nobody knows which.
  ["Write", { path: "out.txt", filename: "other.txt", content: "x" }],
  ["Write", { path: "out.txt", content: "x", append: true }],
  ["create_or_delete", { path: "out.txt" }],
  ["str_replace_editor", { command: "insert", path: "out.txt", insert_line: 0, new_str: "x" }],
])("what is not certain is refused, not guessed: %s %j", async (name, input) => {
  const world = await startWorld({ script: [reply(call(name, input)), reply(say("Oh."))] });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.started")).toEqual([]);
  expect(eventsOf(app, "tool.finished")[0]).toMatchObject({ isError: true, errorKind: "invalid_input" });
  expect(() => world.read("out.txt")).toThrow("ENOENT");
});

test("a call that does not fit is answered with one that does, made of the model's own values", async () => {
  const world = await startWorld({
    script: [
      reply(call("Write", { path: "src/new.ts", body: "x" })),
      reply(call("Grepp", { pattern: "x" })),
      reply(say("I see.")),
    ],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  const [missing, unknown] = eventsOf(app, "tool.finished").map(({ content }) => JSON.stringify(content));
  expect(missing).toContain(String.raw`Write {\"file_path\":\"src/new.ts\",\"content\":\"…\"}`);
  expect(unknown).toContain("Did you mean Grep?");
});

test("arguments that were cut are never repaired and never run, also when nothing of them arrived", async () => {
  const world = await startWorld({
    script: [
      maxTokens(rawCall("Write", '{"file_path":"out.txt","content":"half of')),
      maxTokens(rawCall("Diagnostics", "")),
      maxTokens(rawCall("write_file", String.raw`"{\"file_path\":\"out.txt\",\"content\":\"x`)),
      reply(say("Cut.")),
    ],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.started")).toEqual([]);
  expect(eventsOf(app, "tool.finished").map(({ isError }) => isError)).toEqual([true, true, true]);
  expect(() => world.read("out.txt")).toThrow("ENOENT");
});

test("of two calls with one id in a reply only the first runs, and an id that comes again later is another call", async () => {
  const touch = (name: string) => call("Bash", { command: `touch ${name}` }, "toolu_same");
  const world = await startWorld({
    script: [reply(touch("first"), touch("second")), reply(touch("third")), reply(say("Done."))],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(() => world.read("second")).toThrow("ENOENT");
  expect([world.read("first"), world.read("third")]).toEqual(["", ""]);
  const [first, second, third] = eventsOf(app, "tool.finished");
  expect([first?.isError, second?.isError, third?.isError]).toEqual([false, true, false]);
  const ids = eventsOf(app, "assistant").flatMap(({ content }) =>
    content.filter(isToolUse).map(({ id }) => id),
  );
  expect(new Set(ids).size).toBe(3);
  expect(world.api.violations).toEqual([]);
});

test("calls that fit are sent on as they are, and nobody is told anything", async () => {
  const world = await startWorld({
    files: FILES,
    script: [
      reply(call("Read", { file_path: "a.txt" }), call("Bash", { command: "echo hi" })),
      reply(say("Done.")),
    ],
  });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "reminder")).toEqual([]);
});
