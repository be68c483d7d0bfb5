import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { AgentError } from "../../src/core/errors.ts";
import type { ModelChunk, ModelRequest } from "../../src/core/model.ts";
import { type AnthropicOptions, createAnthropicProvider } from "../../src/models/anthropic.ts";
import { type FakeApi, startFakeApi } from "../support/fake-api/fake-api.ts";
import {
  cut,
  event,
  gate,
  httpBody,
  httpError,
  maxTokens,
  pause,
  pings,
  type Reply,
  rawCall,
  refuse,
  reply,
  say,
  streamError,
  think,
  unknownBlock,
} from "../support/fake-api/replies.ts";

const KEY = "sk-ant-secret-0123456789";
const REQUEST: ModelRequest = {
  model: "claude-opus-5-5",
  system: ["You are Plumb."],
  tools: [{ name: "Write", description: "Writes.", input_schema: { type: "object", properties: {} } }],
  messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
  maxOutputTokens: 1_000,
};

let api: FakeApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

interface Asked {
  readonly chunks: readonly ModelChunk[];
  readonly done: Extract<ModelChunk, { type: "done" }> | undefined;
  readonly error: unknown;
}

async function ask(
  answer: Reply,
  options: Partial<AnthropicOptions> = {},
  request: Partial<ModelRequest> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Asked> {
  api = await startFakeApi({ script: [answer] });
  return drain(
    createAnthropicProvider({ apiKey: KEY, baseUrl: api.url, dialect: "first-party", ...options }).stream(
      { ...REQUEST, ...request },
      signal,
    ),
  );
}

async function drain(stream: AsyncIterable<ModelChunk>): Promise<Asked> {
  const chunks: ModelChunk[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    return { chunks, done: undefined, error };
  }
  return { chunks, done: chunks.findLast((chunk) => chunk.type === "done"), error: undefined };
}

const kindOf = ({ error }: Asked): string => (error instanceof AgentError ? error.kind : String(error));
const wordsOf = ({ error }: Asked): string => (error instanceof AgentError ? error.message : String(error));

describe("an answer with an error becomes the kind that says what to do", () => {
  const spend = "You have reached your specified API usage limits. You will regain access on 2027-01-01.";
  test.each<[name: string, reply: Reply, kind: string]>([
    ["429 with retry-after", httpError(429, { headers: { "retry-after": "3" } }), "rate_limited"],
    ["429 without retry-after", httpError(429), "rate_limited"],
    [
      "429 of a spending limit",
      httpError(429, { message: "Your workspace reached its spend limit." }),
      "billing",
    ],
    ["400 of a spending limit", httpError(400, { message: spend }), "billing"],
    ["400 without credit", httpError(400, { message: "Your credit balance is too low." }), "billing"],
    ["402", httpError(402), "billing"],
    ["401", httpError(401), "auth"],
    ["403", httpError(403), "auth"],
    ["404 of a model", httpError(404), "unknown_model"],
    ["404 of a wrong address", httpBody(404, "text/html", "<html>nginx</html>"), "invalid_request"],
    ["413", httpError(413), "context_overflow"],
    ["413 from the edge", httpBody(413, "text/html", "<html>too large</html>"), "context_overflow"],
    [
      "400 of a long prompt",
      httpError(400, { message: "prompt is too long: 9 tokens > 8 maximum" }),
      "context_overflow",
    ],
    [
      "400 of a local server's window",
      httpError(400, { message: "the request exceeds the available context size" }),
      "context_overflow",
    ],
    [
      "400 of the history",
      httpError(400, { message: "messages.3: `tool_use` ids were found without" }),
      "bad_history",
    ],
    [
      "400 of anything else",
      httpError(400, { message: "temperature: Extra inputs are not permitted" }),
      "invalid_request",
    ],
    ["500", httpError(500), "overloaded"],
    ["502 from a gateway", httpBody(502, "text/html", "<html><h1>Bad Gateway</h1></html>"), "overloaded"],
    ["504", httpError(504), "overloaded"],
    ["529", httpError(529), "overloaded"],
    ["a status that does not fit its type", httpError(500, { type: "rate_limit_error" }), "rate_limited"],
    ["408", httpBody(408, "text/plain", "Request Timeout"), "network"],
    ["407 of a proxy", httpBody(407, "text/html", "<html>proxy</html>"), "network"],
    [
      "an error inside the stream: overloaded",
      reply(say("a"), streamError("overloaded_error")),
      "overloaded",
    ],
    [
      "an error inside the stream: rate limit",
      reply(say("a"), streamError("rate_limit_error")),
      "rate_limited",
    ],
    ["an error inside the stream: api_error", reply(streamError("api_error")), "overloaded"],
    ["an error inside the stream: of the future", reply(streamError("new_error")), "overloaded"],
    [
      "an error with status 200",
      httpBody(200, "application/json", '{"type":"error","error":{"type":"overloaded_error","message":"x"}}'),
      "overloaded",
    ],
  ])("%s", async (_name, answer, kind) => {
    expect(kindOf(await ask(answer))).toBe(kind);
  });

  test.each([
    [{ "retry-after": "2.5" }, 2_500],
    [{ "retry-after": "60", "retry-after-ms": "150" }, 150],
    [{ "retry-after": "soon" }, undefined],
  ])("how long to wait is taken from %j", async (headers, expected) => {
    const { error } = await ask(httpError(429, { headers }));
    expect(error).toMatchObject({ kind: "rate_limited", retryAfterMs: expected });
  });

  test("a date says how long to wait too, and 529 may say it", async () => {
    const at = new Date(Date.now() + 30_000).toUTCString();
    const { error } = await ask(httpError(529, { headers: { "retry-after": at } }));
    const waitMs = error instanceof AgentError ? error.retryAfterMs : undefined;
    expect(waitMs).toBeGreaterThan(25_000);
    expect(waitMs).toBeLessThanOrEqual(30_000);
  });

  test("markup is not shown, and the key never is", async () => {
    expect(wordsOf(await ask(httpBody(502, "text/html", "<html><h1>Bad Gateway</h1></html>")))).not.toContain(
      "<",
    );
    await api?.close();
    const echoing = await ask(httpError(401, { message: `invalid x-api-key: ${KEY}` }));
    expect(wordsOf(echoing)).toContain("invalid x-api-key: [key]");
    expect(JSON.stringify([echoing.error, String(echoing.error)])).not.toContain(KEY);
  });
});

describe("the server's own refusals arrive as their kind", () => {
  test("a wrong key", async () => {
    expect(kindOf(await ask(reply(say("x")), { apiKey: "invalid-key" }))).toBe("auth");
  });
  test("an unknown model", async () => {
    const asked = await ask(reply(say("x")), {}, { model: "claude-nothing" });
    expect([kindOf(asked), wordsOf(asked)]).toEqual([
      "unknown_model",
      expect.stringContaining("model: claude-nothing"),
    ]);
  });
  test("a prompt beyond the window", async () => {
    const content = [{ type: "text", text: "word ".repeat(700_000) }];
    expect(kindOf(await ask(reply(say("x")), {}, { messages: [{ role: "user", content }] }))).toBe(
      "context_overflow",
    );
  });
  test("a history the API does not accept", async () => {
    const messages: ModelRequest["messages"] = [
      ...REQUEST.messages,
      { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "Write", input: {} }] },
      { role: "user", content: [{ type: "text", text: "go on" }] },
    ];
    expect(kindOf(await ask(reply(say("x")), {}, { messages }))).toBe("bad_history");
  });
});

