import { expect, test } from "vitest";
import type { Estimate } from "../../src/context/estimate.ts";
import { ExactCount } from "../../src/context/exact-count.ts";

const request = { model: "claude-opus-5-5", system: [], tools: [], messages: [], maxOutputTokens: 1 };
const estimate = (tokens: number, countedTokens = 0): Estimate => ({
  ...{ tokens, countedTokens, cachedTokens: 0, cachedAtMs: 0, caches: true },
  ...{ prefixTokens: 0, outputTokens: 0, longOutputTokens: 0 },
});
const at = (key: string, nowMs = 0) => ({ threshold: 100_000, key, nowMs });

function counting(answer: number | undefined | Error) {
  const state = { calls: 0 };
  const count = async (): Promise<number | undefined> => {
    state.calls += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { state, count };
}

test("a count is asked for where the decision hangs on it, once for the same request", async () => {
  const { state, count } = counting(91_000);
  const exact = new ExactCount();
  expect(await exact.tokens(request, estimate(105_000), at("a"), count)).toBe(91_000);
  expect(await exact.tokens(request, estimate(105_000), at("a"), count)).toBe(91_000);
  expect(state.calls).toBe(1);
  await exact.tokens(request, estimate(105_000), at("b"), count);
  expect(state.calls).toBe(2);
});

test.each([
  ["far from what is decided at", estimate(60_000)],
  ["the provider has counted nearly all of it", estimate(105_000, 90_000)],
  ["small", estimate(15_000)],
])("none is asked for when the request is %s", async (_why, given) => {
  const { state, count } = counting(1);
  expect(await new ExactCount().tokens(request, given, at("a"), count)).toBe(given.tokens);
  expect(state.calls).toBe(0);
});

test.each([[undefined], [new Error("429")]])(
  "after a refusal (%s) the estimate has to do, and nobody asks for a while",
  async (answer) => {
    const { state, count } = counting(answer);
    const exact = new ExactCount();
    expect(await exact.tokens(request, estimate(105_000), at("a"), count)).toBe(105_000);
    expect(await exact.tokens(request, estimate(106_000), at("b", 60_000), count)).toBe(106_000);
    expect(state.calls).toBe(1);
    await exact.tokens(request, estimate(107_000), at("c", 11 * 60_000), count);
    expect(state.calls).toBe(2);
  },
);
