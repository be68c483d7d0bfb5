import fc from "fast-check";
import { expect, test } from "vitest";
import { AgentWatch } from "../../src/context/cache-watch/watch.ts";
import type { BrokenCache } from "../../src/core/cache-watch.ts";
import { type Message, text } from "../../src/core/message.ts";
import type { ModelRequest } from "../../src/core/model.ts";
import { toBody } from "../../src/models/anthropic-request.ts";
import { sentRequest } from "../../src/models/sent-request.ts";
import { aStep, BASE, CachingProvider, take } from "../support/random-turns.ts";

const UNCHANGED = { isCompacted: false, isCleared: false, isChosen: false };
const START: Message[] = [{ role: "user", content: [text("Do it. ".repeat(400))] }];

/** An agent in front of the strict cache, and its watch. */
function agent() {
  const provider = new CachingProvider();
  const watch = new AgentWatch();
  let last: { at: number; cachedTokens: number } | undefined;
  return (request: ModelRequest, at = 0): BrokenCache | undefined => {
    const { readTokens, writtenTokens } = provider.send(request, at);
    const usage = {
      inputTokens: 0,
      outputTokens: 1,
      cacheReadTokens: readTokens,
      cacheWriteTokens: writtenTokens,
    };
    // As the adapter does: nothing of it is the same object as before.
    const sent = sentRequest(JSON.parse(JSON.stringify(toBody(request, "first-party"))), {});
    const since = { ...UNCHANGED, last };
    last = { at, cachedTokens: readTokens + writtenTokens };
    return watch.take({ sent, at, usage, cacheMiss: undefined, since });
  };
}

test("a conversation that only grows is never said to be broken", () => {
  fc.assert(
    fc.property(fc.array(aStep, { minLength: 1, maxLength: 30 }), (steps) => {
      const ask = agent();
      let messages = START;
      expect(ask({ ...BASE, messages })).toBeUndefined();
      for (const [n, step] of steps.entries()) {
        messages = take(messages, step, n);
        expect(ask({ ...BASE, messages })).toBeUndefined();
      }
    }),
    { numRuns: 300 },
  );
}, 60_000);

test("whatever is taken out of a conversation, or changed in it, is named with the place where it begins", () => {
  fc.assert(
    fc.property(
      fc.array(aStep, { minLength: 3, maxLength: 12 }),
      fc.nat(),
      fc.boolean(),
      (steps, pick, removes) => {
        const ask = agent();
        let messages = START;
        for (const [n, step] of steps.entries()) {
          messages = take(messages, step, n);
          ask({ ...BASE, messages });
        }
        const index = pick % Math.max(1, messages.length - 1);
        const { role, content } = messages[index] ?? { role: "user", content: [] };
        const edited = { role, content: [text("Something else."), ...content.slice(1)] };
        const changed =
          removes && messages.length > 1 ? messages.toSpliced(index, 1) : messages.with(index, edited);
        const broken = ask({ ...BASE, messages: changed });
        expect(broken).toMatchObject({ isIntended: false });
        expect(broken?.cause).toMatch(/^(message edited|message removed|blocks reordered)$/);
        expect(broken?.place).toMatch(new RegExp(`^messages\\.${index}\\.content\\.`));
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);

test("a pause is never taken for a change, nor a change for a pause", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: aStep, minutes: fc.nat(90) }), { minLength: 1, maxLength: 15 }),
      (all) => {
        const ask = agent();
        let messages = START;
        let now = 0;
        ask({ ...BASE, messages }, now);
        for (const [n, { step, minutes }] of all.entries()) {
          messages = take(messages, step, n);
          now += minutes * 60_000;
          const broken = ask({ ...BASE, messages }, now);
          if (broken) expect(broken.cause).toBe("entry expired");
          if (broken) expect(minutes).toBeGreaterThanOrEqual(5);
        }
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);
