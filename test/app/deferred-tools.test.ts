import { describe, expect, test } from "vitest";
import { isToolResult, text } from "../../src/core/message.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { builtinTools } from "../../src/tools/index.ts";
import type { RecordedRequest } from "../support/fake-api/fake-api.ts";
import { call, reply, say, think } from "../support/fake-api/replies.ts";
import { ALONE, eventsOf, startWorld } from "../support/start-app.ts";

const go = [text("Stop the task")];
const bypass = { mode: "bypass" } as const;
const toolsOf = (request: RecordedRequest | undefined) => request?.body.tools ?? [];
const namesOf = (request: RecordedRequest | undefined): string[] => toolsOf(request).map(({ name }) => name);
const DEFERRED = builtinTools.filter(({ isDeferred }) => isDeferred).map(({ spec }) => spec.name);

describe("tools that are seldom needed", () => {
  test("are declared and do not count, until the model loads them; then they are called like any other", async () => {
    const world = await startWorld({
      files: { "a.txt": "a\n" },
      script: [
        reply(think("I look for it"), call("ToolSearch", { query: "select:TaskStop,WebFetch" })),
        reply(think("I stop it"), call("TaskStop", { task_id: "none" })),
        reply(think("It had ended"), say("It had ended already.")),
      ],
    });
    const app = await world.open(bypass);
    expect(await app.prompt(go, "now")).toBe("done");
    const [first, second] = world.api.requests;
    const deferred = toolsOf(first).filter((tool) => tool.defer_loading);
    expect(deferred.map(({ name }) => name)).toEqual(DEFERRED);
    const search = toolsOf(first).find(({ name }) => name === "ToolSearch");
    expect(search?.description).toContain(DEFERRED.join(", "));
    const results = second?.body.messages.at(-1)?.content;
    expect(results).toMatchObject([
      {
        type: "tool_result",
        content: [
          { type: "tool_reference", tool_name: "TaskStop" },
          { type: "tool_reference", tool_name: "WebFetch" },
        ],
      },
    ]);
    const [, stopped] = eventsOf(app, "tool.finished");
    expect(JSON.stringify(stopped?.content)).toContain("No task none is running");
    expect(world.api.refusals).toEqual([]);
    expect(world.api.violations).toEqual([]);
  });

  test("work without having been loaded, when the call is right; and say what is right when it is not", async () => {
    const world = await startWorld({
      script: [
        reply(call("TaskStop", { task_id: "none" }), call("NotebookEdit", { new_source: 5 })),
        reply(say("I see.")),
      ],
    });
    const app = await world.open(bypass);
    expect(await app.prompt(go, "now")).toBe("done");
    const [stopped, edited] = eventsOf(app, "tool.finished").map(({ content }) => JSON.stringify(content));
    expect(stopped).toContain("No task none is running");
    expect(edited).toContain("notebook_path");
    expect(world.api.violations).toEqual([]);
  });

  test("keep to the rules: one that is removed is not named, and loads nothing", async () => {
    const world = await startWorld({
      script: [reply(call("ToolSearch", { query: "select:WebFetch" })), reply(say("There is none."))],
    });
    const rules = [{ verdict: "deny", text: "WebFetch", source: "test" }] as const;
    const app = await world.open({ ...bypass, rules });
    expect(await app.prompt(go, "now")).toBe("done");
    expect(namesOf(world.api.requests[0])).not.toContain("WebFetch");
    expect(JSON.stringify(world.api.requests[0]?.body.tools)).not.toContain("WebFetch");
    expect(JSON.stringify(eventsOf(app, "tool.finished")[0]?.content)).toContain("Nothing fits");
  });

  test("ask like before: that it was loaded allows nothing", async () => {
    const world = await startWorld({
      script: [
        reply(call("ToolSearch", { query: "web" })),
        reply(call("WebFetch", { url: "https://docs.example/" })),
        reply(say("Not allowed.")),
      ],
    });
    const app = await world.open({ whereabouts: ALONE });
    expect(await app.prompt(go, "now")).toBe("done");
    expect(eventsOf(app, "tool.finished").map(({ outcome }) => outcome)).toEqual(["done", "denied"]);
  });

  test("without ToolSearch, which a rule may remove, are all there from the beginning", async () => {
    const world = await startWorld({ script: [reply(say("Hello."))] });
    const app = await world.open({ rules: [{ verdict: "deny", text: "ToolSearch", source: "test" }] });
    await app.prompt(go, "now");
    expect(namesOf(world.api.requests[0])).toEqual(builtinTools.map(({ spec }) => spec.name));
    expect(toolsOf(world.api.requests[0]).some((tool) => tool.defer_loading)).toBe(false);
  });
});

