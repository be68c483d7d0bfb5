import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeApi, startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, reply, say, think, unknownBlock } from "../support/fake-api/replies.ts";

const HEADERS = {
  "x-api-key": "sk-test",
  "anthropic-version": "2026-10-21",
  "content-type": "application/json",
};
const TOOL = { name: "Read", input_schema: { type: "object" } };
const BASE = {
  model: "claude-opus-5-5",
  max_tokens: 100,
  stream: true,
  tools: [TOOL],
  messages: [{ role: "user", content: "hi" }],
};
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let api: FakeApi;
beforeAll(async () => {
  api = await startFakeApi({ script: () => reply(say("ok")), conversationOf: () => String(Math.random()) });
});
afterAll(() => api.close());

interface Answer {
  readonly status: number;
  readonly message: string;
}
async function post(
  body: unknown,
  headers: Record<string, string> = HEADERS,
  url = api.url,
): Promise<Answer> {
  const response = await fetch(`${url}/v1/messages`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, message: response.ok ? "" : JSON.parse(text).error.message };
}

const text = (value: string, more = {}) => ({ type: "text", text: value, ...more });
const use = (id: string, input = {}) => ({ type: "tool_use", id, name: "Read", input });
const result = (id: string, more = {}) => ({
  type: "tool_result",
  tool_use_id: id,
  content: "done",
  ...more,
});
const mark = (ttl?: string) => ({ cache_control: { type: "ephemeral", ...(ttl && { ttl }) } });
const user = (...content: unknown[]) => ({ role: "user", content });
const assistant = (...content: unknown[]) => ({ role: "assistant", content });
const system = (...content: unknown[]) => ({ role: "system", content });
const image = (data: string, media_type = "image/png") => ({
  type: "image",
  source: { type: "base64", media_type, data },
});

describe("the fake accepts", () => {
  test.each<[name: string, change: object]>([
    ["a plain request", {}],
    [
      "calls with all their results",
      {
        messages: [
          user(text("a")),
          assistant(use("t1"), use("t2")),
          user(result("t2"), result("t1"), text("and")),
        ],
      },
    ],
    ["neighbouring messages of one role", { messages: [user(text("a")), user(text("b"))] }],
    [
      "a system message after the user",
      { messages: [user(text("a")), system(text("plan")), assistant(text("b")), user(text("c"))] },
    ],
    [
      "four cache markers, the longer-lived first",
      {
        system: [text("s", mark("1h"))],
        messages: [user(text("a", mark())), assistant(text("b", mark())), user(text("c", mark()))],
      },
    ],
    ["a picture", { messages: [user(image(PIXEL))] }],
  ])("%s", async (_name, change) => {
    expect(await post({ ...BASE, ...change })).toEqual({ status: 200, message: "" });
  });
});

