import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AgentWatch } from "../../src/context/cache-watch/watch.ts";
import type { BrokenCache } from "../../src/core/cache-watch.ts";
import type { ToolSpec } from "../../src/core/events/talk.ts";
import { type Block, type Message, text, type Usage } from "../../src/core/message.ts";
import type { ModelRequest, SentRequest } from "../../src/core/model.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { toBody } from "../../src/models/anthropic-request.ts";
import { readReply } from "../../src/models/anthropic-stream.ts";
import { sentRequest } from "../../src/models/sent-request.ts";
import { type FakeApi, startFakeApi } from "../support/fake-api/fake-api.ts";
import { reply, say } from "../support/fake-api/replies.ts";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const image: Block = { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } };
const tool = (name: string, description = "Does it."): ToolSpec => ({
  name,
  description: `${name}: ${description} `.repeat(40),
  input_schema: { type: "object", properties: { path: { type: "string" } } },
});
const long = (what: string): string => `${what}. `.repeat(400);
const user = (...content: Block[]): Message => ({ role: "user", content });
const signal = new AbortController().signal;

const BASE: ModelRequest = {
  model: "claude-opus-5",
  system: [long("You are Plumb"), long("This is the session")],
  tools: [tool("Bash"), tool("Edit"), tool("Read")],
  messages: [user(text(long("Do this")), text(long("And that")))],
  maxOutputTokens: 1_000,
};

let api: FakeApi;
let now = 0;
beforeAll(async () => {
  // One conversation a test: what they break on purpose is what the law forbids.
  api = await startFakeApi({
    script: () => reply(say("Yes.")),
    now: () => now,
    conversationOf: () => String(now),
  });
});
afterAll(() => api.close());

/** An agent that really sends what it is told to send, and is watched. */
function watched(url = () => api.url) {
  const watch = new AgentWatch();
  let last: { at: number; cachedTokens: number } | undefined;
  const take = (
    sent: SentRequest,
    usage: Usage,
    cacheMiss: string | undefined,
    why: Partial<Record<"isCompacted" | "isCleared" | "isChosen", boolean>> = {},
  ): BrokenCache | undefined => {
    const since = { isCompacted: false, isCleared: false, isChosen: false, ...why, last };
    last = { at: now, cachedTokens: usage.cacheReadTokens + usage.cacheWriteTokens };
    return watch.take({ sent, at: now, usage, cacheMiss, since });
  };
  return {
    /** Through the adapter. */
    async ask(request: ModelRequest, why?: Parameters<typeof take>[3]) {
      const provider = createAnthropicProvider({ apiKey: "sk-test", baseUrl: url(), dialect: "first-party" });
      let sent: SentRequest | undefined;
      for await (const chunk of provider.stream(request, signal, (given) => {
        sent = given;
      })) {
        if (chunk.type !== "done") continue;
        if (!sent) throw new Error("nothing was said to be sent");
        return take(sent, chunk.usage, chunk.cacheMiss, why);
      }
      throw new Error("no reply");
    },
    /** The adapter's body with more in it than the product sends today. */
    async post(request: ModelRequest, more: Record<string, unknown>) {
      const body = { ...toBody(request, "first-party"), ...more };
      const response = await fetch(`${url()}/v1/messages`, {
        method: "POST",
        headers: { "x-api-key": "sk-test", "anthropic-version": "2026-10-21" },
        body: JSON.stringify(body),
      });
      const context = { host: "fake", apiKey: "" };
      const reader = { dialect: "first-party", context, signal, onBytes: () => undefined } as const;
      for await (const chunk of readReply(response, reader)) {
        if (chunk.type === "done") return take(sentRequest(body, {}), chunk.usage, chunk.cacheMiss);
      }
      throw new Error("no reply");
    },
  };
}

/** The conversation after one more exchange. */
const grown = (request: ModelRequest, ...next: Block[]): ModelRequest => ({
  ...request,
  messages: [
    ...request.messages,
    { role: "assistant", content: [text("Yes.")] },
    user(...(next.length > 0 ? next : [text("Go on.")])),
  ],
});
/** Nothing of one test is in the cache of another. */
const fresh = (): ModelRequest => {
  now += 10 * 60 * 60_000;
  return { ...BASE, system: [`${now} ${BASE.system[0]}`, ...BASE.system.slice(1)] };
};