describe("a connection that breaks is `network`, with the reason in words", () => {
  test.each([
    ["ends cleanly before the reply does", reply(say("half a"), cut("fin")), "ended before the reply did"],
    ["is reset", reply(say("half a"), cut("reset")), "was cut"],
    [
      "is cut inside arguments",
      reply(rawCall("Write", '{"a":"tr'), cut("fin")),
      "ended before the reply did",
    ],
  ])("%s", async (_name, answer, words) => {
    const asked = await ask(answer);
    expect(kindOf(asked)).toBe("network");
    expect(wordsOf(asked)).toContain(words);
    expect(asked.done).toBeUndefined();
  });

  test("silence is noticed, before the first byte and in the middle", async () => {
    const silent = await ask(reply(say("half a"), cut("hang")), { idleMs: 40 });
    expect([kindOf(silent), wordsOf(silent)]).toEqual(["network", expect.stringContaining("sent nothing")]);
    await api?.close();

    const never = new Promise<Reply>(() => undefined);
    api = await startFakeApi({ script: () => never });
    const provider = createAnthropicProvider({ apiKey: KEY, baseUrl: api.url, headersMs: 40 });
    expect(kindOf(await drain(provider.stream(REQUEST, new AbortController().signal)))).toBe("network");
  });

  test("nobody listens there", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = Object.assign({ port: 0 }, server.address());
    await new Promise((resolve) => server.close(resolve));
    const provider = createAnthropicProvider({ apiKey: KEY, baseUrl: `http://127.0.0.1:${port}` });
    const asked = await drain(provider.stream(REQUEST, new AbortController().signal));
    expect(kindOf(asked)).toBe("network");
    expect(wordsOf(asked)).toMatch(/^127\.0\.0\.1:\d+ refused the connection.*ECONNREFUSED/);
    await expect(provider.models(new AbortController().signal)).rejects.toMatchObject({ kind: "network" });
  });

  test.each<[cause: Readonly<Record<string, unknown>>, words: RegExp]>([
    [
      { code: "ECONNREFUSED", address: "127.0.0.1", port: 3128 },
      /^api\.anthropic\.com could not be reached: nothing listens at 127\.0\.0\.1:3128\. Check.*proxy/,
    ],
    [
      { code: "ENOTFOUND", hostname: "proxy.example" },
      /name proxy\.example could not be found on the way to api/,
    ],
    [
      { code: "ENOTFOUND", hostname: "api.anthropic.com" },
      /name api\.anthropic\.com could not be found\. You/,
    ],
    [{ code: "ENOTFOUND" }, /name api\.anthropic\.com could not be found.*ENOTFOUND/],
    [{ code: "SELF_SIGNED_CERT_IN_CHAIN" }, /not trusted.*NODE_EXTRA_CA_CERTS/],
    [{ code: "ERR_TLS_CERT_ALTNAME_INVALID" }, /belongs to another host/],
    [{ code: "CERT_HAS_EXPIRED" }, /clock/],
    [{ code: "UND_ERR_CONNECT_TIMEOUT", message: "Connect Timeout Error" }, /in time/],
    [{ message: "Proxy response (407) !== 200 when HTTP Tunneling" }, /proxy did not let/],
    [{ code: "ERR_SSL_WRONG_VERSION_NUMBER" }, /secure connection/],
    [{ message: "something new" }, /failed: something new/],
  ])("a fetch that fails with %j", async (cause, words) => {
    const failing: typeof fetch = async () => {
      throw new TypeError("fetch failed", {
        cause: Object.assign(new Error(String(cause["message"] ?? "")), cause),
      });
    };
    const provider = createAnthropicProvider({ apiKey: KEY, fetch: failing });
    const asked = await drain(provider.stream(REQUEST, new AbortController().signal));
    expect(kindOf(asked)).toBe("network");
    expect(wordsOf(asked)).toMatch(words);
  });

  test("a web page instead of a stream, and an event that is no JSON", async () => {
    const page = await ask(httpBody(200, "text/html", "<html>Welcome to Hotel Wi-Fi</html>"));
    expect([kindOf(page), wordsOf(page)]).toEqual(["network", expect.stringContaining("text/html")]);
    await api?.close();
    expect(kindOf(await ask(httpBody(200, "text/event-stream", "event: x\ndata: {broken\n\n")))).toBe(
      "network",
    );
  });

  test("an address that is none", async () => {
    const provider = createAnthropicProvider({ apiKey: KEY, baseUrl: "not an address" });
    expect(kindOf(await drain(provider.stream(REQUEST, new AbortController().signal)))).toBe(
      "invalid_request",
    );
    await expect(provider.models(new AbortController().signal)).rejects.toMatchObject({
      kind: "invalid_request",
    });
  });
});

