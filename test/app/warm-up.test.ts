import { expect, test } from "vitest";
import type { AppOptions } from "../../src/app/app-options.ts";
import { text } from "../../src/core/message.ts";
import { call, reply, say, think } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, eventually, isType, startWorld } from "../support/start-app.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const go = [text("Look at it. ".repeat(2_000))];
const warm = { keepsWarm: () => true };

/** A conversation that has rested for a while. */
async function rested(options: Partial<AppOptions>, idleMs: number) {
  let now = Date.UTC(2026, 10, 21);
  const world = await startWorld({
    files: { "a.txt": "text\n".repeat(2_000) },
    script: ({ body }) =>
      body.messages.length === 1
        ? reply(think("Hm."), say("I look."), call("Read", { file_path: "a.txt" }))
        : reply(think("Yes."), say("That is what it says. ".repeat(50))),
    now: () => now,
  });
  const app = await world.open({ ...warm, ...options });
  await app.prompt(go, "now");
  now += idleMs;
  const pass = (ms: number): void => {
    now += ms;
  };
  return { world, app, pass, requests: world.api.requests };
}

test("somebody who writes for too long finds the conversation still in the cache", async () => {
  const { world, app, pass, requests } = await rested({}, 4.5 * MINUTE_MS);
  await app.warmUp.typing();
  expect(requests).toHaveLength(3);
  expect(requests[2]?.body).toMatchObject({ max_tokens: 0 });
  expect(requests[2]?.usage?.readTokens).toBe(
    (requests[1]?.usage?.readTokens ?? 0) + (requests[1]?.usage?.writtenTokens ?? 0),
  );
  await app.warmUp.typing();
  expect(requests).toHaveLength(3);
  pass(2 * MINUTE_MS);
  await app.prompt([text("Go on")], "now");
  const [, , kept, next] = requests;
  // The reply is read as well: it came to stand there with the request that kept it.
  expect(next?.usage?.readTokens).toBeGreaterThan((kept?.usage?.readTokens ?? 0) + 300);
  expect(eventsOf(app, "cache.broken")).toEqual([]);
  expect(eventsOf(app, "spent")).toMatchObject([
    { because: "kept the cache warm", model: "claude-opus-5-5" },
  ]);
  expect(world.api.violations).toEqual([]);
  expect(world.api.refusals).toEqual([]);
});

const CASES: readonly [string, Partial<AppOptions>, number][] = [
  ["the user does not want it", { keepsWarm: () => false }, 4.5 * MINUTE_MS],
  ["the folder is not trusted", { isTrusted: () => false }, 4.5 * MINUTE_MS],
  ["there is a limit on what may be spent", { budget: () => ({ day: 5 }) }, 4.5 * MINUTE_MS],
  ["the entry lives for long enough", {}, 2 * MINUTE_MS],
  ["the entry is gone and dear", {}, 6 * MINUTE_MS],
];
test.each(CASES)("nothing is sent when %s", async (_, options, idleMs) => {
  const { app, requests } = await rested(options, idleMs);
  await app.warmUp.typing();
  expect(requests).toHaveLength(2);
});

test("nothing is sent for another model, in a new conversation, or in one that was closed", async () => {
  const { world, app, requests } = await rested({}, 4.5 * MINUTE_MS);
  app.setModel("claude-opus-5", "");
  await app.warmUp.typing();
  app.setModel("claude-opus-5-5", "");
  await app.close();
  await app.warmUp.typing();
  const fresh = await world.open({ ...warm, sessionId: "fresh" });
  await fresh.warmUp.typing();
  expect(requests).toHaveLength(2);
  expect(fresh.session.events).toEqual([]);
});

test("what goes wrong is nobody's concern, and is not tried again at once", async () => {
  const { world, app } = await rested({}, 4.5 * MINUTE_MS);
  await app.close();
  let asked = 0;
  const next = await world.open({
    ...warm,
    isNew: false,
    provider: {
      id: "offline",
      stream: () => {
        throw new Error("not asked");
      },
      models: () => Promise.resolve([]),
      warm: () => {
        asked += 1;
        return Promise.reject(new Error("offline"));
      },
    },
  });
  await next.warmUp.typing();
  await next.warmUp.typing();
  expect(asked).toBe(1);
  expect(eventsOf(next, "spent")).toEqual([]);
});

/** A command that waits for its card, in a conversation that is worth keeping. */
async function waiting(options: Partial<AppOptions> = {}) {
  let now = Date.UTC(2026, 10, 21);
  const world = await startWorld({
    script: ({ body }) =>
      body.messages.length === 1
        ? reply(think("Hm."), say("I look. ".repeat(100)), call("Bash", { command: "npm run build" }))
        : reply(say("Done.")),
    now: () => now,
    // Nobody comes back before it is worth no more.
    sleep: async (ms) => {
      now += ms;
    },
  });
  const app = await world.open({ ...warm, ...options });
  const ended = app.prompt(go, "now");
  const card = await eventually(app, isType("permission.asked"));
  return { world, app, card, ended, requests: world.api.requests };
}

test("a turn that waits is kept in the cache for half an hour, and reads all of it when it goes on", async () => {
  const { world, app, card, ended, requests } = await waiting();
  await expect.poll(() => eventsOf(app, "spent").length).toBe(6);
  for (const { body } of requests.slice(1)) expect(body).toMatchObject({ max_tokens: 0 });
  const { callId, hash } = card;
  app.answerPermission({ callId, hash, verdict: "deny", scope: "once" });
  expect(await ended).toBe("done");
  expect(requests).toHaveLength(8);
  const [first, kept, , , , , , next] = requests;
  expect(kept?.usage?.readTokens).toBe(first?.usage?.writtenTokens);
  // The calls are read as well, and only their answer is new.
  expect(next?.usage?.readTokens).toBeGreaterThan((first?.usage?.writtenTokens ?? 0) + 200);
  expect(eventsOf(app, "cache.broken")).toEqual([]);
  expect(world.api.violations).toEqual([]);
  expect(world.api.refusals).toEqual([]);
});

test("a turn that waits sends nothing when the user does not want it", async () => {
  const { world, app, requests } = await waiting({ keepsWarm: () => false });
  await app.close();
  expect(requests).toHaveLength(1);
  expect(world.slept).toEqual([]);
});

test("what waits to keep the cache warm ends with the turn", async () => {
  const signals: AbortSignal[] = [];
  const world = await startWorld({
    script: ({ body }) =>
      body.messages.length === 1 ? reply(call("Bash", { command: "npm run build" })) : reply(say("Done.")),
    sleep: (_, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    },
  });
  const app = await world.open(warm);
  answerAll(app, { verdict: "deny", scope: "once" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(world.api.requests).toHaveLength(2);
});
