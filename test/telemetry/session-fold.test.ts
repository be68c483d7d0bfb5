import { expect, test } from "vitest";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { NO_USAGE, text } from "../../src/core/message.ts";
import { SessionFold } from "../../src/telemetry/session-fold.ts";
import type { Signal } from "../../src/telemetry/signals.ts";

const options = { sessionId: "s", provider: "anthropic", priceOf: () => undefined };

function told(fold: SessionFold, log: readonly (readonly [at: number, body: EventBody])[]): Signal[] {
  return log.flatMap(([at, body], seq) => {
    const event: AgentEvent = { seq, at, agentId: "main", ...body };
    return [...fold.apply(event)];
  });
}
const begun = (signals: readonly Signal[], name: string) =>
  signals.filter((signal) => signal.type === "begin" && signal.name.startsWith(name));

const user: EventBody = { type: "user", content: [text("Go.")] };
const prefix: EventBody = { type: "prefix", model: "m", system: [], tools: [] };
const retry: EventBody = { type: "notice", kind: "retry", text: "Busy." };
const answer = (durationMs: number): EventBody => ({
  ...{ type: "assistant", content: [text("Yes.")], usage: NO_USAGE, model: "m" },
  ...{ stopReason: "end_turn", sawSeq: 0, durationMs },
});
const done: EventBody = { type: "finished", outcome: "done" };

test("a request begins with its first attempt, and ends with its reply", () => {
  const signals = told(new SessionFold(options), [
    [1_000, user],
    [1_010, prefix],
    [3_000, retry],
    [6_000, retry],
    [9_000, answer(2_000)],
    [9_001, done],
  ]);
  expect(begun(signals, "chat")).toMatchObject([{ at: 1_010, kind: "client" }]);
  expect(signals).toContainEqual(
    expect.objectContaining({ metric: "gen_ai.client.operation.duration", value: 7.99 }),
  );
});

test("without attempts before it, it begins when the log says that it did", () => {
  const signals = told(new SessionFold(options), [
    [1_000, user],
    [1_010, prefix],
    [9_000, answer(2_000)],
    [9_001, done],
  ]);
  expect(begun(signals, "chat")).toMatchObject([{ at: 7_000 }]);
});

test("a question of ours that ends is no call, and begins no turn", () => {
  const log: [number, EventBody][] = [
    [1_000, { type: "question.asked", callId: "budget-1", questions: [], title: "Budget" }],
    [2_000, { type: "tool.finished", callId: "budget-1", isError: false, content: [], outcome: "done" }],
  ];
  const fold = new SessionFold(options);
  expect(told(fold, log)).toEqual([]);
  expect(fold.end(3_000)).toEqual([]);
});

test("what happens between two turns is in neither", () => {
  const fold = new SessionFold(options);
  told(fold, [
    [1_000, user],
    [1_010, prefix],
    [2_000, answer(500)],
    [2_001, done],
  ]);
  const between = told(fold, [
    [50_000, { type: "mode", mode: "plan" }],
    [60_000, { type: "user", content: [text("A task has ended.")], origin: "task" }],
  ]);
  expect(between).toEqual([]);
  expect(begun(told(fold, [[90_000, answer(500)]]), "invoke_agent")).toMatchObject([{ at: 89_500 }]);
});

test("the first chunk is that of the attempt that came through", () => {
  const fold = new SessionFold(options);
  const first = told(fold, [
    [1_000, user],
    [1_010, prefix],
  ]);
  fold.live({ type: "text", agentId: "main" }, 1_100);
  fold.live({ type: "discarded", agentId: "main" }, 1_200);
  const second = told(fold, [[1_300, retry]]);
  fold.live({ type: "thinking", agentId: "main" }, 4_250);
  fold.live({ type: "text", agentId: "main" }, 4_900);
  const signals = [...first, ...second, ...told(fold, [[5_000, answer(1_000)]])];
  expect(signals).toContainEqual(
    expect.objectContaining({ metric: "gen_ai.client.operation.time_to_first_chunk", value: 0.25 }),
  );
});

test("a summary is a request of its own, and is paid for also when nobody was working", () => {
  const usage = { ...NO_USAGE, inputTokens: 900, outputTokens: 100 };
  const compacted: EventBody = { type: "compacted", summary: "s", keepFromSeq: 0, strategy: "s", usage };
  const fold = new SessionFold(options);
  told(fold, [
    [1_000, user],
    [1_010, prefix],
  ]);
  fold.live({ type: "room", agentId: "main" }, 1_100);
  expect(begun(told(fold, [[3_100, compacted]]), "chat")).toMatchObject([{ at: 1_100 }]);
  told(fold, [[3_200, done]]);
  const byHand = told(fold, [[9_000, compacted]]);
  expect(begun(byHand, "chat")).toEqual([]);
  expect(byHand).toContainEqual(expect.objectContaining({ metric: "gen_ai.client.token.usage", value: 900 }));
});