const [bash, edit, read] = [tool("Bash"), tool("Edit"), tool("Read")];
const CHANGES: readonly [string, string, (request: ModelRequest) => ModelRequest][] = [
  ["tool added", "tools.Glob", (r) => ({ ...r, tools: [bash, edit, tool("Glob"), read] })],
  ["tool removed", "tools.Edit", (r) => ({ ...r, tools: [bash, read] })],
  ["tools reordered", "tools.Edit", (r) => ({ ...r, tools: [edit, bash, read] })],
  ["tool changed", "tools.Edit", (r) => ({ ...r, tools: [bash, tool("Edit", "Other words."), read] })],
  [
    "tool changed",
    "tools.Edit",
    (r) => ({ ...r, tools: [bash, { ...edit, input_schema: { type: "object", properties: {} } }, read] }),
  ],
  ["system changed", "system.1", (r) => ({ ...r, system: [r.system[0] ?? "", "Another session."] })],
  ["model changed", "model", (r) => ({ ...r, model: "claude-opus-4-8" })],
  ["effort changed", "effort", (r) => ({ ...r, effort: "low" })],
  [
    "message edited",
    "messages.0.content.1",
    (r) => ({
      ...r,
      messages: [user(text(long("Do this")), text(long("Not that"))), ...r.messages.slice(1)],
    }),
  ],
  ["message removed", "messages.0.content.0", (r) => ({ ...r, messages: r.messages.slice(2) })],
  [
    "blocks reordered",
    "messages.0.content.0",
    (r) => ({
      ...r,
      messages: [user(...(r.messages[0]?.content ?? []).toReversed()), ...r.messages.slice(1)],
    }),
  ],
];

describe("each change is named, with its place and what it cost", () => {
  test.each(CHANGES)("%s at %s", async (cause, place, change) => {
    const agent = watched();
    const request = fresh();
    expect(await agent.ask(request)).toBeUndefined();
    const next = grown(request);
    expect(await agent.ask(next)).toBeUndefined();
    const broken = await agent.ask(change(grown(next)));
    expect(broken).toMatchObject({ cause, place, isIntended: false });
    expect(broken?.lostTokens).toBeGreaterThan(500);
    expect(await agent.ask(grown(change(grown(next))))).toBeUndefined();
  });

  test("the first image, which is only added, and one that is taken out", async () => {
    const agent = watched();
    const request = fresh();
    await agent.ask(request);
    const seen = grown(request, image, text("What is this?"));
    const added = { cause: "images added", place: "messages.2.content.0", isIntended: true };
    expect(await agent.ask(seen)).toMatchObject(added);
    expect(await agent.ask(grown(seen))).toBeUndefined();
    const without = [...request.messages, { role: "assistant", content: [text("Yes.")] } as const];
    const instead = user(text("[an image was here]"), text("What is this?"));
    const broken = await agent.ask(grown({ ...request, messages: [...without, instead] }));
    expect(broken).toMatchObject({
      ...{ cause: "images removed", place: "messages.2.content.0" },
      isIntended: false,
    });
  });

  test.each([
    ["thinking changed", "thinking", { thinking: { type: "disabled" } }],
    ["tool choice changed", "tool choice", { tool_choice: { type: "none" } }],
    [
      "output format changed",
      "output format",
      { output_config: { format: { type: "json_schema", schema: {} } } },
    ],
  ])("%s", async (cause, place, more) => {
    const agent = watched();
    const request = fresh();
    expect(await agent.post(request, {})).toBeUndefined();
    expect(await agent.post(grown(request), more)).toMatchObject({ cause, place, isIntended: false });
  });

  test("another endpoint has a cache of its own", async () => {
    const other = await startFakeApi({ script: () => reply(say("Yes.")) });
    let url = api.url;
    const agent = watched(() => url);
    const request = fresh();
    await agent.ask(request);
    url = other.url;
    const broken = await agent.ask(grown(request));
    expect(broken).toMatchObject({ cause: "headers changed", place: "headers" });
    await other.close();
  });

  test("a conversation that rested for too long, and a prefix that rested for longer", async () => {
    const agent = watched();
    const request = fresh();
    await agent.ask(request);
    now += 6 * 60_000;
    const broken = await agent.ask(grown(request));
    expect(broken).toMatchObject({ cause: "entry expired", place: "messages.0.content.1" });
    now += 61 * 60_000;
    const longer = await agent.ask(grown(grown(request)));
    expect(longer).toMatchObject({ cause: "entry expired" });
    expect(longer?.lostTokens).toBeGreaterThan(broken?.lostTokens ?? 0);
  });

  test("a breakpoint too far behind the last one", async () => {
    const agent = watched();
    const request = fresh();
    const marked = (messages: readonly Message[], at: number): unknown =>
      messages.map((message, m) => ({
        ...message,
        content: message.content.map((block, b) =>
          m === at && b === message.content.length - 1
            ? { ...block, cache_control: { type: "ephemeral" } }
            : block,
        ),
      }));
    await agent.post(request, { messages: marked(request.messages, 0) });
    const next = grown(request, ...Array.from({ length: 30 }, (_, i) => text(`Part ${i}`)));
    const broken = await agent.post(next, { messages: marked(next.messages, 2) });
    expect(broken).toMatchObject({ cause: "out of look-back", place: "messages.0.content.1" });
  });
});

test("what flips back, and forth again, counts once", async () => {
  const agent = watched();
  let request = fresh();
  const flip = { ...tool("Edit", "Other words.") };
  const found: (string | undefined)[] = [];
  for (const one of [edit, flip, edit, flip, tool("Edit", "New words."), edit]) {
    const broken = await agent.ask({ ...request, tools: [bash, one, read] });
    found.push(broken?.cause);
    request = grown(request);
  }
  expect(found).toEqual([undefined, "tool changed", undefined, undefined, "tool changed", undefined]);
});

