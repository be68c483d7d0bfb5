import { describe, expect, test } from "vitest";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { isText, NO_USAGE, text } from "../../src/core/message.ts";
import type { ToolContext } from "../../src/core/tool.ts";
import { builtinTools } from "../../src/tools/index.ts";
import { toolWorld } from "./tool-world.ts";

const tool = builtinTools.find(({ spec }) => spec.name === "SearchTranscript")!;
const reply = (...content: { type: string }[]): EventBody => ({
  ...{ type: "assistant", content, usage: NO_USAGE, model: "m", stopReason: "end_turn", sawSeq: 0 },
});
const log: AgentEvent[] = [
  { type: "user", content: [text("Why does the PARSER fail on empty lines?")] } as const,
  reply(text("I look."), {
    type: "tool_use",
    id: "a",
    name: "Read",
    input: { file_path: "/w/parser.ts" },
  } as never),
  {
    type: "tool.finished",
    callId: "a",
    isError: false,
    outcome: "done",
    content: [text(`start ${"x ".repeat(9_000)}needle in the parser ${"y ".repeat(300)}`)],
  } as const,
  { type: "cleared", callIds: ["a"], strategy: "clear" } as const,
  { type: "compacted", summary: "The parser was read.", keepFromSeq: 5, strategy: "summarise" } as const,
  reply({ type: "tool_use", id: "s", name: "SearchTranscript", input: { query: "needle" } } as never),
  {
    type: "tool.finished",
    callId: "s",
    isError: false,
    outcome: "done",
    content: [text("found needle once")],
  } as const,
].map((body, seq) => ({ seq, at: 0, agentId: "main", ...(body as EventBody) }));

async function search(input: unknown): Promise<string> {
  const place = { cwd: "/w", roots: ["/w"], readable: [], paths: toolWorld().host.paths };
  const context = { transcript: () => log } as unknown as ToolContext;
  const { content } = await tool.prepare(input, place).run(context);
  return typeof content === "string"
    ? content
    : content.map((block) => (isText(block) ? block.text : "")).join("");
}

describe("searching the conversation", () => {
  test("finds what was cleared and summarised, newest first, with the number to read on by", async () => {
    const found = await search({ query: "parser" });
    expect([...found.matchAll(/^\[(\d+)\]/gm)].map(([, seq]) => Number(seq))).toEqual([4, 2, 1, 0]);
    expect(found).toContain("Result of Read");
    expect(found.length).toBeLessThan(3_000);
  });

  test("wants all words, in any order and case, and phrases as they are", async () => {
    expect(await search({ query: "LINES parser" })).toContain("[0] User");
    expect(await search({ query: '"empty lines"' })).toContain("[0] User");
    expect(await search({ query: '"lines empty"' })).toContain("Nothing in this conversation");
  });

  test("does not find itself", async () => {
    const found = await search({ query: "needle" });
    expect(found).toContain("[2] Result of Read");
    expect(found).not.toContain("[5]");
    expect(found).not.toContain("[6]");
  });

  test("shows an entry in full, page by page", async () => {
    const first = await search({ entry: 2 });
    expect(first).toContain("start x");
    const [, offset = ""] = /offset (\d+)/.exec(first) ?? [];
    expect(await search({ entry: 2, offset: Number(offset) })).toContain("needle in the parser");
    expect(await search({ entry: 2, offset: 999_999 })).not.toContain("Cut");
  });

  test("says how to call it when there is nothing to look for", async () => {
    await expect(search({})).rejects.toThrow("Give a query");
    await expect(search({ entry: 77 })).rejects.toThrow("no entry 77");
  });
});
