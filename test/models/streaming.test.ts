import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block } from "../../src/core/message.ts";
import type { ModelChunk, ModelRequest } from "../../src/core/model.ts";
import { Accumulator } from "../../src/models/accumulator.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import {
  encodeEvent,
  inPieces,
  messageEnd,
  messageStart,
  textBlock,
  thinkingBlock,
  toolUseBlock,
  type WireEvent,
  wholeBlock,
} from "../../src/tour/sse-writer.ts";

const USAGE = {
  input_tokens: 11,
  cache_creation_input_tokens: 2,
  cache_read_input_tokens: 3,
  output_tokens: 5,
};
const REQUEST: ModelRequest = {
  model: "claude-opus-5-5",
  system: [],
  tools: [],
  messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
  maxOutputTokens: 100,
};

const words = fc.string({ unit: "grapheme", maxLength: 60 });
const aBlock: fc.Arbitrary<Block> = fc.oneof(
  words.map((text) => ({ type: "text", text })),
  fc.record({ type: fc.constant("thinking"), thinking: words, signature: fc.base64String() }),
  fc.record({
    type: fc.constant("tool_use"),
    id: fc.stringMatching(/^toolu_[a-z0-9]{8}$/),
    name: fc.constant("Write"),
    input: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true }),
    caller: fc.constant({ type: "direct" }),
  }),
  fc.record({ type: fc.constant("thing_of_the_future"), inner: fc.jsonValue({ maxDepth: 2 }) }),
  fc.record({ type: fc.constant("redacted_thinking"), data: fc.base64String() }),
);

function wire(block: Block, index: number, size: number): WireEvent[] {
  switch (block.type) {
    case "text":
      return textBlock(index, inPieces(String(block["text"]), size));
    case "thinking":
      return thinkingBlock(index, inPieces(String(block["thinking"]), size), String(block["signature"]));
    case "tool_use":
      return toolUseBlock(
        index,
        { id: String(block["id"]), name: "Write" },
        inPieces(JSON.stringify(block["input"]), size),
      );
    default:
      return wholeBlock(index, { ...block });
  }
}

const stream = (blocks: readonly Block[], size: number): WireEvent[] => [
  messageStart("msg_1", "claude-opus-5-5", { ...USAGE, output_tokens: 1 }),
  { type: "ping" },
  ...blocks.flatMap((block, index) => [{ type: "event_of_the_future", x: 1 }, ...wire(block, index, size)]),
  ...messageEnd("end_turn", USAGE),
];

/** Answers with these bytes, cut into chunks of these sizes. */
function answering(bytes: Uint8Array, sizes: Iterator<number>): typeof fetch {
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const end = at + (sizes.next().value ?? 1);
      controller.enqueue(bytes.slice(at, end));
      at = end;
    },
  });
  return async () => new Response(body, { headers: { "content-type": "text/event-stream" } });
}

async function collect(chunks: AsyncIterable<ModelChunk>): Promise<ModelChunk[]> {
  const all: ModelChunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

test("a reply cut at any byte arrives verbatim, and its deltas add up to it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aBlock, { maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      async (blocks, pieceChars, sizes) => {
        const bytes = new TextEncoder().encode(stream(blocks, pieceChars).map(encodeEvent).join(""));
        const provider = createAnthropicProvider({ apiKey: "sk-test", fetch: answering(bytes, sizes) });
        const chunks = await collect(provider.stream(REQUEST, new AbortController().signal));

        expect(JSON.stringify(chunks.at(-1))).toBe(
          JSON.stringify({
            type: "done",
            content: blocks,
            usage: { inputTokens: 11, outputTokens: 5, cacheReadTokens: 3, cacheWriteTokens: 2 },
            stopReason: "end_turn",
            messageId: "msg_1",
          }),
        );
        const shown = (type: string, key: string): string =>
          blocks.map((block) => (block.type === type ? String(block[key]) : "")).join("");
        const said = (type: string): string =>
          chunks.map((chunk) => (chunk.type === type && "delta" in chunk ? chunk.delta : "")).join("");
        expect(said("text")).toBe(shown("text", "text"));
        expect(said("thinking")).toBe(shown("thinking", "thinking"));
        for (const chunk of chunks) {
          if (chunk.type !== "call") continue;
          const written = blocks
            .filter(({ id }) => id === chunk.id)
            .map(({ input }) => JSON.stringify(input));
          expect(written.some((json) => json.startsWith(chunk.inputSoFar))).toBe(true);
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe("a reply that is not as it should be", () => {
  const accumulate = (...events: WireEvent[]) => {
    const reply = new Accumulator();
    for (const event of events) reply.push(event);
    return reply.finish();
  };
  const toolUse = (...json: string[]) => toolUseBlock(0, { id: "toolu_1", name: "Write" }, json);

  test("arguments that are cut stay raw text and are never completed", () => {
    const [block] = accumulate(...toolUse('{"file_path":"/a","content":"half')).content;
    expect(block?.["input"]).toBe('{"file_path":"/a","content":"half');
  });

  test("a call without arguments has an empty object", () => {
    expect(accumulate(...toolUse()).content[0]?.["input"]).toEqual({});
  });

  test("arguments that came with the start of the block are kept", () => {
    const block = { type: "tool_use", id: "toolu_1", name: "Read", input: { file_path: "/a" } };
    expect(accumulate(...wholeBlock(0, block)).content).toEqual([block]);
  });

  test("blocks without a number are taken in order, and unknown deltas are ignored", () => {
    const { content } = accumulate(
      { type: "content_block_start", content_block: { type: "text", text: "" } },
      { type: "content_block_delta", delta: { type: "text_delta", text: "a" } },
      { type: "content_block_delta", delta: { type: "mood_delta", text: "b" } },
      { type: "content_block_stop" },
      { type: "content_block_delta", index: 9, delta: { type: "text_delta", text: "c" } },
    );
    expect(content).toEqual([{ type: "text", text: "a" }]);
  });

  test("counts that a later report leaves out or sends as null stay as they were", () => {
    const { usage } = accumulate(messageStart("msg_1", "m", USAGE), {
      type: "message_delta",
      delta: { stop_reason: "end_turn" },
      usage: { output_tokens: 40, cache_read_input_tokens: null },
    });
    expect(usage).toEqual({ inputTokens: 11, outputTokens: 40, cacheReadTokens: 3, cacheWriteTokens: 2 });
  });

  test("citations are collected on their text", () => {
    const { content } = accumulate(
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "", citations: null } },
      { type: "content_block_delta", index: 0, delta: { type: "citations_delta", citation: { n: 1 } } },
      { type: "content_block_delta", index: 0, delta: { type: "citations_delta", citation: { n: 2 } } },
      { type: "content_block_stop", index: 0 },
    );
    expect(content).toEqual([{ type: "text", text: "", citations: [{ n: 1 }, { n: 2 }] }]);
  });
});

test("what is shown of a long call grows with it, so that showing it stays cheap", () => {
  const reply = new Accumulator();
  const json = JSON.stringify({ content: "x".repeat(400_000) });
  let shownChars = 0;
  let shown = 0;
  for (const event of toolUseBlock(0, { id: "toolu_1", name: "Write" }, inPieces(json, 20))) {
    const chunk = reply.push(event);
    if (chunk?.type !== "call") continue;
    shown += 1;
    shownChars += chunk.inputSoFar.length;
  }
  expect(shown).toBeGreaterThan(50);
  expect(shownChars).toBeLessThan(json.length * 30);
});
