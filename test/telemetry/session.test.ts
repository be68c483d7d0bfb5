import { expect, test } from "vitest";
import { subAgents } from "../../src/agents/index.ts";
import { text } from "../../src/core/message.ts";
import { OWN_AGENTS } from "../../src/telemetry/safe-words.ts";
import { call, httpError, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, startWorld } from "../support/start-app.ts";
import { named, startWatching, treeOf } from "./watching.ts";

const go = [text("Go.")];

test("a turn is a span, with its requests and its calls under it", async () => {
  const { receiver, options, lost } = await startWatching();
  const world = await startWorld({
    files: { "a.txt": "A" },
    script: [
      reply(say("I look."), call("Read", { file_path: "a.txt" }, "toolu_1")),
      reply(say("It says A.")),
    ],
  });
  const app = await world.open({ ...options, effort: "high" });
  await app.prompt(go, "now");
  await app.close();
  expect(receiver.problems).toEqual([]);
  expect(lost).toEqual([undefined]);
  expect(treeOf(receiver.spans)).toEqual([
    { "invoke_agent plumb": ["chat claude-opus-5-5", "execute_tool Read", "chat claude-opus-5-5"] },
  ]);
  const [turn] = named(receiver.spans, "invoke_agent plumb");
  expect(turn).toMatchObject({
    ...{ kind: "internal", isError: false },
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": "anthropic",
      "gen_ai.conversation.id": "session-1",
      "gen_ai.agent.name": "plumb",
      "gen_ai.request.model": "claude-opus-5-5",
      "plumb.outcome": "done",
    },
  });
  const [first, second] = named(receiver.spans, "chat claude-opus-5-5");
  const [asked, again] = world.api.requests;
  const total = (used = asked?.usage): number =>
    (used?.inputTokens ?? 0) + (used?.readTokens ?? 0) + (used?.writtenTokens ?? 0);
  expect(first).toMatchObject({
    ...{ kind: "client", isError: false },
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.stream": true,
      "gen_ai.response.finish_reasons": ["tool_use"],
      "gen_ai.response.id": expect.stringMatching(/^msg_/),
      "gen_ai.response.time_to_first_chunk": expect.any(Number),
      "gen_ai.usage.input_tokens": total(),
      "gen_ai.usage.cache_creation.input_tokens": asked?.usage?.writtenTokens,
      "gen_ai.usage.cache_read.input_tokens": 0,
      "plumb.cost": expect.any(Number),
      "plumb.request.effort": "high",
    },
  });
  expect(second?.attributes).toMatchObject({
    "gen_ai.response.finish_reasons": ["end_turn"],
    "gen_ai.usage.cache_read.input_tokens": again?.usage?.readTokens,
  });
  expect(turn?.attributes["gen_ai.usage.input_tokens"]).toBe(total() + total(again?.usage));
  expect(named(receiver.spans, "execute_tool Read")[0]).toMatchObject({
    ...{ kind: "internal", isError: false },
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "Read",
      "gen_ai.tool.call.id": "toolu_1",
      "gen_ai.tool.type": "function",
      "plumb.permission.verdict": "allow",
      "plumb.permission.by": "rule",
      "plumb.tool.outcome": "done",
    },
  });
  expect(receiver.resource).toMatchObject({ "service.name": "plumb", "service.version": "1.2.3" });
});

