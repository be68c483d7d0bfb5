import fc from "fast-check";
import { expect, test } from "vitest";
import { type Message, text } from "../../src/core/message.ts";
import { aStep, BASE, CachingProvider, say, take } from "../support/random-turns.ts";

test("every token of the final context is processed fresh once, whatever the conversation is like", () => {
  fc.assert(
    fc.property(fc.array(aStep, { minLength: 1, maxLength: 40 }), (steps) => {
      const provider = new CachingProvider();
      let messages: Message[] = [{ role: "user", content: [text("Do it. ".repeat(200))] }];
      provider.send({ ...BASE, messages });
      for (const [n, step] of steps.entries()) {
        messages = take(messages, step, n);
        provider.send({ ...BASE, messages });
      }
      expect(provider.freshTokens).toBe(provider.lastTokens);
    }),
    { numRuns: 1_000 },
  );
}, 60_000);

test("another workspace reads tools and rules from the cache, and so does the next question in it", () => {
  const provider = new CachingProvider();
  const messages: Message[] = [{ role: "user", content: [text("Hello")] }];
  provider.send({ ...BASE, messages });
  const other = { ...BASE, system: [BASE.system[0] ?? "", "Working directory: /elsewhere"] };
  const { readTokens, freshTokens } = provider.send({ ...other, messages });
  expect(readTokens).toBeGreaterThan(1_500);
  expect(freshTokens).toBeLessThan(60);
  expect(
    provider.send({ ...other, messages: say(messages, text("Again")) }, 30 * 60_000).freshTokens,
  ).toBeLessThan(60);
});

test("a second question beside the conversation reads all of it", () => {
  const provider = new CachingProvider();
  let messages: Message[] = [{ role: "user", content: [text("Do it. ".repeat(200))] }];
  for (let n = 0; n < 5; n += 1) {
    provider.send({ ...BASE, messages });
    messages = take(messages, { kind: "calls", count: 20, hasThought: true, size: 100 }, n);
  }
  provider.send({ ...BASE, messages });
  const { lastTokens } = provider;
  const side = [...messages, { role: "user", content: [text("Summarise.")] } as const];
  expect(provider.send({ ...BASE, messages: side }).readTokens).toBe(lastTokens);
});