describe("stopping", () => {
  test("in the middle of a reply rejects with the caller's reason and hangs up", async () => {
    const stop = new AbortController();
    const never = new Promise(() => undefined);
    api = await startFakeApi({ script: [reply(say("one two"), gate(never))] });
    const provider = createAnthropicProvider({ apiKey: KEY, baseUrl: api.url });
    const reason = new Error("the user pressed Stop");
    const seen: string[] = [];
    await expect(async () => {
      for await (const chunk of provider.stream(REQUEST, stop.signal)) {
        seen.push(chunk.type);
        stop.abort(reason);
      }
    }).rejects.toBe(reason);
    expect(seen).toEqual(["text"]);
    expect(await (await api.request(0)).ended).toBe("hung up");
  });

  test("by not reading on hangs up as well", async () => {
    api = await startFakeApi({ script: [reply(say("one"), gate(new Promise(() => undefined)))] });
    const provider = createAnthropicProvider({ apiKey: KEY, baseUrl: api.url });
    for await (const chunk of provider.stream(REQUEST, new AbortController().signal)) {
      if (chunk.type === "text") break;
    }
    expect(await (await api.request(0)).ended).toBe("hung up");
  });

  test("before the first byte, and before the request", async () => {
    const stop = new AbortController();
    const never = new Promise<Reply>(() => undefined);
    api = await startFakeApi({ script: () => never });
    const provider = createAnthropicProvider({ apiKey: KEY, baseUrl: api.url });
    const asked = drain(provider.stream(REQUEST, stop.signal));
    await api.request(0);
    stop.abort("enough");
    expect((await asked).error).toBe("enough");
    expect(await (await api.request(0)).ended).toBe("hung up");
    expect((await drain(provider.stream(REQUEST, stop.signal))).error).toBe("enough");
    await expect(provider.models(stop.signal)).rejects.toBe("enough");
    expect(api.requests).toHaveLength(1);
  });
});

