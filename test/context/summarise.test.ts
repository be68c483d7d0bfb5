import { describe, expect, test } from "vitest";
import { summarise } from "../../src/context/summarise.ts";
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

const compact = (
  events: AgentEvent[],
  options: { usedTokens?: number; forced?: boolean; ask?: () => Promise<string> } = {},
) =>
  summarise({ compactAtTokens: 1000 }).compact(
    { events, usedTokens: 0, forced: false, ask: () => Promise.resolve("The parser is fixed."), ...options },
    never,
  );

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
    const after = [
      ...conversation,
      { seq: 3, at: 0, agentId: "main", type: "compacted", strategy: "s", ...compaction! } as const,
    ];
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
    const view = { events: conversation, usedTokens: 0, forced: true, ask };
    await expect(summarise({ compactAtTokens: 1 }).compact(view, AbortSignal.abort())).rejects.toThrow(
      "stopped",
    );
  });
});
