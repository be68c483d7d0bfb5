import fc from "fast-check";
import { expect, test } from "vitest";
import { Guard } from "../../src/app/budget/guard.ts";
import { amountIn, limitsInForce, nextLimit } from "../../src/app/budget/limits.ts";
import { carefully } from "../../src/context/forecast.ts";
import { type BudgetLimits, dollarWords } from "../../src/core/cost.ts";
import { text } from "../../src/core/message.ts";
import type { Spending } from "../../src/core/ports.ts";
import { Session } from "../../src/core/session.ts";

const PRICE = { input: 10, output: 50, cacheRead: 1, cacheWrite: 12.5 };
const request = (chars: number) => ({
  model: "m",
  agentId: "main",
  system: [],
  tools: [],
  messages: [{ role: "user" as const, content: [text("x ".repeat(chars))] }],
  maxOutputTokens: 100,
});

/** The day's sum, told and changed at any moment between others. */
function sharedDay(turns: readonly number[]): Spending {
  const entries: number[] = [];
  let at = 0;
  const pause = async (): Promise<void> => {
    for (let i = turns[at++ % turns.length] ?? 0; i > 0; i -= 1) await Promise.resolve();
  };
  return {
    async begin(dollars) {
      await pause();
      const index = entries.push(dollars) - 1;
      return {
        async settle(real) {
          await pause();
          entries[index] = real;
        },
      };
    },
    async today() {
      await pause();
      return entries.reduce((sum, dollars) => sum + dollars, 0);
    },
  };
}

function guarded(limits: BudgetLimits, spending: Spending | undefined): Guard {
  return new Guard({
    session: new Session("s", () => 0),
    openedAtSeq: -1,
    limits: () => limits,
    spending,
    priceOf: () => PRICE,
    now: () => 0,
    today: () => "2026-11-21",
    canAsk: () => false,
    answers: async () => undefined,
  });
}

/** Sends one after the other until one is refused; what each costs is a share of what was expected. */
async function spendAll(
  guard: Guard,
  requests: readonly (readonly [number, number])[],
  paid: number[],
): Promise<void> {
  for (const [chars, share] of requests) {
    const expected = guard.forecast(request(chars), carefully)?.dollars ?? 0;
    const admission = await guard.admit(request(chars), AbortSignal.timeout(10_000)).catch(() => undefined);
    if (!admission) return;
    await Promise.resolve();
    paid.push(expected * share);
    await admission.settle(expected * share);
  }
}

const requests = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 4_000 }), fc.double({ min: 0.8, max: 1, noNaN: true })),
  {
    minLength: 1,
    maxLength: 12,
  },
);
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

test("agents of one conversation that ask at once never spend more together than its limit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(requests, { minLength: 1, maxLength: 4 }),
      fc.double({ min: 0.001, max: 0.6, noNaN: true }),
      async (agents, session) => {
        const guard = guarded({ session }, undefined);
        const paid: number[] = [];
        await Promise.all(agents.map((own) => spendAll(guard, own, paid)));
        expect(sumOf(paid)).toBeLessThanOrEqual(session + 1e-6);
      },
    ),
    { numRuns: 300 },
  );
});

test("windows that know of each other only by the day's sum never spend more together than the day's limit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(requests, { minLength: 2, maxLength: 4 }),
      fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0.001, max: 0.6, noNaN: true }),
      async (windows, turns, day) => {
        const spending = sharedDay(turns);
        const paid: number[] = [];
        await Promise.all(windows.map((own) => spendAll(guarded({ day }, spending), own, paid)));
        expect(sumOf(paid)).toBeLessThanOrEqual(day + 1e-6);
      },
    ),
    { numRuns: 300 },
  );
});

test("a request that waits for others of its conversation goes out once they cost less than expected", async () => {
  const guard = guarded({ session: 0.1 }, undefined);
  const first = await guard.admit(request(3_000), AbortSignal.timeout(10_000));
  let isOut = false;
  const second = guard.admit(request(3_000), AbortSignal.timeout(10_000)).then((admission) => {
    isOut = true;
    return admission;
  });
  await Promise.resolve();
  expect(isOut).toBe(false);
  await first?.settle(0.001);
  expect(await second).toBeDefined();
});

test("what somebody let it cost counts, for a day on that day only; nothing and 0 are no limit", () => {
  const raised = new Map([
    ["session", { dollars: 10, day: undefined }],
    ["day", { dollars: 50, day: "2026-11-21" }],
  ] as const);
  const limits = { run: 0, session: 5, day: 20 };
  const scopes = (day: string) =>
    limitsInForce(limits, raised, day).map(({ scope, dollars }) => [scope, dollars]);
  expect(scopes("2026-11-21")).toEqual([
    ["session", 10],
    ["day", 50],
  ]);
  expect(scopes("2026-11-22")).toEqual([
    ["session", 10],
    ["day", 20],
  ]);
  // A limit that was set higher since goes before.
  expect(limitsInForce({ session: 30 }, raised, "2026-11-21")).toEqual([{ scope: "session", dollars: 30 }]);
});

test("what is offered is enough for the request, and as much as is shown", () => {
  const dollars = fc.double({ min: 0.001, max: 1000, noNaN: true });
  fc.assert(
    fc.property(dollars, dollars, (limit, needed) => {
      const next = nextLimit(limit, needed);
      expect(next).toBeGreaterThanOrEqual(Math.max(needed, limit) - 1e-8);
      expect(amountIn(dollarWords(next))).toBe(next);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["7.5", 7.5],
  ["$7", 7],
  ["7,50", 7.5],
  ["up to $12.00", 12],
  ["Go on up to 8 dollars.", 8],
  ["yes", undefined],
  ["-5", undefined],
  ["no more than 5 today", undefined],
  ["5 10", undefined],
  ["1e9", undefined],
])("%j is an amount of %j", (words, amount) => {
  expect(amountIn(words)).toBe(amount);
});