test("what flips back hides nothing that is new", async () => {
  const agent = watched();
  const request = fresh();
  await agent.ask(request);
  const low = { ...grown(request), effort: "low" };
  expect(await agent.ask(low)).toMatchObject({ cause: "effort changed" });
  const edited = [user(text(long("Do this")), text(long("Not that"))), ...low.messages.slice(1)];
  const back = grown({ ...request, messages: edited });
  expect(await agent.ask(back)).toMatchObject({ cause: "message edited", place: "messages.0.content.1" });
});

test("what somebody wanted is named as such", async () => {
  const agent = watched();
  const request = fresh();
  await agent.ask(request);
  const other = { ...grown(request), model: "claude-opus-4-8" };
  expect(await agent.ask(other, { isChosen: true })).toMatchObject({
    cause: "model changed",
    isIntended: true,
  });
  const summary = { ...other, messages: [user(text("Summary of the conversation so far: …"))] };
  expect(await agent.ask(summary, { isCompacted: true })).toMatchObject({
    cause: "compacted",
    isIntended: true,
  });
  const cleared = grown({ ...summary, messages: [user(text("Summary, and results are gone."))] });
  expect(await agent.ask(cleared, { isCleared: true })).toMatchObject({
    cause: "results cleared",
    isIntended: true,
  });
});

test("the same bytes that are not found before their time have no known cause", () => {
  const watch = new AgentWatch();
  const sent = sentRequest(toBody(BASE, "first-party"), {});
  const usage = { inputTokens: 0, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 9_000 };
  const since = { isCompacted: false, isCleared: false, isChosen: false };
  const at = 1_000;
  expect(
    watch.take({ sent, at, usage, cacheMiss: undefined, since: { ...since, last: undefined } }),
  ).toBeUndefined();
  const last = { at, cachedTokens: 9_000 };
  const broken = watch.take({ sent, at: 2_000, usage, cacheMiss: undefined, since: { ...since, last } });
  expect(broken).toMatchObject({ cause: "unknown", lostTokens: 9_000, isIntended: false });
  const said = watch.take({ sent, at: 3_000, usage, cacheMiss: "system_changed", since: { ...since, last } });
  expect(said).toMatchObject({ cause: "unknown", place: "provider: system_changed" });
});

test("after a restart the log and the provider say what is known", () => {
  const sent = sentRequest(toBody(BASE, "first-party"), {});
  const usage = { inputTokens: 0, outputTokens: 1, cacheReadTokens: 2_000, cacheWriteTokens: 7_000 };
  const since = {
    isCompacted: false,
    isCleared: false,
    isChosen: false,
    last: { at: 0, cachedTokens: 9_000 },
  };
  const first = (at: number, cacheMiss?: string) =>
    new AgentWatch().take({ sent, at, usage, cacheMiss, since });
  expect(first(10 * 60_000)).toMatchObject({ cause: "entry expired", lostTokens: 7_000 });
  expect(first(60_000)).toMatchObject({ cause: "unknown" });
  expect(first(60_000, "tools_changed")).toMatchObject({ cause: "tool changed", place: "provider" });
  const all = { ...usage, cacheReadTokens: 9_000 };
  expect(new AgentWatch().take({ sent, at: 1, usage: all, cacheMiss: undefined, since })).toBeUndefined();
});

test("a provider without a cache is never said to have lost anything", () => {
  const watch = new AgentWatch();
  const usage = { inputTokens: 9_000, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const since = { isCompacted: false, isCleared: false, isChosen: false, last: { at: 0, cachedTokens: 0 } };
  const take = (request: ModelRequest) =>
    watch.take({
      sent: sentRequest(toBody(request, "compatible"), {}),
      at: 1,
      usage,
      cacheMiss: undefined,
      since,
    });
  take(BASE);
  expect(take({ ...BASE, tools: [] })).toBeUndefined();
});

test.each([
  [20, "unknown"],
  [21, "out of look-back"],
] as const)("an entry %i blocks before the only breakpoint that is not found is %s", (distance, cause) => {
  const parts = (count: number): Block[] => Array.from({ length: count }, (_, i) => text(`Part ${i}`));
  const sent = (count: number): SentRequest => {
    const content = parts(count).map((block, i) =>
      i === count - 1 ? { ...block, cache_control: { type: "ephemeral" } } : block,
    );
    return sentRequest({ model: "m", messages: [{ role: "user", content }] }, {});
  };
  const watch = new AgentWatch();
  const usage = { inputTokens: 0, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 9_000 };
  const since = {
    isCompacted: false,
    isCleared: false,
    isChosen: false,
    last: { at: 0, cachedTokens: 9_000 },
  };
  watch.take({ sent: sent(5), at: 0, usage, cacheMiss: undefined, since: { ...since, last: undefined } });
  const broken = watch.take({ sent: sent(5 + distance), at: 1_000, usage, cacheMiss: undefined, since });
  expect(broken).toMatchObject({ cause, place: "messages.0.content.4" });
});