describe("the fake refuses", () => {
  const old = { model: "claude-sonnet-5" };
  test.each<[name: string, change: object, words: string | RegExp]>([
    ["a field that is not there", { temprature: 1 }, "temprature: Extra inputs are not permitted"],
    ["sampling in the newest version", { temperature: 1 }, "temperature: Extra inputs are not permitted"],
    ["a missing field", { max_tokens: undefined }, "max_tokens: Field required"],
    [
      "an unknown field of a block",
      { messages: [user({ ...text("a"), x: 1 })] },
      "messages.0.content.0.text.x: Extra inputs are not permitted",
    ],
    ["an unknown block", { messages: [user({ type: "odd" })] }, /messages\.0\.content\.0: Input tag 'odd'/],
    [
      "arguments that are no object",
      { messages: [user(text("a")), assistant({ ...use("t1"), input: "{" }), user(result("t1"))] },
      /messages\.1\.content\.0\.tool_use\.input/,
    ],
    ["no messages", { messages: [] }, "messages: at least one message is required"],
    [
      "an assistant that speaks first",
      { messages: [assistant(text("a"))] },
      'messages: first message must use the "user" role',
    ],
    [
      "a call without a result",
      { messages: [user(text("a")), assistant(use("t1"), use("t2")), user(result("t1"))] },
      /messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: t2\./,
    ],
    [
      "text before the results",
      { messages: [user(text("a")), assistant(use("t1")), user(text("b"), result("t1"))] },
      /immediately after: t1/,
    ],
    [
      "a result without a call",
      { messages: [user(text("a")), assistant(text("b")), user(result("t1"))] },
      /messages\.2\.content\.0: unexpected `tool_use_id`/,
    ],
    [
      "two results of one call",
      { messages: [user(text("a")), assistant(use("t1")), user(result("t1"), result("t1"))] },
      /Found multiple `tool_result` blocks with id: t1/,
    ],
    [
      "one id twice",
      {
        messages: [
          user(text("a")),
          assistant(use("t1")),
          user(result("t1")),
          assistant(use("t1")),
          user(result("t1")),
        ],
      },
      /`tool_use` ids must be unique/,
    ],
    ["empty text", { messages: [user(text(""))] }, "messages: text content blocks must be non-empty"],
    [
      "blank text",
      { messages: [user(text(" \n"))] },
      "messages: text content blocks must contain non-whitespace text",
    ],
    [
      "a marker on empty text",
      { messages: [user(text("", mark()))] },
      /cache_control cannot be set for empty text/,
    ],
    [
      "an empty message",
      { messages: [user(text("a")), assistant(), user(text("b"))] },
      /messages\.1: all messages must have non-empty content/,
    ],
    [
      "an empty error",
      {
        messages: [
          user(text("a")),
          assistant(use("t1")),
          user(result("t1", { is_error: true, content: [] })),
        ],
      },
      /content cannot be empty if `is_error` is true/,
    ],
    [
      "a prefill",
      { messages: [user(text("a")), assistant(text("b"))] },
      /does not support assistant message prefill/,
    ],
    [
      "a system message that comes first in a reply",
      { messages: [user(text("a")), assistant(text("b")), system(text("c"))] },
      /role 'system' must directly follow/,
    ],
    [
      "a system message between call and result",
      { messages: [user(text("a")), assistant(use("t1")), system(text("c")), user(result("t1"))] },
      /role 'system' must directly follow/,
    ],
    [
      "a system message for a model without",
      { ...old, messages: [user(text("a")), system(text("b"))] },
      /role 'system' is not supported/,
    ],
    [
      "five cache markers",
      { system: [text("s", mark())], messages: [user(...["a", "b", "c", "d"].map((t) => text(t, mark())))] },
      "A maximum of 4 blocks with cache_control may be provided. Found 5.",
    ],
    [
      "a longer-lived marker after a shorter one",
      { system: [text("s", mark())], messages: [user(text("a", mark("1h")))] },
      /must not come after a ttl='5m'/,
    ],
    ["a forced tool", { tool_choice: { type: "any" } }, /type "tool" and "any" are not supported/],
    [
      "budgeted thinking",
      { thinking: { type: "enabled", budget_tokens: 2000 } },
      /"thinking.type.enabled" is not supported/,
    ],
    [
      "adaptive thinking on an older model",
      { model: "claude-haiku-4-5", thinking: { type: "adaptive" } },
      "adaptive thinking is not supported on this model",
    ],
    ["an effort nobody has", { output_config: { effort: "extreme" } }, /output_config\.effort/],
    ["two tools of one name", { tools: [TOOL, TOOL] }, "tools: Tool names must be unique."],
    [
      "a tool with a bad name",
      { tools: [{ ...TOOL, name: "a b" }] },
      /tools\.0\.custom\.name: String should match pattern/,
    ],
    [
      "a tool whose input is no object",
      { tools: [{ ...TOOL, input_schema: { type: "array" } }] },
      /tools\.0\.custom\.input_schema\.type: Input should be 'object'/,
    ],
    [
      "a choice at the top of an input",
      { tools: [{ ...TOOL, input_schema: { type: "object", anyOf: [] } }] },
      /does not support oneOf, allOf, or anyOf/,
    ],
    [
      "calls in the history without tools",
      { tools: undefined, messages: [user(text("a")), assistant(use("t1")), user(result("t1"))] },
      /must define tools/,
    ],
    ["more output than the model has", { max_tokens: 200_000 }, /max_tokens: 200000 > 128000/],
    [
      "a prompt beyond the window",
      { model: "claude-haiku-4-5", messages: [user(text("word ".repeat(130_000)))] },
      /prompt is too long: \d+ tokens > 200000 maximum/,
    ],
    ["a picture that is none", { messages: [user(image("aGVsbG8="))] }, /Could not process image/],
    [
      "a picture of another kind",
      { messages: [user(image(PIXEL, "image/jpeg"))] },
      /does not match the provided media type/,
    ],
    [
      "a picture that is too big",
      { messages: [user(image(`${PIXEL.slice(0, 40)}${"A".repeat(11_000_000)}`))] },
      /image exceeds 10 MB maximum/,
    ],
  ])("%s", async (_name, change, words) => {
    const answer = await post({ ...BASE, ...change });
    expect(answer).toEqual({
      status: 400,
      message: typeof words === "string" ? words : expect.stringMatching(words),
    });
  });

  test("a request without key or version, an unknown model, an unknown beta", async () => {
    expect((await post(BASE, { "anthropic-version": "2026-10-21" })).status).toBe(401);
    expect((await post(BASE, { ...HEADERS, "x-api-key": "invalid" })).status).toBe(401);
    expect(await post(BASE, { "x-api-key": "sk-test" })).toEqual({
      status: 400,
      message: "anthropic-version: header is required",
    });
    expect((await post({ ...BASE, model: "claude-1" })).status).toBe(404);
    expect((await post(BASE, { ...HEADERS, "anthropic-beta": "x-1" })).message).toMatch(/anthropic-beta/);
  });
});

