import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { dayOf } from "../../src/core/calendar.ts";
import { dollarsOf } from "../../src/core/cost.ts";
import { type EventOf, MAIN } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { createSpending } from "../../src/hosts/node/node-spending.ts";
import { factsOf } from "../../src/models/model-table.ts";
import { call, cut, reply, say } from "../support/fake-api/replies.ts";
import { ALONE, AWAY, eventsOf, eventually, isType, startWorld, type World } from "../support/start-app.ts";

const go = [text("Read the file again and again")];
const reads = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    reply(call("Read", { file_path: "a.txt", offset: i + 1, limit: 40 })),
  );
const FILES = {
  "a.txt": Array.from({ length: 900 }, (_, i) => `line ${i} of a file that is read`).join("\n"),
};
const opus = factsOf("claude-opus-5-5")?.price;

const paid = (app: App): number =>
  eventsOf(app, "assistant").reduce((sum, { usage }) => sum + (opus ? dollarsOf(usage, opus) : 0), 0);
const errorOf = (app: App) => eventsOf(app, "finished").findLast(({ agentId }) => agentId === MAIN)?.error;
const nobody = { whereabouts: ALONE, mode: "bypass", rules: [] } as const;
const spendingOf = (world: World) => createSpending({ dataDir: world.dataDir, now: Date.now });
const budgetCard = (app: App) =>
  eventually(
    app,
    (event): event is EventOf<"question.asked"> =>
      event.type === "question.asked" && event.title === "Budget",
  );
const answer = async (app: App, words: string): Promise<void> => {
  const asked = await budgetCard(app);
  const last = eventsOf(app, "question.asked").at(-1) ?? asked;
  await expect.poll(() => app.answerQuestions(last.callId, [words])).toBe(true);
};

describe("counting", () => {
  test("every request of a conversation is in its cost and in that of the day", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(3), reply(say("Done."))] });
    const spending = spendingOf(world);
    const app = await world.open({ spending });
    expect(await app.prompt(go, "now")).toBe("done");
    await app.budget.settled();
    const { session, today, limits, next } = await app.budget.figures();
    expect(session.dollars).toBeCloseTo(paid(app), 12);
    expect(session.byModel).toEqual([{ model: "claude-opus-5-5", dollars: session.dollars, requests: 4 }]);
    expect(today).toBeCloseTo(session.dollars, 12);
    expect(limits).toEqual([]);
    expect(next?.isWarm).toBe(true);
    expect(next?.dollars).toBeLessThan(next?.coldDollars ?? 0);
  });

  test("what was said by a reply that was stopped is paid for, what the server refused is not", async () => {
    const world = await startWorld({
      files: FILES,
      script: [reply(say("I begin"), cut("hang")), reply(say("Done."))],
    });
    const app = await world.open({});
    const running = app.prompt(go, "now");
    await expect.poll(() => app.transcript.rows.some((row) => row.kind === "reply")).toBe(true);
    app.stop();
    expect(await running).toBe("cancelled");
    await app.budget.settled();
    const [spent] = eventsOf(app, "spent");
    expect(spent).toMatchObject({ model: "claude-opus-5-5", because: "stopped" });
    const asked = world.api.requests[0]?.usage;
    const real = (asked?.inputTokens ?? 0) + (asked?.writtenTokens ?? 0) + (asked?.readTokens ?? 0);
    const counted = (spent?.usage.inputTokens ?? 0) + (spent?.usage.cacheWriteTokens ?? 0);
    expect(Math.abs(counted / real - 1)).toBeLessThan(0.35);
    expect((await app.budget.figures()).session.dollars).toBeGreaterThan(0);
  });

  test("a conversation that was opened again knows what it has cost", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(2), reply(say("Done."))] });
    const app = await world.open({});
    await app.prompt(go, "now");
    const { session } = await app.budget.figures();
    await app.close();
    const again = await world.open({ isNew: false });
    expect((await again.budget.figures()).session).toEqual(session);
  });
});

