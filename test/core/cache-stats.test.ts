import { expect, test } from "vitest";
import { CacheStats, inputDollars } from "../../src/core/cache-stats.ts";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { AgentEvent as Schema } from "../../src/core/event.ts";
import { addUsage, NO_USAGE, type Usage } from "../../src/core/message.ts";

const PRICE = { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 };
const prices = (model: string) => (model === "a" ? PRICE : undefined);
const event = (seq: number, body: EventBody): AgentEvent => ({
  seq,
  at: 1_000 + seq,
  agentId: "main",
  ...body,
});
const reply = (seq: number, usage: Partial<Usage>, model = "a"): AgentEvent =>
  event(seq, {
    type: "assistant",
    content: [],
    usage: { ...NO_USAGE, ...usage },
    model,
    stopReason: "end_turn",
    sawSeq: seq - 1,
  });
const broken = (seq: number, lostTokens: number, isIntended?: boolean): AgentEvent =>
  event(seq, {
    type: "cache.broken",
    cause: "tool added",
    place: "tools.Bash",
    lostTokens,
    ...(isIntended !== undefined && { isIntended }),
  });
function figures(events: readonly AgentEvent[]) {
  const stats = new CacheStats();
  for (const one of events) stats.apply(one);
  return stats.figures(prices);
}

test("before the first reply nothing is read, lost or saved", () => {
  expect(figures([])).toEqual({
    requests: 0,
    freshTokens: 0,
    writtenTokens: 0,
    readTokens: 0,
    hitRate: 0,
    savedDollars: undefined,
    breaks: 0,
    lostTokens: 0,
    lastBreak: undefined,
  });
});

test("hit rate and saved money follow from what each model counted and costs", () => {
  const seen = figures([
    reply(1, { inputTokens: 100_000, cacheWriteTokens: 900_000, cacheWriteHourTokens: 400_000 }),
    reply(2, { cacheReadTokens: 1_000_000 }),
    reply(3, { inputTokens: 1_000_000 }, "unpriced"),
  ]);
  expect(seen).toMatchObject({
    requests: 3,
    readTokens: 1_000_000,
    writtenTokens: 900_000,
    freshTokens: 1_100_000,
  });
  expect(seen.hitRate).toBeCloseTo(1 / 3);
  // Uncached both requests had cost 8; they cost 0.4 + 2.5 + 3.2 and 0.2.
  expect(seen.savedDollars).toBeCloseTo(8 - 6.3);
});

test("an entry kept for an hour costs what the model says, or twice the input", () => {
  const usage = { ...NO_USAGE, cacheWriteTokens: 1_000_000, cacheWriteHourTokens: 1_000_000 };
  expect(inputDollars(usage, PRICE)).toBe(8);
  expect(inputDollars(usage, { ...PRICE, cacheWriteHour: 7 })).toBe(7);
  expect(inputDollars({ ...usage, cacheWriteTokens: 0 }, PRICE)).toBe(0);
});

test("a break that somebody wanted is the last one, but counts for nothing", () => {
  const seen = figures([broken(1, 500), broken(2, 9_000, true)]);
  expect(seen).toMatchObject({
    breaks: 1,
    lostTokens: 500,
    lastBreak: { seq: 2, isIntended: true, at: 1_002 },
  });
});

test("a cause of a newer Plumb is still read", () => {
  const one = { ...broken(4, 1), cause: "sunspots" };
  expect(Schema.parse(one)).toEqual(one);
});

test("sums of usage say what was kept for an hour only where it was said", () => {
  expect(addUsage(NO_USAGE, NO_USAGE)).toEqual(NO_USAGE);
  expect(addUsage({ ...NO_USAGE, cacheWriteHourTokens: 3 }, NO_USAGE).cacheWriteHourTokens).toBe(3);
});

test("what a conversation was forked with was the other one's doing", () => {
  const forkedFrom = { sessionId: "other", seq: 3 };
  const begun = event(3, { type: "session", version: "0", cwd: "/w", roots: [], forkedFrom });
  const seen = figures([
    reply(1, { cacheReadTokens: 500 }),
    broken(2, 100),
    begun,
    reply(4, { inputTokens: 7 }),
  ]);
  expect(seen).toMatchObject({ requests: 1, readTokens: 0, freshTokens: 7, breaks: 0, lastBreak: undefined });
});