describe("a deferred tool", () => {
  const deferred = {
    name: "WebFetch",
    description: "x".repeat(300),
    input_schema: { type: "object" },
    defer_loading: true,
  };
  const loading = (name: string) => [
    { role: "user", content: "hi" },
    { role: "assistant", content: [use("a")] },
    user(result("a", { content: [{ type: "tool_reference", tool_name: name }] })),
  ];
  const count = async (body: unknown): Promise<number> => {
    const init = { method: "POST", headers: HEADERS, body: JSON.stringify(body) };
    return (await (await fetch(`${api.url}/v1/messages/count_tokens`, init)).json()).input_tokens;
  };
  const countable = { model: BASE.model, tools: [TOOL, deferred], messages: BASE.messages };

  test("does not count before a result refers to it, and counts once then", async () => {
    const bare = await count({ ...countable, tools: [TOOL] });
    expect(await count(countable)).toBe(bare);
    const without = await count({ ...countable, messages: loading("Read") });
    const once = await count({ ...countable, messages: loading("WebFetch") });
    expect(once - without).toBeGreaterThan(100);
    const twice = [
      ...loading("WebFetch"),
      { role: "assistant", content: [use("b")] },
      ...loading("WebFetch").slice(2),
    ];
    const again = JSON.parse(
      JSON.stringify(twice).replace(/"tool_use_id":"a"(?!.*"tool_use_id":"a")/, '"tool_use_id":"b"'),
    );
    expect((await count({ ...countable, messages: again })) - once).toBeLessThan(100);
  });

  test("is refused when it is all there is, when nobody has declared it, and by a model that knows no such thing", async () => {
    expect((await post({ ...BASE, tools: [deferred] })).message).toMatch(/^All tools have defer_loading set/);
    expect((await post({ ...BASE, messages: loading("Nothing") })).message).toMatch(
      /Tool reference 'Nothing' not found/,
    );
    const haiku = { ...BASE, model: "claude-haiku-5-5", tools: [TOOL, deferred] };
    expect((await post(haiku)).message).toMatch(/deferred tools are not supported/);
    expect((await post({ ...BASE, tools: [TOOL, deferred], messages: loading("WebFetch") })).status).toBe(
      200,
    );
  });
});

