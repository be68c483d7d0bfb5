import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { Estimator } from "../../src/context/estimate.ts";
import { type Block, text } from "../../src/core/message.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { listenOnLoopback } from "../../src/tour/loopback.ts";
import { startFakeApi } from "../support/fake-api/fake-api.ts";

const never = new AbortController().signal;
const request = (content: Block[], model = "claude-opus-5-5") => ({
  model,
  system: ["You are an agent."],
  tools: [
    { name: "Read", description: "Reads.", input_schema: { type: "object" } },
    { name: "WebFetch", description: "Fetches.", input_schema: { type: "object" }, defer_loading: true },
  ],
  messages: [{ role: "user" as const, content }],
  maxOutputTokens: 100,
  previousMessageId: null,
});

test.each(["first-party", "compatible"] as const)(
  "the %s endpoint counts a request as it would be sent, for nothing",
  async (dialect) => {
    const api = await startFakeApi({});
    onTestFinished(() => api.close());
    const provider = createAnthropicProvider({ apiKey: "k", baseUrl: api.url, dialect });
    const long = text("The parser reads one token after the other. ".repeat(500));
    const tokens = await provider.countTokens?.(request([long]), never);
    expect(tokens).toBeGreaterThan(7_000);
    expect(api.requests).toEqual([]);
    expect(api.refusals).toEqual([]);
    const estimated = new Estimator().request(request([long]));
    expect(Math.abs(estimated / (tokens ?? 1) - 1)).toBeLessThan(0.15);
  },
);

test("a server without a counter, or with enough of us, is no failure", async () => {
  for (const status of [404, 429, 500]) {
    const server = createServer((_request, response) => response.writeHead(status).end("{}"));
    const { url, close } = await listenOnLoopback(server);
    const provider = createAnthropicProvider({ apiKey: "k", baseUrl: url, dialect: "compatible" });
    expect(await provider.countTokens?.(request([text("Hi")]), never)).toBeUndefined();
    await close();
  }
});

test("a stop is a stop", async () => {
  const provider = createAnthropicProvider({
    apiKey: "k",
    baseUrl: "http://127.0.0.1:9",
    dialect: "compatible",
  });
  await expect(
    provider.countTokens?.(request([text("Hi")]), AbortSignal.abort(new Error("stopped"))),
  ).rejects.toThrow("stopped");
});
