import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block, Message } from "../../src/core/message.ts";
import type { ModelRequest } from "../../src/core/model.ts";
import { foldSystem, toBody } from "../../src/models/anthropic-request.ts";

const text = (value: string): Block => ({ type: "text", text: value });
const user = (...content: Block[]): Message => ({ role: "user", content });
const assistant = (...content: Block[]): Message => ({ role: "assistant", content });
const system = (...content: Block[]): Message => ({ role: "system", content });

const REQUEST: ModelRequest = {
  model: "claude-opus-5-5",
  system: ["You are Plumb.", "Working directory: /w"],
  tools: [{ name: "Read", description: "Reads.", input_schema: { type: "object", properties: {} } }],
  messages: [user(text("hi"))],
  maxOutputTokens: 32_000,
};

test("a request to the vendor is complete, and its prefix is cached for an hour", () => {
  expect(toBody({ ...REQUEST, effort: "high" }, "first-party")).toEqual({
    model: "claude-opus-5-5",
    max_tokens: 32_000,
    stream: true,
    thinking: { type: "adaptive", display: "summarized" },
    output_config: { effort: "high" },
    tools: REQUEST.tools,
    system: [
      { ...text("You are Plumb."), cache_control: { type: "ephemeral", ttl: "1h" } },
      { ...text("Working directory: /w"), cache_control: { type: "ephemeral", ttl: "1h" } },
    ],
    messages: [{ role: "user", content: [{ ...text("hi"), cache_control: { type: "ephemeral" } }] }],
  });
});

test("a compatible server gets nothing it may not know", () => {
  const body = toBody({ ...REQUEST, model: "glm-5", effort: "high" }, "compatible");
  expect(Object.keys(body)).toEqual(["model", "max_tokens", "stream", "tools", "system", "messages"]);
  expect(body["system"]).toEqual([
    { ...text("You are Plumb."), cache_control: { type: "ephemeral" } },
    { ...text("Working directory: /w"), cache_control: { type: "ephemeral" } },
  ]);
});

describe("effort", () => {
  const sent = (model: string, effort: string) =>
    toBody({ ...REQUEST, model, effort }, "first-party")["output_config"];

  test("is left out when it is the model's default", () => {
    expect(sent("claude-opus-5-5", "medium")).toBeUndefined();
    expect(sent("claude-sonnet-5-5", "medium")).toEqual({ effort: "medium" });
  });
  test("is left out when the model does not know the level", () => {
    expect(sent("claude-opus-4-6", "xhigh")).toBeUndefined();
    expect(sent("claude-haiku-4-5-20251001", "low")).toBeUndefined();
  });
  test("is sent to a model we do not know", () => {
    expect(sent("claude-opus-9", "low")).toEqual({ effort: "low" });
  });
});

test("thinking is asked for only where the model decides on it itself", () => {
  const thinking = (model: string) => toBody({ ...REQUEST, model }, "first-party")["thinking"];
  expect(thinking("claude-opus-4-6")).toEqual({ type: "adaptive", display: "summarized" });
  expect(thinking("claude-opus-9")).toEqual({ type: "adaptive", display: "summarized" });
  expect(thinking("claude-sonnet-4-5-20250929")).toBeUndefined();
});

describe("system messages in the middle", () => {
  const messages = [user(text("a")), system(text("Plan mode is on.")), assistant(text("b")), user(text("c"))];
  const roles = (model: string, dialect: "first-party" | "compatible") => {
    const sent = toBody({ ...REQUEST, model, messages }, dialect)["messages"];
    return Array.isArray(sent) ? sent.map(({ role }: Message) => role) : [];
  };

  test("are passed through where the model has them", () => {
    expect(roles("claude-opus-5-5", "first-party")).toEqual(["user", "system", "assistant", "user"]);
  });
  test("become the end of the user turn elsewhere", () => {
    expect(roles("claude-sonnet-5", "first-party")).toEqual(["user", "assistant", "user"]);
    expect(roles("claude-opus-5-5", "compatible")).toEqual(["user", "assistant", "user"]);
    expect(foldSystem(messages)[0]).toEqual(
      user(text("a"), text("<system-reminder>\nPlan mode is on.\n</system-reminder>")),
    );
  });

  test("fold so that a longer conversation begins with the same blocks", () => {
    const anyMessage = fc.record({
      role: fc.constantFrom<Message["role"]>("user", "assistant", "system"),
      content: fc.array(fc.string().map(text), { minLength: 1, maxLength: 3 }),
    });
    const flat = (list: readonly Message[]) =>
      foldSystem(list).flatMap(({ role, content }) => content.map((block) => JSON.stringify([role, block])));
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 10 }), fc.nat(10), (all, length) => {
        const short = flat(all.slice(0, length));
        expect(flat(all).slice(0, short.length)).toEqual(short);
      }),
    );
  });
});

test("arguments that never were JSON go back as an empty object, everything else as it came", () => {
  const broken = { type: "tool_use", id: "toolu_1", name: "Write", input: '{"a":"tr' };
  const odd = { type: "thing_of_the_future", input: "kept" };
  const messages = [user(text("a")), assistant(odd, broken)];
  expect(toBody({ ...REQUEST, messages }, "first-party")["messages"]).toMatchObject([
    {},
    { role: "assistant", content: [odd, { ...broken, input: {} }] },
  ]);
  expect(broken.input).toBe('{"a":"tr');
});

test("blank text is left out wherever the API would refuse it, and so is a message of nothing else", () => {
  const call = { type: "tool_use", id: "toolu_1", name: "Read", input: {} };
  const result = (...content: Block[]) => ({ type: "tool_result", tool_use_id: "toolu_1", content });
  const messages = [
    user(text("a")),
    assistant(text("\n\n"), call),
    user(result(text(" "))),
    assistant(text(" ")),
    user(text("b")),
  ];
  const sent = toBody({ ...REQUEST, messages }, "first-party")["messages"];
  expect(sent).toMatchObject([
    user(text("a")),
    assistant(call),
    user(result(text("(no output)"))),
    user(text("b")),
  ]);
});