test("what is measured adds up to what the session cost, and is what the conventions call it", async () => {
  const { receiver, options } = await startWatching();
  const world = await startWorld({
    script: [reply(call("Bash", { command: "touch made" })), reply(say("Done."))],
  });
  const app = await world.open(options);
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt(go, "now");
  await app.close();
  expect(receiver.problems).toEqual([]);
  const points = (metric: string) => receiver.points.filter((point) => point.metric === metric);
  const [turn] = named(receiver.spans, "invoke_agent plumb");
  const usage = (type: string) =>
    points("gen_ai.client.token.usage").find(({ attributes }) => attributes["gen_ai.token.type"] === type);
  expect(usage("input")).toMatchObject({
    unit: "{token}",
    value: 2,
    sum: turn?.attributes["gen_ai.usage.input_tokens"],
  });
  expect(usage("output")).toMatchObject({ value: 2, sum: turn?.attributes["gen_ai.usage.output_tokens"] });
  expect(points("plumb.cost")).toEqual([
    expect.objectContaining({ unit: "USD", value: turn?.attributes["plumb.cost"] }),
  ]);
  expect(points("gen_ai.client.operation.duration")).toMatchObject([{ unit: "s", value: 2 }]);
  expect(points("gen_ai.client.operation.time_to_first_chunk")).toMatchObject([{ unit: "s", value: 2 }]);
  expect(points("gen_ai.invoke_agent.duration")).toMatchObject([{ unit: "s", value: 1 }]);
  expect(points("gen_ai.execute_tool.duration")).toMatchObject([
    { value: 1, attributes: { "gen_ai.tool.name": "Bash", "gen_ai.agent.name": "plumb" } },
  ]);
  expect(points("plumb.tool.calls")).toMatchObject([
    { value: 1, attributes: { "gen_ai.tool.name": "Bash", "plumb.tool.outcome": "done" } },
  ]);
  expect(points("plumb.permission.decisions")).toMatchObject([
    { value: 1, attributes: { "plumb.permission.by": "user", "plumb.permission.verdict": "allow" } },
  ]);
  const cached = points("plumb.cache.tokens").map(({ attributes }) => attributes["plumb.cache"]);
  expect(new Set(cached)).toEqual(new Set(["read", "write"]));
});

test("a sub-agent is under the call that started it, and its work under it", async () => {
  const { receiver, options } = await startWatching();
  const world = await startWorld({
    files: { "a.txt": "A" },
    conversationOf: ({ messages }) => (JSON.stringify(messages[0]).includes("look-at-a") ? "child" : "main"),
    script: ({ body }, index) => {
      if (JSON.stringify(body.messages[0]).includes("look-at-a"))
        return body.messages.length > 1 ? reply(say("A.")) : reply(call("Read", { file_path: "a.txt" }));
      return index === 0
        ? reply(call("Agent", { description: "look", prompt: "look-at-a", subagent_type: "explore" }))
        : reply(say("It is A."));
    },
  });
  const app = await world.open(options);
  await app.prompt(go, "now");
  await app.close();
  expect(receiver.problems).toEqual([]);
  const chat = "chat claude-opus-5-5";
  expect(treeOf(receiver.spans)).toEqual([
    {
      "invoke_agent plumb": [
        chat,
        { "execute_tool Agent": [{ "invoke_agent explore": [chat, "execute_tool Read", chat] }] },
        chat,
      ],
    },
  ]);
  expect(new Set(receiver.spans.map(({ trace }) => trace)).size).toBe(1);
  expect(named(receiver.spans, "invoke_agent explore")[0]?.attributes).toMatchObject({
    "gen_ai.agent.name": "explore",
    "plumb.outcome": "done",
  });
});

test("agents of ours are called by their names", () => {
  expect(new Set(subAgents.map(({ name }) => name))).toEqual(OWN_AGENTS);
});

test("every turn is a trace of its own", async () => {
  const { receiver, options } = await startWatching();
  const world = await startWorld({ script: [reply(say("One.")), reply(say("Two."))] });
  const app = await world.open(options);
  await app.prompt(go, "now");
  await app.prompt(go, "now");
  await app.close();
  expect(named(receiver.spans, "invoke_agent plumb")).toHaveLength(2);
  expect(new Set(receiver.spans.map(({ trace }) => trace)).size).toBe(2);
});

test("a request that is made again is one span, which says how often it was tried", async () => {
  const { receiver, options } = await startWatching();
  const world = await startWorld({ script: [httpError(529), httpError(429), reply(say("Now."))] });
  const app = await world.open(options);
  await app.prompt(go, "now");
  await app.close();
  expect(treeOf(receiver.spans)).toEqual([{ "invoke_agent plumb": ["chat claude-opus-5-5"] }]);
  expect(named(receiver.spans, "chat claude-opus-5-5")[0]).toMatchObject({
    ...{ isError: false, attributes: { "plumb.request.attempts": 3 } },
  });
});

