import { expect, test } from "vitest";
import { isToolResult, plainText, text } from "../../src/core/message.ts";
import {
  call,
  cut,
  gate,
  httpError,
  maxTokens,
  rawCall,
  refuse,
  reply,
  say,
  streamError,
  think,
} from "../support/fake-api/replies.ts";
import { ALONE, answerAll, eventsOf, eventually, isType, startWorld } from "../support/start-app.ts";

const ONCE = { verdict: "allow", scope: "once" } as const;
const DENY = { verdict: "deny", scope: "once" } as const;
const go = [text("Go")];

/** What the model was told about its newest calls, as one text. */
const resultsIn = (body: { messages: readonly { content: unknown }[] }): string =>
  JSON.stringify(body.messages.at(-1)?.content);

test("a task with a search, an edit and a command runs to its end, and every request keeps the prefix law", async () => {
  const world = await startWorld({
    files: { "a.ts": "export const a = 1;\n", "b.ts": "import { a } from './a';\n" },
    script: [
      reply(
        think("Let me look."),
        say("Looking."),
        call("Grep", { pattern: "const a" }),
        call("Read", { file_path: "a.ts" }),
      ),
      reply(call("Edit", { file_path: "a.ts", old_string: "a = 1", new_string: "a = 2" })),
      reply(call("Bash", { command: "cat a.ts" })),
      reply(say("Done: a is 2 now.")),
    ],
  });
  const app = await world.open();
  const asked = answerAll(app, ONCE);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(world.read("a.ts")).toBe("export const a = 2;\n");
  // What only reads is not asked about, be it a tool or a command.
  expect(asked).toEqual(["Edit a.ts"]);
  expect(eventsOf(app, "tool.finished").map(({ outcome }) => outcome)).toEqual([
    "done",
    "done",
    "done",
    "done",
  ]);
  expect(resultsIn(world.api.requests[3]!.body)).toContain("a = 2");
  expect(world.api.violations).toEqual([]);
  expect(world.api.refusals).toEqual([]);
});

test("a declined command never runs, and the model is told why and goes on", async () => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "touch gone" })), reply(say("Understood."))],
  });
  const app = await world.open();
  answerAll(app, { ...DENY, feedback: "use git instead" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(() => world.read("gone")).toThrow("ENOENT");
  expect(resultsIn(world.api.requests[1]!.body)).toContain("use git instead");
  expect(eventsOf(app, "tool.started")).toEqual([]);
});

test("an answer to a card that shows something else counts for nothing", async () => {
  const world = await startWorld({ script: [reply(call("Bash", { command: "touch x" })), reply(say("ok"))] });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  const card = await eventually(app, isType("permission.asked"));
  expect(app.answerPermission({ callId: card.callId, hash: "another", ...ONCE })).toBe(false);
  expect(app.answerPermission({ callId: card.callId, hash: card.hash, ...ONCE })).toBe(true);
  expect(app.answerPermission({ callId: card.callId, hash: card.hash, ...ONCE })).toBe(false);
  expect(await turn).toBe("done");
});

