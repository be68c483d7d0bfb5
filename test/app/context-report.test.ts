import { expect, test } from "vitest";
import { contextReport } from "../../src/app/context-report.ts";
import { spendingOf } from "../../src/app/spending-by-model.ts";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import { type Block, text } from "../../src/core/message.ts";
import { ContextReport } from "../../src/protocol/context-report.ts";

const MODEL = "claude-opus-5-5";
const SMALL = "claude-haiku-5-5";
const price = { input: 4, output: 20, cacheRead: 0.4, cacheWrite: 5 };
const priceOf = (model: string) => (model === MODEL ? price : undefined);
const MODELS = [{ id: MODEL, name: "Opus", contextTokens: 200_000, price }];
const usage = (inputTokens: number, more = {}) => ({
  ...{ inputTokens, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0 },
  ...more,
});

class Log {
  readonly events: AgentEvent[] = [];
  add(body: EventBody, agentId: string = MAIN): this {
    this.events.push({ seq: this.events.length, at: 1_000, agentId, ...body });
    return this;
  }
  begin(model = MODEL, agentId: string = MAIN): this {
    return this.add({ type: "prefix", model, system: ["You are an agent."], tools: [] }, agentId);
  }
  say(words: string): this {
    return this.add({ type: "user", content: [text(words)] });
  }
  read(callId: string, path: string, content: string): this {
    const call = { type: "tool_use" as const, id: callId, name: "Read", input: { file_path: path } };
    this.reply([call], usage(1_000));
    this.add({
      ...{ type: "tool.started", callId, name: "Read", title: `Read ${path}` },
      accesses: [{ kind: "read", target: path }],
    });
    return this.add({
      ...{ type: "tool.finished", callId, isError: false, content: [text(content)], outcome: "done" },
      seen: [{ path, hash: "h", isPartial: false }],
    });
  }
  reply(content: Block[], used = usage(2_000), agentId: string = MAIN, model = MODEL): this {
    const sawSeq = this.events.length - 1;
    return this.add(
      { type: "assistant", content, usage: used, model, stopReason: "end_turn", sawSeq },
      agentId,
    );
  }
}
const report = (log: Log) =>
  contextReport({
    ...{ events: log.events, models: MODELS, priceOf, model: MODEL, maxOutputTokens: 1_000, now: 2_000 },
  });

test("of a conversation in which nothing was sent there is nothing to show, and it is no error", () => {
  const nothing = report(new Log());
  expect(nothing).toMatchObject({ model: MODEL, modelName: "Opus", limit: 200_000, tokens: 0, parts: [] });
  expect(nothing.forecast).toBeUndefined();
  expect(ContextReport.parse(nothing)).toEqual(nothing);
});

test("the parts add up to the window; what a file brought can be dropped, and is gone from the list of what can once it was", () => {
  const log = new Log()
    .begin()
    .say("Look.")
    .read("c1", "/w/a.ts", "x ".repeat(4_000))
    .reply([text("Done.")]);
  const before = report(log);
  expect(ContextReport.parse(before)).toEqual(before);
  expect(before.parts.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(before.tokens);
  const file = before.parts.find(({ group }) => group === "files");
  expect(file).toMatchObject({ label: "/w/a.ts", canDrop: true, callIds: ["c1"] });
  log.add({ type: "cleared", callIds: ["c1"], strategy: "user" });
  const after = report(log);
  expect(after.tokens).toBeLessThan(before.tokens);
  expect(after.parts.find(({ group }) => group === "files")?.canDrop).toBe(false);
});

test("a forecast says what a missed cache would cost more", () => {
  const log = new Log().begin().say("Look.");
  log.reply([text("Done.")], usage(0, { cacheWriteTokens: 50_000 })).say("More.");
  const { forecast } = report(log);
  expect(forecast?.missDollars).toBeGreaterThan((forecast?.dollars ?? 0) * 5);
});

test("money is told by model and purpose: sub-agents, summaries and the classifier included", () => {
  const log = new Log()
    .begin()
    .say("Go.")
    .reply([text("One.")], usage(1_000_000));
  log.begin(SMALL, "main/c1").reply([text("Two.")], usage(500), "main/c1", SMALL);
  log.add({
    ...{ type: "classified", command: "ls", cwd: "/", isHarmless: true, reason: "", model: SMALL },
    usage: usage(300),
  });
  log.add({
    type: "compacted",
    summary: "s",
    keepFromSeq: 99,
    strategy: "summarise",
    usage: usage(2_000_000),
  });
  log.add({ type: "spent", model: MODEL, usage: usage(1_000), because: "stopped" });
  expect(spendingOf(log.events, priceOf)).toEqual([
    expect.objectContaining({ model: MODEL, purpose: "main", requests: 2, inputTokens: 1_001_000 }),
    expect.objectContaining({ model: SMALL, purpose: "agents", requests: 1, inputTokens: 500 }),
    expect.objectContaining({ model: MODEL, purpose: "summaries", requests: 1, dollars: 8.002 }),
    expect.objectContaining({ model: SMALL, purpose: "classifier", requests: 1 }),
  ]);
  expect(spendingOf(log.events, priceOf)[1]).not.toHaveProperty("dollars");
});

test("what a fork begins with was paid for by the other conversation", () => {
  const log = new Log()
    .begin()
    .say("Go.")
    .reply([text("One.")]);
  log.add({
    ...{ type: "session", version: "0", cwd: "/w", roots: [] },
    forkedFrom: { sessionId: "other", seq: 3 },
  });
  log.say("On.").reply([text("Two.")], usage(7));
  expect(spendingOf(log.events, priceOf)).toMatchObject([{ requests: 1, inputTokens: 7 }]);
});

test("a window of very many parts is told with its largest, and the rest as a sum", () => {
  const log = new Log().begin();
  for (let i = 0; i < 500; i += 1) log.say(`Message ${i} ${"word ".repeat(i % 7)}`);
  const { parts, hidden, tokens } = report(log);
  expect(parts).toHaveLength(400);
  expect(hidden?.parts).toBe(102 - 1);
  expect(parts.reduce((sum, part) => sum + part.tokens, 0) + (hidden?.tokens ?? 0)).toBe(tokens);
});