describe("an ending that is no error is handed on", () => {
  test("refusal, pause and output limit", async () => {
    for (const [answer, stopReason] of [
      [refuse(say("I would")), "refusal"],
      [pause(say("a")), "pause_turn"],
      [maxTokens(say("a")), "max_tokens"],
      [{ ...reply(say("a")), stopReason: "model_context_window_exceeded" }, "model_context_window_exceeded"],
      [reply(), "end_turn"],
    ] as const) {
      expect((await ask(answer)).done?.stopReason).toBe(stopReason);
      await api?.close();
    }
  });

  test("arguments cut by the output limit stay raw text", async () => {
    const { done } = await ask(maxTokens(rawCall("Write", '{"file_path":"/a","content":"half')));
    expect(done?.stopReason).toBe("max_tokens");
    expect(done?.content[0]?.["input"]).toBe('{"file_path":"/a","content":"half');
  });

  test("what nobody knows is kept, and what nobody needs is passed over", async () => {
    const odd = { type: "thing_of_the_future", inner: { b: 1, a: 2 } };
    const { done } = await ask({
      ...reply(pings(50), event({ type: "later", x: 1 }), think(""), unknownBlock(odd), say("a👋b", 1)),
      writeBytes: [1, 3, 2, 7],
    });
    expect(done?.content).toEqual([
      { type: "thinking", thinking: "", signature: expect.stringMatching(/.+/) },
      odd,
      { type: "text", text: "a👋b" },
    ]);
  });
});

describe("a compatible server is read more tolerantly", () => {
  const answer =
    (body: string): typeof fetch =>
    async () =>
      new Response(body, { headers: { "content-type": "text/event-stream" } });
  const drained = (body: string, dialect: "first-party" | "compatible") =>
    drain(
      createAnthropicProvider({
        apiKey: KEY,
        baseUrl: "http://localhost:1",
        dialect,
        fetch: answer(body),
      }).stream(REQUEST, new AbortController().signal),
    );
  const call =
    'data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"Write","input":{"x":1}}}\n\n';
  const stop = 'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n';

  test("a missing end and usage, arguments at the start, a wrong stop reason", async () => {
    expect((await drained(call + stop, "compatible")).done).toEqual({
      type: "done",
      content: [{ type: "tool_use", id: "a", name: "Write", input: { x: 1 } }],
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      stopReason: "tool_use",
    });
  });
  test("but a stream that was cut is cut everywhere", async () => {
    expect(kindOf(await drained(call, "compatible"))).toBe("network");
    expect(kindOf(await drained(call + stop, "first-party"))).toBe("network");
  });
  test("errors in another vendor's shape are understood, in the stream and as an answer", async () => {
    const inside = await drained('data: {"error":{"message":"CUDA out of memory"}}\n\n', "compatible");
    expect([kindOf(inside), wordsOf(inside)]).toEqual(["overloaded", "localhost:1: CUDA out of memory"]);
    const missing = '{"error":"model \'x\' not found, try pulling it first"}';
    const asked = await ask(httpBody(404, "application/json", missing));
    expect([kindOf(asked), wordsOf(asked)]).toEqual([
      "unknown_model",
      expect.stringMatching(/: model 'x' not found, try pulling it first \(HTTP 404\)$/),
    ]);
  });
  test("a whole message instead of a stream is understood", async () => {
    const message = {
      type: "message",
      content: [{ type: "text", text: "hi" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 3, output_tokens: 1 },
    };
    const { chunks } = await ask(httpBody(200, "application/json", JSON.stringify(message)));
    expect(chunks).toEqual([
      { type: "text", delta: "hi" },
      {
        type: "done",
        content: [{ type: "text", text: "hi" }],
        usage: { inputTokens: 3, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
        stopReason: "end_turn",
      },
    ]);
  });
});

test("the vendor is spoken to in its newest version, others in the one that all know", async () => {
  const first = await ask(reply(say("x")));
  expect(first.error).toBeUndefined();
  expect(api?.requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${KEY}`,
    "anthropic-version": "2026-10-21",
  });
  expect(api?.requests[0]?.headers["x-api-key"]).toBeUndefined();
  await api?.close();

  await ask(reply(say("x")), { dialect: "compatible" });
  expect(api?.requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${KEY}`,
    "x-api-key": KEY,
    "anthropic-version": "2023-06-01",
  });
  expect(api?.requests[0]?.headers["anthropic-beta"]).toBeUndefined();
});