test("a file that changes at the same place while its card is open is not overwritten by what was approved", async () => {
  const world = await startWorld({
    files: { "a.ts": "one\ntwo\n" },
    script: [
      reply(call("Read", { file_path: "a.ts" })),
      reply(call("Edit", { file_path: "a.ts", old_string: "one", new_string: "1" })),
      reply(say("I see.")),
    ],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  const card = await eventually(app, isType("permission.asked"));
  world.write("a.ts", "uno\ntwo\nthree\n");
  app.answerPermission({ callId: card.callId, hash: card.hash, ...ONCE });
  expect(await turn).toBe("done");
  expect(world.read("a.ts")).toBe("uno\ntwo\nthree\n");
  expect(resultsIn(world.api.requests[2]!.body)).toContain("no longer what the user approved");
});

test("what was allowed for the session is not asked again, what was allowed for the workspace not in the next session", async () => {
  const twice = (command: string) => [
    reply(call("Bash", { command })),
    reply(call("Bash", { command })),
    reply(say("ok")),
  ];
  const world = await startWorld({
    script: [...twice("touch x"), reply(call("Bash", { command: "touch x" })), reply(say("ok"))],
  });
  const app = await world.open();
  const asked = answerAll(app, { verdict: "allow", scope: "workspace" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(asked).toHaveLength(1);
  await app.close();
  const next = await world.open({ sessionId: "session-2" });
  const askedNext = answerAll(next, DENY);
  expect(await next.prompt(go, "now")).toBe("done");
  expect(askedNext).toEqual([]);
});

test("typing while the agent works steers it at its next step", async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const world = await startWorld({
    script: [reply(say("First"), gate(held), say(" answer.")), reply(say("Second answer."))],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  await world.api.request(0);
  expect(await app.prompt([text("And also this")], "now")).toBe("queued");
  release();
  expect(await turn).toBe("done");
  expect(world.api.requests).toHaveLength(2);
  expect(resultsIn(world.api.requests[1]!.body)).toContain("And also this");
  expect(world.api.violations).toEqual([]);
});

test("what is queued waits for the end of the turn, can be edited and taken back, and then is sent", async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const world = await startWorld({ script: [reply(gate(held), say("one")), reply(say("two"))] });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  await world.api.request(0);
  await app.prompt([text("keep")], "queue");
  await app.prompt([text("drop")], "queue");
  const [keep] = app.transcript.status.queue;
  app.setQueue([keep!.id], { id: keep!.id, text: "kept and edited" });
  release();
  expect(await turn).toBe("done");
  expect(world.api.requests).toHaveLength(2);
  expect(resultsIn(world.api.requests[1]!.body)).toContain("kept and edited");
  expect(app.transcript.status.queue).toEqual([]);
});

test("stopping in the middle of a reply keeps what was said on screen and leaves a conversation that can go on", async () => {
  const world = await startWorld({
    script: [reply(say("I was going to"), gate(new Promise(() => undefined))), reply(say("Fine."))],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  await new Promise<void>((resolve) => {
    const stop = app.session.subscribe((event) => {
      if ("live" in event && event.live.type === "text") {
        stop();
        resolve();
      }
    });
  });
  app.stop();
  expect(await turn).toBe("cancelled");
  expect(app.transcript.rows.some((row) => row.kind === "reply" && row.wasCut)).toBe(true);
  expect(await app.prompt([text("go on then")], "now")).toBe("done");
  expect(world.api.violations).toEqual([]);
});

test("stopping a command ends it at once, and every call of the reply is answered", async () => {
  const world = await startWorld({
    script: [
      reply(call("Bash", { command: "sleep 600" }), call("Bash", { command: "touch late" })),
      reply(say("Stopped.")),
    ],
  });
  const app = await world.open({ mode: "bypass" });
  const turn = app.prompt(go, "now");
  await eventually(app, isType("tool.started"));
  const before = performance.now();
  app.stop();
  expect(await turn).toBe("cancelled");
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(eventsOf(app, "tool.finished").map(({ outcome }) => outcome)).toEqual([
    "interrupted",
    "interrupted",
  ]);
  expect(() => world.read("late")).toThrow("ENOENT");
  expect(await app.prompt([text("and now?")], "now")).toBe("done");
});

test.each([
  ["an overloaded provider", httpError(529)],
  ["a rate limit", httpError(429, { headers: { "retry-after": "3" } })],
  ["a broken server", httpError(500)],
  ["an error inside the stream", reply(say("half"), streamError("overloaded_error"))],
  ["a connection cut cleanly", reply(say("half"), cut("fin"))],
  ["a connection reset", reply(say("half"), cut("reset"))],
  ["a call cut in its arguments", reply(rawCall("Bash", '{"command":"touch half'), cut("fin"))],
])("%s is tried again, and nothing runs twice or in half", async (_name, fault) => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "echo x >> count" })), fault, reply(say("Done."))],
  });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(world.read("count")).toBe("x\n");
  expect(world.slept).toHaveLength(1);
  expect(eventsOf(app, "tool.started")).toHaveLength(1);
  expect(world.api.violations).toEqual([]);
});

test("a server that says how long to wait is waited for exactly that long", async () => {
  const world = await startWorld({
    script: [httpError(429, { headers: { "retry-after": "7" } }), reply(say("Done."))],
  });
  const app = await world.open();
  expect(await app.prompt(go, "now")).toBe("done");
  expect(world.slept).toEqual([7_000]);
});

test.each([
  ["a wrong key", httpError(401), "auth"],
  ["an unpaid bill", httpError(402), "billing"],
  ["an unknown model", httpError(404), "unknown_model"],
  ["a refusal", refuse(say("I cannot")), "refusal"],
  ["an answer cut at the output limit", maxTokens(say("and so on")), "output_limit"],
])("%s ends the turn with a reason and a next step", async (_name, fault, kind) => {
  const world = await startWorld({ script: [fault] });
  const app = await world.open();
  expect(await app.prompt(go, "now")).toBe("failed");
  const [finished] = eventsOf(app, "finished");
  expect(finished?.error?.kind).toBe(kind);
  expect(finished?.error?.hint).not.toBe("");
});

test("a provider that never recovers ends the turn after eight attempts", async () => {
  const world = await startWorld({ script: () => httpError(529) });
  const app = await world.open();
  expect(await app.prompt(go, "now")).toBe("failed");
  expect(world.api.requests).toHaveLength(8);
  expect(eventsOf(app, "finished")[0]?.error?.kind).toBe("overloaded");
});

test("a call whose arguments were cut at the output limit does not run; the model hears of it", async () => {
  const world = await startWorld({
    script: [
      maxTokens(rawCall("Write", '{"file_path":"half.txt","content":"abc')),
      reply(say("In parts, then.")),
    ],
  });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(() => world.read("half.txt")).toThrow("ENOENT");
  expect(resultsIn(world.api.requests[1]!.body)).toContain("did not arrive as complete JSON");
});

