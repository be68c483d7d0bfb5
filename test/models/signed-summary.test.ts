import { describe, expect, onTestFinished, test } from "vitest";
import type { Block, Message } from "../../src/core/message.ts";
import type { ModelRequest } from "../../src/core/model.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { toBody } from "../../src/models/anthropic-request.ts";
import { canSign } from "../../src/models/signed-summary.ts";
import { type FakeApi, startFakeApi } from "../support/fake-api/fake-api.ts";
import { MODELS } from "../support/fake-api/models.ts";
import { reply, say, summary, think } from "../support/fake-api/replies.ts";

const MODEL = "claude-opus-5-5";
const text = (value: string): Block => ({ type: "text", text: value });
const user = (...content: Block[]): Message => ({ role: "user", content });
const assistant = (...content: Block[]): Message => ({ role: "assistant", content });
const system = "You are Plumb. ".repeat(300);
const BASE: ModelRequest = {
  model: MODEL,
  system: [system],
  tools: [],
  messages: [],
  maxOutputTokens: 1_000,
};

async function begin(script = () => reply(think("Hm."), say("Yes."))) {
  const api = await startFakeApi({
    script: ({ body }) => (body.compaction ? reply(summary("It was about parsers.")) : script()),
    conversationOf: () => String(Math.random()),
  });
  onTestFinished(() => api.close());
  const provider = createAnthropicProvider({ apiKey: "k", baseUrl: api.url, dialect: "first-party" });
  const send = async (more: Partial<ModelRequest>) => {
    for await (const chunk of provider.stream({ ...BASE, ...more }, new AbortController().signal))
      if (chunk.type === "done") return chunk;
    throw new Error("no end");
  };
  return { api, send };
}
const asked = { compaction: { instructions: "Sum it up." } };

/** Two turns, of which the first was summarised: what is left is the second, with its thought. */
async function summarised(): Promise<{
  api: FakeApi;
  send: Awaited<ReturnType<typeof begin>>["send"];
  signed: Block;
  second: Block[];
}> {
  const { api, send } = await begin();
  const question = [user(text("Why do parsers fail?"))];
  const first = await send({ messages: question });
  const soFar = [...question, assistant(...first.content), user(text("And printers?"))];
  const second = await send({ messages: soFar });
  const { content, usage, stopReason } = await send({ messages: soFar, ...asked });
  expect(stopReason).toBe("compaction");
  expect(usage.cacheReadTokens).toBeGreaterThan(1_000);
  return { api, send, signed: content[0] ?? text(""), second: second.content };
}

describe("a signed summary", () => {
  test("is asked for with its header, comes whole, and is counted though the message itself is free", async () => {
    const { api, signed } = await summarised();
    expect(signed).toMatchObject({ type: "compaction", content: "It was about parsers." });
    const request = api.requests.at(-1);
    expect(request?.headers["anthropic-beta"]).toBe("compact-2026-09-04");
    expect(request?.body.compaction).toEqual({ type: "summarize", instructions: "Sum it up." });
    expect(api.requests[0]?.headers["anthropic-beta"]).toBeUndefined();
  });

  test("stands first, and thoughts right behind it stay valid", async () => {
    const { send, signed, second } = await summarised();
    const next = [assistant(signed), assistant(...second), user(text("Thanks."))];
    expect((await send({ messages: next })).stopReason).toBe("end_turn");
  });

  test("vouches for nothing behind something else, or under another system prompt", async () => {
    const { send, signed, second } = await summarised();
    const between = [assistant(signed), user(text("New.")), assistant(...second), user(text("Thanks."))];
    await expect(send({ messages: between })).rejects.toThrow("bound to a different conversation");
    const next = [assistant(signed), assistant(...second), user(text("Thanks."))];
    await expect(send({ messages: next, system: ["You are somebody else."] })).rejects.toThrow(
      "different conversation",
    );
  });

  test.each<[what: string, messages: (signed: Block) => Message[]]>([
    ["in the middle", (signed) => [user(text("a")), assistant(signed), user(text("b"))]],
    ["twice", (signed) => [assistant(signed, signed), user(text("b"))]],
    [
      "with other words",
      (signed) => [assistant({ ...signed, content: "It was about me." }), user(text("b"))],
    ],
    ["with another signature", (signed) => [assistant({ ...signed, signature: "eA==" }), user(text("b"))]],
  ])("is refused %s", async (_, messages) => {
    const { send, signed } = await summarised();
    await expect(send({ messages: messages(signed) })).rejects.toThrow(/compaction/);
  });

  test("is refused of nothing, of an open call, and by models that write none", async () => {
    const { api, send, signed } = await summarised();
    await expect(send({ messages: [assistant(signed)], ...asked })).rejects.toThrow("nothing to summarize");
    const post = (body: object) =>
      fetch(`${api.url}/v1/messages`, {
        method: "POST",
        headers: {
          "x-api-key": "k",
          "anthropic-version": "2026-10-21",
          "anthropic-beta": "compact-2026-09-04",
        },
        body: JSON.stringify({ model: MODEL, max_tokens: 9, ...body }),
      }).then(async (response) => JSON.parse(await response.text()));
    const open = { role: "assistant", content: [{ type: "tool_use", id: "t", name: "Read", input: {} }] };
    const tools = [{ name: "Read", input_schema: { type: "object" } }];
    const compaction = { type: "summarize" };
    const refused = await post({ messages: [user(text("a")), open], tools, compaction });
    expect(refused.error.details).toEqual({ error_code: "compaction_incomplete_turn" });
    expect(
      JSON.stringify(await post({ model: "claude-haiku-5-5", messages: [user(text("a"))], compaction })),
    ).toContain("does not support compaction");
    expect(
      JSON.stringify(await post({ messages: [user(text("a"))], compaction, stop_sequences: ["x"] })),
    ).toContain("cannot be combined");
  });

  test("without its header there is no such thing", async () => {
    const { api } = await summarised();
    const response = await fetch(`${api.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": "k", "anthropic-version": "2026-10-21" },
      body: JSON.stringify({
        model: MODEL,
        max_tokens: 9,
        messages: [user(text("a"))],
        compaction: { type: "summarize" },
      }),
    });
    expect(await response.text()).toContain("compaction: Extra inputs are not permitted");
  });
});

describe("where it cannot be read", () => {
  const signed: Block = { type: "compaction", content: "It was about parsers.", signature: "s" };

  test("its words take its place, once, whatever follows", () => {
    for (const next of [[user(text("b"))], [assistant(text("yes")), user(text("b"))]]) {
      const body = toBody({ ...BASE, model: "glm-5", messages: [assistant(signed), ...next] }, "compatible");
      const sent = JSON.stringify(body["messages"]);
      expect(sent).toContain("Summary of the conversation so far:\\nIt was about parsers.");
      expect(sent).not.toContain('"compaction"');
      expect(sent.startsWith('[{"role":"user"')).toBe(true);
    }
  });

  test("it is not asked for", () => {
    const request = { ...BASE, ...asked, messages: [user(text("a"))] };
    expect(toBody({ ...request, model: "claude-haiku-5-5" }, "first-party")).not.toHaveProperty("compaction");
    expect(toBody(request, "compatible")).not.toHaveProperty("compaction");
  });
});

test("the models that write signed summaries are those the server knows of", () => {
  for (const { id, canCompact } of MODELS) expect([id, canSign(id)]).toEqual([id, canCompact]);
});
