import { describe, expect, test } from "vitest";
import { summarise } from "../../src/context/summarise.ts";
import type { ContextView, Occasion } from "../../src/core/context.ts";
import { toMessages } from "../../src/core/conversation.ts";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { NO_USAGE, plainText, text } from "../../src/core/message.ts";

const user = (value: string): EventBody => ({ type: "user", content: [text(value)] });
const reply = (value: string, sawSeq: number): EventBody => ({
  type: "assistant",
  content: [text(value)],
  usage: NO_USAGE,
  model: "m",
  stopReason: "end_turn",
  sawSeq,
});
const log = (...bodies: EventBody[]): AgentEvent[] =>
  bodies.map((body, seq) => ({ seq, at: 0, agentId: "main", ...body }));
const never = new AbortController().signal;
const conversation = log(user("Fix the parser"), reply("Done.", 0), user("Now the printer"));

const viewOf = (events: AgentEvent[], occasion: Occasion, ask: () => Promise<string>): ContextView => ({
  ...{ agentId: "main", model: "m", events, occasion, focus: "", canSign: false, maxOutputTokens: 1 },
  request: () => ({
    model: "m",
    system: [],
    tools: [],
    messages: toMessages(events, "main"),
    maxOutputTokens: 1,
  }),
  ask: async () => ({ content: [text(await ask())], usage: NO_USAGE, stopReason: "end_turn" }),
});
const compact = async (
  events: AgentEvent[],
  options: { usedTokens?: number; forced?: boolean; ask?: () => Promise<string> } = {},
) => {
  const { usedTokens = 0, forced = false, ask = () => Promise.resolve("The parser is fixed.") } = options;
  const used = events.map((event) =>
    event.type === "assistant" ? { ...event, usage: { ...NO_USAGE, inputTokens: usedTokens } } : event,
  );
  const view = viewOf(used, forced ? "overflow" : "step", ask);
  const event = (await summarise({ compactAtTokens: 1000 }).makeRoom(view, never))?.events[0];
  return event?.type === "compacted" ? event : undefined;
};

describe("summarising", () => {
  test("does nothing while there is room", async () => {
    expect(await compact(conversation, { usedTokens: 999 })).toBeUndefined();
  });

  test("happens at the threshold, and when the provider refused the conversation as too long", async () => {
    expect(await compact(conversation, { usedTokens: 1000 })).toBeDefined();
    expect(await compact(conversation, { forced: true })).toBeDefined();
  });

  test("keeps the first message of the user word for word, and what is unanswered as it was", async () => {
    const compaction = await compact(conversation, { forced: true });
    expect(compaction?.summary).toContain("> Fix the parser");
    expect(compaction?.summary).toContain("The parser is fixed.");
    expect(compaction?.keepFromSeq).toBe(2);
  });

  test("leaves a conversation a provider accepts: one message of the user that ends with the open one", async () => {
    const compaction = await compact(conversation, { forced: true });
    const after = [...conversation, { seq: 3, at: 0, agentId: "main", ...compaction! }];
    const messages = toMessages(after, "main");
    expect(messages.map(({ role }) => role)).toEqual(["user"]);
    expect(plainText(messages[0]?.content ?? []).endsWith("Now the printer")).toBe(true);
  });

  test("in the middle of work drops every reply and goes on from the handover", async () => {
    const call = { type: "tool_use", id: "c1", name: "Read", input: {} };
    const working = log(
      user("Fix it"),
      { ...reply("", 0), type: "assistant", content: [call] } as EventBody,
      {
        type: "tool.finished",
        callId: "c1",
        isError: false,
        content: [text("x".repeat(100))],
        outcome: "done",
      },
    );
    expect((await compact(working, { forced: true }))?.keepFromSeq).toBe(3);
  });

  test("quotes what was typed while the last reply streamed, which is still unanswered", async () => {
    const events = log(user("Fix it"), user("And the tests too"), reply("Done.", 0));
    expect((await compact(events, { forced: true }))?.summary).toContain(
      "not answered yet:\n> And the tests too",
    );
  });

  test("carries the todo list and the mode over", async () => {
    const events = log(
      user("Fix it"),
      { type: "mode", mode: "plan" },
      {
        type: "tool.finished",
        callId: "c",
        isError: false,
        content: [],
        outcome: "done",
        detail: { kind: "todos", todos: [{ content: "Look", status: "in_progress", activeForm: "Looking" }] },
      },
      reply("I look.", 0),
    );
    const summary = (await compact(events, { forced: true }))?.summary;
    expect(summary).toContain("- [in_progress] Look");
    expect(summary).toContain("Mode: Plan.");
  });

  test("falls back to an extract when even the request for a summary does not fit", async () => {
    const compaction = await compact(conversation, {
      forced: true,
      ask: () => Promise.reject(new Error("too long")),
    });
    expect(compaction?.summary).toContain("could not be summarised");
    expect(compaction?.summary).toContain("> Now the printer");
    expect(compaction?.summary).toContain("> Done.");
  });

  test("does not run in circles: after a summary that did not help there is nothing to do", async () => {
    const events = log(user("Fix it"), reply("Done.", 0), {
      type: "compacted",
      strategy: "s",
      summary: "x",
      keepFromSeq: 2,
    });
    expect(await compact(events, { forced: true })).toBeUndefined();
    expect(await compact(log(user("one endless message")), { forced: true })).toBeUndefined();
  });

  test("stops when it is cancelled", async () => {
    const ask = () => Promise.reject(new Error("stopped"));
    const view = viewOf(conversation, "overflow", ask);
    await expect(summarise({ compactAtTokens: 1 }).makeRoom(view, AbortSignal.abort())).rejects.toThrow(
      "stopped",
    );
  });
});
