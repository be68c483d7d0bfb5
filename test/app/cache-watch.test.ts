import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { CacheStats } from "../../src/core/cache-stats.ts";
import { text } from "../../src/core/message.ts";
import { factsOf } from "../../src/models/model-table.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld } from "../support/start-app.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ask = (app: App, words: string) => app.prompt([text(words)], "now");
const long = (words: string): string => `${words} `.repeat(600);
const broken = (app: App) =>
  eventsOf(app, "cache.broken").map(({ cause, place, isIntended }) => ({ cause, place, isIntended }));

test("a conversation with tools and a restart loses nothing", async () => {
  const world = await startWorld({
    files: { "a.txt": long("one"), "b.txt": long("two") },
    script: ({ body }, index) =>
      index % 3 === 0 && body.tools
        ? reply(say("I look."), call("Read", { file_path: "a.txt" }), call("Read", { file_path: "b.txt" }))
        : reply(say("Seen.")),
  });
  const app = await world.open();
  await ask(app, long("Look at both"));
  await ask(app, "And now?");
  app.setMode("plan");
  await ask(app, "Once more");
  await app.close();
  // Another process knows nothing of what was sent, and sends the very same.
  const next = await world.open({ isNew: false });
  await ask(next, "Still there?");
  await ask(next, "And now?");
  expect(broken(next)).toEqual([]);
  expect(world.api.violations).toEqual([]);
  const [before, after] = [world.api.requests.at(-2), world.api.requests.at(-1)];
  expect(after?.usage?.readTokens).toBe(
    (before?.usage?.readTokens ?? 0) + (before?.usage?.writtenTokens ?? 0),
  );
});

test("the request after a restart reads what the other process had left, and asks why when it does not", async () => {
  const world = await startWorld({ script: () => reply(say("Yes.")) });
  const app = await world.open();
  await ask(app, long("Look"));
  await app.close();
  const next = await world.open({ isNew: false });
  await ask(next, "Still there?");
  const [first, second] = world.api.requests;
  expect(second?.usage?.readTokens).toBe(first?.usage?.writtenTokens);
  expect(first?.body.diagnostics).toEqual({ previous_message_id: null });
  expect(second?.body.diagnostics?.previous_message_id).toBe(eventsOf(next, "assistant")[0]?.messageId);
  expect(broken(next)).toEqual([]);
});

test("another model and another effort are breaks that the user wanted", async () => {
  const world = await startWorld({ script: () => reply(say("Yes.")) });
  const app = await world.open();
  await ask(app, long("Look"));
  app.setModel("claude-opus-5", "");
  await ask(app, "Go on");
  app.setModel("claude-opus-5", "low");
  await ask(app, "Go on");
  expect(broken(app)).toEqual([
    { cause: "model changed", place: "model", isIntended: true },
    { cause: "effort changed", place: "effort", isIntended: true },
  ]);
});

test("a pause is named by what had expired, in the same process and in the next", async () => {
  let now = Date.UTC(2026, 10, 21);
  const world = await startWorld({ script: () => reply(say("Yes.")), now: () => now });
  const app = await world.open();
  await ask(app, long("Look"));
  now += 6 * MINUTE_MS;
  await ask(app, "Go on");
  expect(broken(app)).toEqual([{ cause: "entry expired", place: "messages.0.content.0", isIntended: false }]);
  await app.close();
  now += 2 * HOUR_MS;
  const next = await world.open({ isNew: false });
  await ask(next, "Go on");
  expect(broken(next).at(-1)).toEqual({ cause: "entry expired", place: "messages", isIntended: false });
});

test("what the cache brought is the same before and after a reload", async () => {
  const world = await startWorld({ script: () => reply(say("Yes.")) });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await ask(app, long("Look"));
  for (const words of ["And", "then", "what"]) await ask(app, words);
  const figures = (of: App) => {
    const stats = new CacheStats();
    for (const event of of.session.events) stats.apply(event);
    return stats.figures((model) => factsOf(model)?.price);
  };
  const seen = figures(app);
  expect(seen.requests).toBe(4);
  expect(seen.hitRate).toBeGreaterThan(0.6);
  expect(seen.savedDollars).toBeGreaterThan(0);
  await app.close();
  expect(figures(await world.open({ isNew: false }))).toEqual(seen);
});
