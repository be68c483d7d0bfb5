import { expect, test } from "vitest";
import type { Block, Message } from "../../src/core/message.ts";
import type { ModelProvider, ModelRequest } from "../../src/core/model.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, reply, type StreamReply, say, think } from "../support/fake-api/replies.ts";

const BASE: Omit<ModelRequest, "messages"> = {
  model: "claude-opus-5-5",
  system: ["You are Plumb. ".repeat(200)],
  tools: [{ name: "Read", description: "Reads a file.", input_schema: { type: "object", properties: {} } }],
  maxOutputTokens: 1_000,
};
const signal = new AbortController().signal;
const prompt = (text: string): Message => ({ role: "user", content: [{ type: "text", text }] });

async function replyTo(provider: ModelProvider, messages: readonly Message[]): Promise<Block[]> {
  for await (const chunk of provider.stream({ ...BASE, messages }, signal)) {
    if (chunk.type === "done") return chunk.content;
  }
  throw new Error("no reply");
}

/** Plays an agent whose tools all answer at once, and returns the conversation. */
async function play(provider: ModelProvider, turns: number): Promise<Message[]> {
  const messages = [prompt("Do it.")];
  for (let turn = 0; turn < turns; turn += 1) {
    const content = await replyTo(provider, messages);
    const results = content
      .filter(({ type }) => type === "tool_use")
      .map(({ id }) => ({
        type: "tool_result",
        tool_use_id: id,
        content: [{ type: "text", text: `${id} has this in it. `.repeat(20) }],
      }));
    messages.push({ role: "assistant", content }, { role: "user", content: results });
  }
  return messages;
}

test("twenty calls in one turn, turn after turn, read everything that was sent before from the cache", async () => {
  const twenty = (): StreamReply =>
    reply(
      think("Which ones?"),
      say("All."),
      ...Array.from({ length: 20 }, (_, i) => call("Read", { file_path: `/f${i}` })),
    );
  const api = await startFakeApi({ script: twenty });
  const provider = createAnthropicProvider({ apiKey: "sk-test", baseUrl: api.url, dialect: "first-party" });
  await play(provider, 8);
  const usages = api.requests.map(
    ({ usage }) => usage ?? { inputTokens: 0, readTokens: 0, writtenTokens: 0 },
  );
  for (const [i, usage] of usages.entries()) {
    const before = usages[i - 1];
    if (before) expect(usage.readTokens).toBe(before.readTokens + before.writtenTokens);
    expect(usage.inputTokens).toBe(0);
  }
  expect(api.violations).toEqual([]);
  await api.close();
});

test("a pause longer than five minutes loses the conversation but not the prefix", async () => {
  let now = 0;
  const api = await startFakeApi({ script: () => reply(say("Yes.")), now: () => now });
  const provider = createAnthropicProvider({ apiKey: "sk-test", baseUrl: api.url, dialect: "first-party" });
  const messages = [prompt("A question. ".repeat(200))];
  await replyTo(provider, messages);
  now += 6 * 60_000;
  await replyTo(provider, messages);
  now += 61 * 60_000;
  await replyTo(provider, messages);
  const [first, second, third] = api.requests.map(({ usage }) => usage);
  expect(first?.readTokens).toBe(0);
  expect(second?.readTokens).toBeGreaterThan(900);
  expect(second?.readTokens).toBeLessThan(first?.writtenTokens ?? 0);
  expect(third?.readTokens).toBe(0);
  await api.close();
});

test("two hundred turns stay quick, over one connection", async () => {
  const api = await startFakeApi({ script: () => reply(say("Next."), call("Read", { file_path: "/a" })) });
  const provider = createAnthropicProvider({ apiKey: "sk-test", baseUrl: api.url, dialect: "first-party" });
  await play(provider, 200);
  expect(api.requests).toHaveLength(200);
  expect(api.connections).toBeLessThanOrEqual(2);
  expect(api.violations).toEqual([]);
  await api.close();
}, 20_000);