describe("where nothing can be loaded later", () => {
  const script = [
    reply(call("ToolSearch", { query: "select:TaskStop" })),
    reply(call("TaskStop", { task_id: "none" })),
    reply(say("It had ended.")),
    reply(say("Yes.")),
  ];

  test("every definition is sent, also to a model that goes on with a conversation in which one was loaded", async () => {
    const world = await startWorld({ script });
    const app = await world.open(bypass);
    expect(await app.prompt(go, "now")).toBe("done");
    app.setModel("claude-haiku-5-5", "");
    expect(await app.prompt([text("Sure?")], "now")).toBe("done");
    const last = world.api.requests.at(-1);
    expect(last?.body.model).toBe("claude-haiku-5-5");
    expect(namesOf(last)).toEqual(builtinTools.map(({ spec }) => spec.name));
    const loaded = last?.body.messages
      .flatMap(({ content }) => (typeof content === "string" ? [] : content))
      .find(isToolResult);
    expect(loaded?.content).toEqual([{ type: "text", text: "TaskStop can be called." }]);
    expect(world.api.refusals).toEqual([]);
    expect(world.api.violations).toEqual([]);
  });

  test("a compatible server gets plain definitions", async () => {
    const world = await startWorld({ script: [reply(say("Hello."))] });
    const provider = createAnthropicProvider({ apiKey: "k", baseUrl: world.api.url, dialect: "compatible" });
    const app = await world.open({ provider });
    expect(await app.prompt(go, "now")).toBe("done");
    expect(JSON.stringify(world.api.requests[0]?.body)).not.toContain("defer_loading");
    expect(namesOf(world.api.requests[0])).toEqual(builtinTools.map(({ spec }) => spec.name));
  });
});

test("a conversation from before goes on with the tools it began with", async () => {
  const world = await startWorld({ script: [reply(say("Hello.")), reply(say("Yes."))] });
  const old = await world.open({ rules: [{ verdict: "deny", text: "ToolSearch", source: "test" }] });
  await old.prompt(go, "now");
  await old.close();
  const app = await world.open({ isNew: false });
  expect(await app.prompt([text("Still there?")], "now")).toBe("done");
  const [first, second] = world.api.requests;
  expect(toolsOf(second)).toEqual(toolsOf(first));
  expect(world.api.violations).toEqual([]);
});

test("a sub-agent has its own few tools, and those it seldom needs only by name", async () => {
  const world = await startWorld({
    script: [
      reply(
        call("Agent", { description: "look", prompt: "Look around", subagent_type: "explore" }),
        call("Agent", { description: "work", prompt: "Work on it", subagent_type: "general" }),
      ),
      reply(say("Looked.")),
      reply(say("Worked.")),
      reply(say("Done.")),
    ],
  });
  const app = await world.open(bypass);
  expect(await app.prompt(go, "now")).toBe("done");
  const of = (prompt: string) =>
    world.api.requests.find(({ body }) =>
      JSON.stringify(body.messages).startsWith(`[{"role":"user","content":[{"type":"text","text":"${prompt}`),
    );
  expect(namesOf(of("Look around"))).toEqual(["Diagnostics", "Glob", "Grep", "Read"]);
  expect(namesOf(of("Work on it"))).toContain("ToolSearch");
  expect(world.api.refusals).toEqual([]);
});
