import { expect, test } from "vitest";
import { worthKeeping, worthWarming } from "../../src/core/warmth.ts";
import { factsOf } from "../../src/models/model-table.ts";

const MINUTE_MS = 60_000;
const pays = (model: string, tokens: number, idleMs: number): boolean => {
  const price = factsOf(model)?.price;
  if (!price) throw new Error(`no price of ${model}`);
  return worthWarming({ tokens, price, idleMs });
};

test("an entry that will outlive the writing is left alone", () => {
  expect(pays("claude-opus-5-5", 100_000, 0)).toBe(false);
  expect(pays("claude-opus-5-5", 100_000, 3 * MINUTE_MS)).toBe(false);
});

test("one that expires before the message is written is read once more, whatever the model", () => {
  for (const model of [
    "claude-opus-5-5",
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "claude-fable-5-2",
    "claude-sonnet-4-5",
  ])
    expect(pays(model, 100_000, 4.5 * MINUTE_MS)).toBe(true);
  expect(pays("claude-opus-5-5", 3_000, 4.5 * MINUTE_MS)).toBe(false);
});

test("one that has expired is written for the sake of time alone only where that costs next to nothing", () => {
  expect(pays("claude-opus-5-5", 100_000, 6 * MINUTE_MS)).toBe(false);
  expect(pays("claude-fable-5-2", 100_000, 60 * MINUTE_MS)).toBe(false);
  expect(pays("claude-haiku-5-5", 50_000, 6 * MINUTE_MS)).toBe(true);
});

test("what a turn waits with is kept just before its end, and not for ever", () => {
  const keeps = (model: string, idleMs: number, times: number): boolean => {
    const price = factsOf(model)?.price;
    return price !== undefined && worthKeeping({ tokens: 100_000, price, idleMs, times });
  };
  expect(keeps("claude-opus-5-5", 4.7 * MINUTE_MS, 0)).toBe(true);
  expect(keeps("claude-opus-5-5", 2 * MINUTE_MS, 0)).toBe(false);
  expect(keeps("claude-opus-5-5", 5 * MINUTE_MS, 0)).toBe(false);
  expect(keeps("claude-sonnet-4-5", 4.7 * MINUTE_MS, 5)).toBe(true);
  expect(keeps("claude-sonnet-4-5", 4.7 * MINUTE_MS, 10)).toBe(false);
});