describe("a limit for the conversation", () => {
  test("is kept in the middle of a turn: what does not fit any more is not sent, and nothing is lost", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(30), reply(say("Done."))] });
    const limit = 0.06;
    const app = await world.open({ ...nobody, budget: () => ({ session: limit }) });
    expect(await app.prompt(go, "now")).toBe("failed");
    expect(errorOf(app)).toMatchObject({ kind: "budget" });
    expect(errorOf(app)?.message).toMatch(
      /^This conversation has cost \$0\.0\d+ of your limit of \$0\.0600, and/,
    );
    const sent = world.api.requests.length;
    expect(sent).toBeGreaterThan(3);
    expect(sent).toBeLessThan(30);
    expect(paid(app)).toBeLessThanOrEqual(limit);
    // One more would not have fitted.
    const dearest = Math.max(
      ...eventsOf(app, "assistant")
        .slice(1)
        .map(({ usage }) => (opus ? dollarsOf(usage, opus) : 0)),
    );
    expect(paid(app) + 2 * dearest).toBeGreaterThan(limit);
    // Every call that was made has its result, and runs once.
    expect(eventsOf(app, "tool.finished")).toHaveLength(sent);
    await app.close();

    const more = await world.open({ ...nobody, isNew: false, budget: () => ({ session: 10 }) });
    expect(await more.resume()).toBe("done");
    expect(world.api.requests).toHaveLength(31);
    expect(eventsOf(more, "tool.started")).toHaveLength(30);
    expect(world.api.violations).toEqual([]);
  });

  test("a person is asked, and more is spent only after their yes, as far as they said", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(30), reply(say("Done."))] });
    const app = await world.open({ mode: "bypass", budget: () => ({ session: 0.04 }) });
    const running = app.prompt(go, "now");
    const asked = await budgetCard(app);
    const sent = world.api.requests.length;
    expect(paid(app)).toBeLessThanOrEqual(0.04);
    expect(app.transcript.rows.at(-1)).toMatchObject({ kind: "tool", state: "asking", title: "Budget" });
    const labels = asked.questions[0]?.options.map(({ label }) => label);
    expect(labels).toEqual(["Go on up to $0.0800", "Stop"]);
    await answer(app, "Go on up to $0.0800");
    await expect.poll(() => eventsOf(app, "question.asked").length).toBe(2);
    expect(world.api.requests.length).toBeGreaterThan(sent);
    expect(paid(app)).toBeGreaterThan(0.04);
    expect(paid(app)).toBeLessThanOrEqual(0.08);
    await answer(app, "$5");
    expect(await running).toBe("done");
    expect(eventsOf(app, "budget.raised").map(({ scope, dollars }) => [scope, dollars])).toEqual([
      ["session", 0.08],
      ["session", 5],
    ]);
    expect(world.api.requests).toHaveLength(31);
    expect(app.hasOpenQuestion).toBe(false);
    expect(world.api.violations).toEqual([]);
  });

  test.each(["Stop", "no", "do not spend 20 more dollars", "0.001", ""])(
    "anything but an amount is no leave: %j",
    async (words) => {
      const world = await startWorld({ files: FILES, script: [...reads(30)] });
      const app = await world.open({ mode: "bypass", budget: () => ({ session: 0.03 }) });
      const running = app.prompt(go, "now");
      await answer(app, words);
      expect(await running).toBe("failed");
      expect(errorOf(app)?.kind).toBe("budget");
      expect(eventsOf(app, "budget.raised")).toEqual([]);
      expect(paid(app)).toBeLessThanOrEqual(0.03);
    },
  );

  test("a limit that is raised elsewhere makes the question needless", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(12), reply(say("Done."))] });
    const app = await world.open({ mode: "bypass", budget: () => ({ session: 0.03 }) });
    const running = app.prompt(go, "now");
    await budgetCard(app);
    app.budget.raise("session", 10);
    expect(await running).toBe("done");
    expect(app.hasOpenQuestion).toBe(false);
    expect(eventsOf(app, "question.answered")).toEqual([]);
  });

  test("after a stop the next message asks again, and a yes holds when the conversation is opened later", async () => {
    const world = await startWorld({
      files: FILES,
      script: [...reads(12), reply(say("Done.")), reply(say("Yes."))],
    });
    const budget = () => ({ session: 0.03 });
    const app = await world.open({ mode: "bypass", budget });
    const running = app.prompt(go, "now");
    await answer(app, "Stop");
    expect(await running).toBe("failed");
    const again = app.prompt([text("Go on then")], "now");
    await expect.poll(() => eventsOf(app, "question.asked").length).toBe(2);
    await answer(app, "10");
    expect(await again).toBe("done");
    await app.close();
    const later = await world.open({ mode: "bypass", isNew: false, budget });
    expect(await later.prompt([text("And?")], "now")).toBe("done");
    expect(eventsOf(later, "question.asked")).toHaveLength(2);
  });

  test("a window that closes with the question open brings it back, once", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(12), reply(say("Done."))] });
    const budget = () => ({ session: 0.03 });
    const app = await world.open({ mode: "bypass", budget });
    void app.prompt(go, "now");
    await budgetCard(app);
    await app.close();
    const again = await world.open({ mode: "bypass", isNew: false, budget });
    expect(again.hasOpenQuestion).toBe(true);
    const running = again.resume();
    await expect.poll(() => eventsOf(again, "question.asked").length).toBe(2);
    expect(new Set(eventsOf(again, "question.asked").map(({ callId }) => callId)).size).toBe(1);
    await answer(again, "10");
    expect(await running).toBe("done");
    expect(again.hasOpenQuestion).toBe(false);
  });

  test("stopping at the question ends the turn like any stop", async () => {
    const world = await startWorld({ files: FILES, script: reads(12) });
    const app = await world.open({ mode: "bypass", budget: () => ({ session: 0.03 }) });
    const running = app.prompt(go, "now");
    await budgetCard(app);
    app.stop();
    expect(await running).toBe("cancelled");
    expect(app.hasOpenQuestion).toBe(false);
  });

  test("who is away is not waited for", async () => {
    const world = await startWorld({ files: FILES, script: reads(12) });
    const app = await world.open({ mode: "bypass", budget: () => ({ session: 0.03 }) });
    world.whereabouts.set(AWAY);
    expect(await app.prompt(go, "now")).toBe("failed");
    expect(errorOf(app)?.kind).toBe("budget");
  });

  test("is announced once when four fifths of it are spent", async () => {
    const world = await startWorld({ files: FILES, script: reads(30) });
    const app = await world.open({ ...nobody, budget: () => ({ session: 0.08 }) });
    await app.prompt(go, "now");
    const told = eventsOf(app, "notice").filter(({ kind }) => kind === "warning");
    expect(told.map(({ text: words }) => words)).toEqual([
      expect.stringMatching(/^This conversation has cost \$0\.0[67]\d* of your limit of \$0\.0800\.$/),
    ]);
  });

  test("covers sub-agents: one that reaches it ends, its parent as well, and nobody is asked twice", async () => {
    const world = await startWorld({
      files: FILES,
      script: [
        reply(call("Agent", { description: "look", prompt: "Read it all", subagent_type: "general" })),
        ...reads(30),
      ],
    });
    const app = await world.open({ mode: "bypass", budget: () => ({ session: 0.09 }) });
    const running = app.prompt(go, "now");
    await answer(app, "Stop");
    expect(await running).toBe("failed");
    expect(errorOf(app)?.kind).toBe("budget");
    expect(eventsOf(app, "question.asked")).toHaveLength(1);
    expect(paid(app)).toBeLessThanOrEqual(0.09);
    expect(new Set(eventsOf(app, "assistant").map(({ agentId }) => agentId)).size).toBe(2);
    const result = eventsOf(app, "tool.finished").findLast(
      ({ agentId, callId }) => agentId === MAIN && !callId.startsWith("budget"),
    );
    expect(JSON.stringify(result?.content)).toContain("has cost");
  });
});

