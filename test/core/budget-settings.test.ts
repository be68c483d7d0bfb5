import { expect, test } from "vitest";
import { isDollars, isPrices, toDollars, toPrices } from "../../src/core/budget-settings.ts";

test.each([
  [5, 5],
  [0.5, 0.5],
  [0, undefined],
  [-1, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  ["5", undefined],
  [undefined, undefined],
])("%j as a limit is %j", (value, dollars) => {
  expect(toDollars(value)).toBe(dollars);
});

test("what is no amount is told apart from none", () => {
  expect([0, 5, "5", -1, null, true].map(isDollars)).toEqual([true, true, false, false, false, false]);
});

test("prices may leave out what the cache costs", () => {
  const priceOf = toPrices({
    mine: { input: 1, output: 5 },
    full: { input: 2, output: 4, cacheRead: 0, cacheWrite: 3, cacheWriteHour: 9 },
  });
  expect(priceOf("mine")).toEqual({ input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 });
  expect(priceOf("full")).toEqual({ input: 2, output: 4, cacheRead: 0, cacheWrite: 3, cacheWriteHour: 9 });
  expect(priceOf("other")).toBeUndefined();
  expect(priceOf("__proto__")).toBeUndefined();
});

test.each([
  [[]],
  ["x"],
  [{ m: 5 }],
  [{ m: { input: 1 } }],
  [{ m: { input: -1, output: 1 } }],
  [{ m: { input: 1, output: 2, outptu: 3 } }],
])("%j is no list of prices, and nothing is guessed from it", (value) => {
  expect(isPrices(value)).toBe(false);
  expect(toPrices(value)("m")).toBeUndefined();
});
