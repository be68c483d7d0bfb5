import fc from "fast-check";
import { expect, test } from "vitest";
import { Estimator } from "../../src/context/estimate.ts";
import { forecastOf } from "../../src/context/forecast.ts";
import { toRequest } from "../../src/core/conversation.ts";
import { dollarsOf, dollarWords } from "../../src/core/cost.ts";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { factsOf } from "../../src/models/model-table.ts";

const MODEL = "claude-opus-5-5";
const price = { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 };

function talk(outputs: readonly number[], cached: number, startedAt = 1_000): AgentEvent[] {
  const log: AgentEvent[] = [];
  const append = (body: EventBody, at: number): void =>
    void log.push({ seq: log.length, at, agentId: "main", ...body });
  append({ type: "prefix", model: MODEL, system: ["You are an agent."], tools: [] }, 0);
  for (const outputTokens of outputs) {
    append({ type: "user", content: [text("go on")] }, startedAt);
    append(
      {
        type: "assistant",
        content: [text("ok")],
        usage: {
          inputTokens: 100_000 - cached,
          cacheReadTokens: cached / 2,
          cacheWriteTokens: cached / 2,
          outputTokens,
        },
        model: MODEL,
        stopReason: "end_turn",
        sawSeq: log.length - 1,
        durationMs: 2_000,
      },
      startedAt + 2_000,
    );
  }
  append({ type: "user", content: [text("And now?")] }, startedAt + 3_000);
  return log;
}
const estimate = (log: AgentEvent[]) => Estimator.of(log).next("main", toRequest(log, "main", 1));

test("what is cached costs what reading it costs, the rest what writing it costs, and the reply is as long as most", () => {
  const log = talk([300, 500, 9_000], 99_000);
  const { tokens } = estimate(log);
  const { dollars, coldDollars, isWarm, usage } = forecastOf(estimate(log), price, 60_000);
  expect(isWarm).toBe(true);
  expect(usage).toEqual({
    inputTokens: 0,
    cacheReadTokens: 99_000,
    cacheWriteTokens: tokens - 99_000,
    outputTokens: 500,
  });
  expect(dollars).toBeCloseTo((99_000 * 0.2 + (tokens - 99_000) * 5 + 500 * 20) / 1e6, 10);
  const { prefixTokens } = estimate(log);
  expect(prefixTokens).toBeGreaterThan(0);
  expect(coldDollars).toBeCloseTo(((tokens - prefixTokens) * 5 + prefixTokens * 8 + 500 * 20) / 1e6, 10);
});

test("the cache is cold five minutes after the request began, not after it ended", () => {
  const at = estimate(talk([500], 99_000, 1_000));
  expect(forecastOf(at, price, 1_000 + 299_999).isWarm).toBe(true);
  expect(forecastOf(at, price, 1_000 + 300_000).isWarm).toBe(false);
  expect(forecastOf(at, price, 0).isWarm).toBe(false);
});

test("a request that kept the cache warm counts from when it was sent", () => {
  const log = talk([500], 99_000, 1_000);
  const usage = { inputTokens: 1, cacheReadTokens: 99_000, cacheWriteTokens: 0, outputTokens: 0 };
  const because = "kept the cache warm";
  log.push({ seq: log.length, at: 240_000, agentId: "main", type: "spent", model: MODEL, usage, because });
  expect(forecastOf(estimate(log), price, 500_000).isWarm).toBe(true);
  expect(forecastOf(estimate(log), price, 540_000).isWarm).toBe(false);
});

test("a provider that caches nothing is paid for plain input", () => {
  const { usage, isWarm } = forecastOf(estimate(talk([500], 0)), price, 60_000);
  expect(isWarm).toBe(false);
  expect(usage.cacheWriteTokens).toBe(0);
  expect(usage.inputTokens).toBeGreaterThan(100_000);
});

test("a warm request never costs more than a cold one, whatever it holds", () => {
  fc.assert(
    fc.property(
      fc.nat(200_000),
      fc.nat(200_000),
      fc.nat(30_000),
      fc.nat(600_000),
      (tokens, cached, out, now) => {
        const { dollars, coldDollars } = forecastOf(
          {
            tokens,
            countedTokens: 0,
            cachedTokens: cached,
            cachedAtMs: 1_000,
            caches: true,
            prefixTokens: cached % 5_000,
            outputTokens: out,
            longOutputTokens: out,
          },
          price,
          now,
        );
        expect(dollars).toBeLessThanOrEqual(coldDollars);
        expect(dollars).toBeGreaterThanOrEqual((out * 20) / 1e6);
      },
    ),
    { numRuns: 1000 },
  );
});

test("a request is paid for as its provider counted it, entries for an hour and long prompts included", () => {
  const usage = {
    inputTokens: 10,
    cacheReadTokens: 1_000,
    cacheWriteTokens: 500,
    cacheWriteHourTokens: 200,
    outputTokens: 40,
  };
  expect(dollarsOf(usage, price)).toBeCloseTo((10 * 4 + 1_000 * 0.2 + 300 * 5 + 200 * 8 + 40 * 20) / 1e6, 12);
  const haiku = factsOf("claude-haiku-5-5")?.price;
  const long = { inputTokens: 0, cacheReadTokens: 100_001, cacheWriteTokens: 0, outputTokens: 1_000 };
  expect(haiku && dollarsOf(long, haiku)).toBeCloseTo((100_001 * 0.05 + 1_000 * 2.5) / 1e6, 12);
  expect(haiku && dollarsOf({ ...long, cacheReadTokens: 100_000 }, haiku)).toBeCloseTo(0.0015, 12);
});

test.each([
  [0, "$0.00"],
  [0.00001, "less than $0.0001"],
  [0.0123, "$0.0123"],
  [0.5, "$0.50"],
  [5.019, "$5.02"],
])("%d dollars read %s", (dollars, words) => {
  expect(dollarWords(dollars)).toBe(words);
});