describe("a limit for the run", () => {
  test("counts from the opening on, whatever the conversation had cost before", async () => {
    const world = await startWorld({
      files: FILES,
      script: [...reads(6), reply(say("Done.")), ...reads(6), reply(say("Done."))],
    });
    const first = await world.open({ ...nobody });
    expect(await first.prompt(go, "now")).toBe("done");
    const before = paid(first);
    await first.close();
    const second = await world.open({ ...nobody, isNew: false, budget: () => ({ run: before }) });
    expect(await second.prompt(go, "now")).toBe("done");
    await second.close();
    const third = await world.open({ ...nobody, isNew: false, budget: () => ({ session: before }) });
    expect(await third.prompt(go, "now")).toBe("failed");
    expect(errorOf(third)?.kind).toBe("budget");
  });
});

describe("a limit for the day", () => {
  test("holds for all windows of the user together, also when they send at once", async () => {
    // Always another part, and always as many digits: a longer reply than all before is what no forecast knows.
    const script = (_: unknown, index: number) =>
      reply(call("Read", { file_path: "a.txt", offset: 100 + ((index * 41) % 700), limit: 40 }));
    const world = await startWorld({ files: FILES, script });
    const open = (sessionId: string) =>
      world.open({ ...nobody, sessionId, spending: spendingOf(world), budget: () => ({ day: 0.2 }) });
    const apps = await Promise.all(["one", "two", "three"].map(open));
    expect(await Promise.all(apps.map((app) => app.prompt(go, "now")))).toEqual([
      "failed",
      "failed",
      "failed",
    ]);
    const all = apps.reduce((sum, app) => sum + paid(app), 0);
    expect(all).toBeLessThanOrEqual(0.2);
    expect(all).toBeGreaterThan(0.15);
    expect(errorOf(apps[0]!)?.message).toMatch(/^All conversations of today have cost/);
    expect(await spendingOf(world).today()).toBeCloseTo(all, 9);
  });

  test("was raised for that day only, and by the conversation that was asked", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(30), reply(say("Done."))] });
    let day = new Date(2026, 10, 21, 12).getTime();
    const spending = createSpending({ dataDir: world.dataDir, now: () => day });
    const app = await world.open({ mode: "bypass", spending, budget: () => ({ day: 0.03 }) });
    const running = app.prompt(go, "now");
    await answer(app, "Go on up to $0.0600");
    await expect.poll(() => eventsOf(app, "question.asked").length).toBe(2);
    await answer(app, "Stop");
    expect(await running).toBe("failed");
    const [raised] = eventsOf(app, "budget.raised");
    expect(raised).toMatchObject({ scope: "day", dollars: 0.06, day: dayOf(raised?.at ?? 0) });
    day += 3 * 24 * 60 * 60_000;
    expect(await spending.today()).toBe(0);
  });

  test("nobody spends anything while nobody can tell what was spent", async () => {
    const world = await startWorld({ files: FILES, script: reads(3) });
    const broken = {
      begin: () => Promise.reject(new Error("disk full")),
      today: () => Promise.resolve(0),
    };
    const app = await world.open({ ...nobody, spending: broken, budget: () => ({ day: 1 }) });
    expect(await app.prompt(go, "now")).toBe("failed");
    expect(world.api.requests).toEqual([]);
    await app.close();
    // Without a limit it is nobody's trouble.
    const free = await world.open({ ...nobody, sessionId: "other", spending: broken });
    expect(await free.prompt([text("Read")], "now")).toBe("failed");
    expect(world.api.requests.length).toBeGreaterThan(0);
  });

  test("is kept in one small file a day, a line for each request that began and ended", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(2), reply(say("Done."))] });
    const app = await world.open({ ...nobody, spending: spendingOf(world), budget: () => ({ day: 9 }) });
    await app.prompt(go, "now");
    await app.close();
    const folder = join(world.dataDir, "spending");
    const [name = "", ...rest] = readdirSync(folder);
    expect(rest).toEqual([]);
    const lines = readFileSync(join(folder, name), "utf8").split("\n").filter(Boolean);
    expect(lines).toHaveLength(6);
  });
});