test("calls that only read run side by side; one that fails does not stop the others", async () => {
  const world = await startWorld({
    files: { "a.txt": "A", "b.txt": "B" },
    script: [
      reply(
        call("Grep", { pattern: "A" }),
        call("Read", { file_path: "missing.txt" }),
        call("Read", { file_path: "b.txt" }),
      ),
      reply(say("ok")),
    ],
  });
  const app = await world.open();
  expect(await app.prompt(go, "now")).toBe("done");
  const types = app.session.events
    .filter((event) => event.type === "tool.started" || event.type === "tool.finished")
    .map(({ type }) => type);
  expect(types.slice(0, 2)).toEqual(["tool.started", "tool.started"]);
  const content = world.api.requests[1]!.body.messages.at(-1)?.content;
  const results = (typeof content === "string" ? [] : (content ?? [])).filter(isToolResult);
  expect(results.map((result) => result.is_error ?? false)).toEqual([false, true, false]);
});

test("a sub-agent works in the same log, reports back, and cannot do what its parent may not", async () => {
  const world = await startWorld({
    files: { "a.txt": "secret sauce" },
    script: (request) => {
      const all = JSON.stringify(request.body.messages);
      if (!all.includes("find the sauce"))
        return reply(
          call("Agent", { description: "Find it", prompt: "find the sauce", subagent_type: "explore" }),
        );
      if (all.includes("The sauce is in a.txt")) return reply(say("It is in a.txt."));
      if (all.includes("secret sauce")) return reply(say("The sauce is in a.txt"));
      return reply(call("Read", { file_path: "a.txt" }), call("Write", { file_path: "b.txt", content: "x" }));
    },
  });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt([text("Where is it?")], "now")).toBe("done");
  expect(() => world.read("b.txt")).toThrow("ENOENT");
  const agents = new Set(app.session.events.map(({ agentId }) => agentId));
  expect(agents.size).toBe(2);
  expect(app.transcript.rows.find((row) => row.kind === "tool" && row.name === "Agent")).toMatchObject({
    state: "done",
  });
  expect(plainText(eventsOf(app, "assistant").at(-1)?.content ?? [])).toBe("It is in a.txt.");
});

test("a question is asked, and its answer reaches the model", async () => {
  const questions = [
    {
      question: "Which one?",
      header: "Pick",
      options: [
        { label: "A", description: "a" },
        { label: "B", description: "b" },
      ],
      multiSelect: false,
    },
  ];
  const world = await startWorld({
    script: [reply(call("AskUserQuestion", { questions })), reply(say("B it is."))],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  const asked = await eventually(app, isType("question.asked"));
  expect(app.answerQuestions(asked.callId, ["B"])).toBe(true);
  expect(await turn).toBe("done");
  expect(resultsIn(world.api.requests[1]!.body)).toContain("B");
});

test("nobody there: what would ask is denied, and says so", async () => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "touch x" })), reply(say("I was not allowed."))],
  });
  const app = await world.open({ whereabouts: ALONE });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "permission.decided")).toMatchObject([{ verdict: "deny", by: "nobody" }]);
  expect(() => world.read("x")).toThrow("ENOENT");
});

test("plan mode is held by the policy: nothing but reads, whatever the model tries", async () => {
  const world = await startWorld({
    files: { "a.txt": "A" },
    script: [
      reply(
        call("Read", { file_path: "a.txt" }),
        call("Write", { file_path: "b.txt", content: "x" }),
        call("Bash", { command: "touch c" }),
      ),
      reply(say("A plan.")),
    ],
  });
  const app = await world.open({ mode: "plan", rules: [{ verdict: "allow", text: "Bash", source: "test" }] });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.finished").map(({ outcome }) => outcome)).toEqual(["done", "denied", "denied"]);
});

test("an untrusted workspace is read-only, whatever mode was chosen", async () => {
  const world = await startWorld({
    files: { "a.txt": "A" },
    script: [
      reply(
        call("Read", { file_path: "a.txt" }),
        call("Bash", { command: "touch c" }),
        call("Write", { file_path: "b", content: "x" }),
      ),
      reply(say("ok")),
    ],
  });
  const app = await world.open({ mode: "bypass", isTrusted: () => false });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.finished").map(({ outcome }) => outcome)).toEqual(["done", "denied", "denied"]);
});

test("a command in the background tells the model when it ends", async () => {
  const world = await startWorld({
    script: (_request, index) =>
      [
        reply(call("Bash", { command: "echo finished", run_in_background: true })),
        reply(say("It runs.")),
        reply(say("It ended.")),
      ][index] ?? reply(say("?")),
  });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt(go, "now")).toBe("done");
  await eventually(
    app,
    (event): event is Extract<typeof event, { type: "user" }> =>
      event.type === "user" && event.origin === "task",
  );
  await world.api.request(2);
  expect(JSON.stringify(world.api.requests[2]!.body.messages)).toContain("task-notification");
});