test("a request that failed for good says of what kind that was, and so does its turn", async () => {
  const { receiver, options } = await startWatching();
  const world = await startWorld({ script: [httpError(401, { message: "the key CANARY is wrong" })] });
  const app = await world.open(options);
  expect(await app.prompt(go, "now")).toBe("failed");
  await app.close();
  expect(treeOf(receiver.spans)).toEqual([{ "invoke_agent plumb": ["chat claude-opus-5-5"] }]);
  for (const span of receiver.spans)
    expect(span).toMatchObject({ isError: true, attributes: { "error.type": "auth" } });
  expect(receiver.bytes.join("\n")).not.toContain("CANARY");
});

test("a person who stops a turn is no fault; what ran says that it was interrupted", async () => {
  const { receiver, options } = await startWatching();
  const world = await startWorld({ script: [reply(call("Bash", { command: "sleep 60" }))] });
  const app = await world.open({ ...options, rules: [{ verdict: "allow", text: "Bash", source: "test" }] });
  const running = new Promise<void>((resolve) => {
    app.session.subscribe((event) => {
      if ("durable" in event && event.durable.type === "tool.started") resolve();
    });
  });
  const turn = app.prompt(go, "now");
  await running;
  app.stop();
  expect(await turn).toBe("cancelled");
  await app.close();
  expect(named(receiver.spans, "invoke_agent plumb")[0]).toMatchObject({
    ...{ isError: false, attributes: { "plumb.outcome": "cancelled" } },
  });
  expect(named(receiver.spans, "execute_tool Bash")[0]?.attributes["plumb.tool.outcome"]).toBe("interrupted");
});

test("a call that was denied did not run: it has a span, no duration, and says who denied it", async () => {
  const { receiver, options } = await startWatching();
  const world = await startWorld({
    script: [reply(call("Bash", { command: "touch made" })), reply(say("No."))],
  });
  const app = await world.open(options);
  answerAll(app, { verdict: "deny", scope: "once", feedback: "CANARY" });
  await app.prompt(go, "now");
  await app.close();
  expect(named(receiver.spans, "execute_tool Bash")[0]).toMatchObject({
    isError: false,
    attributes: {
      "plumb.tool.outcome": "denied",
      "plumb.permission.verdict": "deny",
      "plumb.permission.by": "user",
      "plumb.permission.wait": expect.any(Number),
    },
  });
  expect(receiver.points.some(({ metric }) => metric === "gen_ai.execute_tool.duration")).toBe(false);
  expect(receiver.bytes.join("\n")).not.toContain("CANARY");
});

test("a window that closes at an open card ends its spans, and the next one goes on under a trace of its own", async () => {
  const { receiver, options } = await startWatching();
  const world = await startWorld({
    script: [reply(call("Bash", { command: "touch made" })), reply(say("Done."))],
  });
  const first = await world.open(options);
  const asked = new Promise<void>((resolve) => {
    first.session.subscribe((event) => {
      if ("durable" in event && event.durable.type === "permission.asked") resolve();
    });
  });
  void first.prompt(go, "now");
  await asked;
  await first.close();
  expect(named(receiver.spans, "invoke_agent plumb")[0]?.attributes["plumb.outcome"]).toBe("cancelled");
  const second = await world.open({ ...options, isNew: false });
  answerAll(second, { verdict: "allow", scope: "once" });
  expect(await second.resume()).toBe("done");
  await second.close();
  expect(receiver.problems).toEqual([]);
  const turns = named(receiver.spans, "invoke_agent plumb");
  expect(turns).toHaveLength(2);
  expect(treeOf(receiver.spans).at(-1)).toEqual({
    "invoke_agent plumb": ["execute_tool Bash", "chat claude-opus-5-5"],
  });
});