describe("a model whose price nobody knows", () => {
  const model = "claude-opus-5-5-2026";
  const budget = () => ({ session: 5 });

  test("is used where somebody is there, who is told once that no limit holds", async () => {
    const world = await startWorld({ files: FILES, script: [...reads(3), reply(say("Done."))] });
    const app = await world.open({ mode: "bypass", model, budget });
    expect(await app.prompt(go, "now")).toBe("done");
    const told = eventsOf(app, "notice").map(({ text: words }) => words);
    expect(told).toEqual([
      `Nobody knows what ${model} costs, so limits in dollars do not hold for it. Give its price in the setting plumb.prices.`,
    ]);
    expect((await app.budget.figures()).session.unpriced).toEqual([model]);
  });

  test("is not used where nobody is", async () => {
    const world = await startWorld({ files: FILES, script: reads(3) });
    const app = await world.open({ ...nobody, model, budget });
    expect(await app.prompt(go, "now")).toBe("failed");
    expect(errorOf(app)?.kind).toBe("budget");
    expect(world.api.requests).toEqual([]);
  });

  test("has the price that its user gives it", async () => {
    const world = await startWorld({ files: FILES, script: reads(30) });
    const price = { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 };
    const app = await world.open({
      ...nobody,
      model,
      budget: () => ({ session: 0.06 }),
      priceOf: () => price,
    });
    expect(await app.prompt(go, "now")).toBe("failed");
    expect(world.api.requests.length).toBeGreaterThan(1);
    expect((await app.budget.figures()).session.dollars).toBeGreaterThan(0.03);
    expect((await app.budget.figures()).session.dollars).toBeLessThanOrEqual(0.06);
  });
});

test("what a small model is asked beside the conversation counts, and beyond the limit it is not asked", async () => {
  let limit = 5;
  const main = [
    reply(call("Bash", { command: "touch b.txt" })),
    reply(call("Bash", { command: "touch c.txt" })),
  ];
  const world = await startWorld({
    script: ({ body }) => {
      if (body.model === "claude-haiku-5-5")
        return reply(say('{"verdict":"run","reason":"It creates a file."}'));
      if (main.length === 1) limit = 0.0001;
      return main.shift() ?? reply(say("Done."));
    },
  });
  const app = await world.open({ mode: "auto", budget: () => ({ session: limit }) });
  const running = app.prompt(go, "now");
  await expect.poll(() => eventsOf(app, "classified").length).toBe(1);
  const card = await eventually(app, isType("permission.asked"));
  expect(card.because).toContain("has cost");
  const { session } = await app.budget.figures();
  expect(session.byModel.map(({ model, requests }) => [model, requests])).toEqual([
    ["claude-opus-5-5", 2],
    ["claude-haiku-5-5", 1],
  ]);
  app.answerPermission({ callId: card.callId, hash: card.hash, verdict: "allow", scope: "once" });
  await answer(app, "Stop");
  expect(await running).toBe("failed");
  expect(errorOf(app)?.kind).toBe("budget");
});