describe("a replayed thought", () => {
  const settings = { ...BASE, thinking: { type: "adaptive", display: "summarized" } };
  const first = { ...settings, system: "You are Plumb.", messages: [user(text("a"))] };

  /** Gets one reply with a thought and returns what a client would keep of it. */
  async function thought(fake: FakeApi): Promise<Record<string, unknown>> {
    const response = await fetch(`${fake.url}/v1/messages`, {
      method: "POST",
      headers: HEADERS,
      body: JSON.stringify(first),
    });
    const signature = /"signature_delta","signature":"([^"]+)"/.exec(await response.text())?.[1];
    return { type: "thinking", thinking: "Hmm.", signature };
  }
  const follow = (block: unknown, change: object = {}) => ({
    ...first,
    messages: [user(text("a")), assistant(block, text("b")), user(text("c"))],
    ...change,
  });

  test("is accepted where it was said, and nowhere else", async () => {
    const fake = await startFakeApi({
      script: () => reply(think("Hmm."), say("b")),
      conversationOf: () => String(Math.random()),
    });
    const block = await thought(fake);
    const send = async (body: unknown) => (await post(body, HEADERS, fake.url)).message;
    expect(await send(follow(block))).toBe("");
    expect(await send(follow(block, { system: [text("You are Plumb.", mark("1h"))] }))).toBe("");
    const moved = /bound to a different conversation/;
    expect(await send(follow(block, { system: "You are Plumb!" }))).toMatch(moved);
    expect(await send(follow(block, { tools: [{ ...TOOL, description: "new" }] }))).toMatch(moved);
    expect(
      await send(follow(block, { messages: [user(text("A")), assistant(block), user(text("c"))] })),
    ).toMatch(moved);
    expect(await send(follow({ ...block, thinking: "Ha." }))).toMatch(/cannot be modified/);
    expect(await send(follow({ ...block, signature: "made up" }))).toMatch(/cannot be modified/);
    expect(await send(follow(block, { model: "claude-opus-5", system: "Other." }))).toBe("");
    await fake.close();
  });
});

test("the prefix law sees a changed word, but not a moved marker", async () => {
  const fake = await startFakeApi({ script: () => reply(say("b")) });
  const send = (body: unknown) => post(body, HEADERS, fake.url);
  await send({ ...BASE, messages: [user(text("a", mark()))] });
  await send({ ...BASE, messages: [user(text("a")), assistant(text("b")), user(text("c", mark()))] });
  expect(fake.violations).toEqual([]);
  await send({ ...BASE, messages: [user(text("a")), assistant(text("B")), user(text("c"))] });
  expect(fake.violations).toEqual([expect.stringMatching(/^messages\.1\.content\.0 changed/)]);
  await send({ ...BASE, tools: [], messages: [user(text("a"))] });
  expect(fake.violations).toHaveLength(2);
  await fake.close();
});

test("a script that runs out is a violation, and blocks it made up are accepted back", async () => {
  const odd = { type: "thing_of_the_future", x: 1 };
  const fake = await startFakeApi({ script: [reply(unknownBlock(odd), call("Read", {}, "t1"))] });
  const send = (body: unknown) => post(body, HEADERS, fake.url);
  const next = { ...BASE, messages: [...BASE.messages, assistant(odd, use("t1")), user(result("t1"))] };
  expect((await send(next)).message).toMatch(/Input tag 'thing_of_the_future'/);
  expect((await send(BASE)).status).toBe(200);
  expect((await send(next)).message).toMatch(/no more replies/);
  expect(fake.violations).toEqual(["The script has 1 replies; request 2 has none."]);
  await fake.close();
});

test("tokens are counted without being billed, and the list of models can be read", async () => {
  const get = (path: string) => fetch(`${api.url}${path}`, { headers: HEADERS });
  const { max_tokens: _, stream: __, ...body } = BASE;
  const counted = await fetch(`${api.url}/v1/messages/count_tokens`, {
    method: "POST",
    headers: HEADERS,
    body: JSON.stringify(body),
  });
  expect(await counted.json()).toEqual({ input_tokens: expect.any(Number) });
  expect(await (await get("/v1/models/claude-opus-5-5")).json()).toMatchObject({ max_tokens: 128_000 });
  expect((await get("/v1/models/none")).status).toBe(404);
});
