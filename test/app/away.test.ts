import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import {
  AWAY,
  answerAll,
  eventsOf,
  eventually,
  HERE,
  isType,
  startWorld,
  type World,
} from "../support/start-app.ts";

/** While the person is away, what needs them waits in a queue, other work goes on, and nothing is loosened. */
const go = [text("Go")];
const touch = (name: string) => call("Bash", { command: `touch ${name}` });
const told = (world: World, request: number): string =>
  JSON.stringify(world.api.requests[request]?.body.messages.at(-1)?.content).replaceAll("\\n", "\n");
const queue = (app: App) => app.transcript.status.later;
const decideAt = (app: App, index: number, verdict: "allow" | "deny", feedback?: string): boolean => {
  const { callId, approval } = queue(app)[index]!;
  return app.decideLater({ callId, hash: approval.hash, verdict, ...(feedback && { feedback }) });
};
const rested = (app: App): Promise<void> =>
  new Promise((resolve) => {
    if (!app.isRunning) return resolve();
    const stop = app.onRunning((isRunning) => {
      if (isRunning) return;
      stop();
      resolve();
    });
  });

test("a question is put off, the turn goes on and ends, and the person finds it in the queue", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n" },
    script: [
      reply(touch("b.txt"), call("Read", { file_path: "a.txt" })),
      reply(touch("b.txt")),
      reply(say("The rest waits for you.")),
    ],
  });
  const app = await world.open();
  world.whereabouts.set(AWAY);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.finished").map(({ outcome }) => outcome)).toEqual(["denied", "done", "denied"]);
  expect(told(world, 1)).toContain("This is question 1 in their queue");
  expect(told(world, 2)).toContain("in their queue already, as question 1");
  expect(queue(app)).toMatchObject([
    { number: 1, title: "touch b.txt", approval: { detail: { kind: "command" } } },
  ]);
  expect(app.transcript.status.openQuestions).toEqual([]);
  expect(() => world.read("b.txt")).toThrow();
});

test("what is allowed later runs when it is called again: that very call, and once", async () => {
  const world = await startWorld({
    script: [
      reply(touch("b.txt")),
      reply(say("It waits.")),
      reply(touch("c.txt"), touch("b.txt"), touch("b.txt")),
      reply(say("Good.")),
    ],
  });
  const app = await world.open();
  world.whereabouts.set(AWAY);
  await app.prompt(go, "now");
  world.whereabouts.set(HERE);
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  expect(decideAt(app, 0, "allow", "but mind the file")).toBe(true);
  expect(queue(app)).toEqual([]);
  await eventually(app, isType("later.decided"));
  await expect.poll(() => world.api.requests.length).toBe(4);
  await rested(app);
  expect(told(world, 2)).toContain("<decision>allowed</decision>");
  expect(told(world, 2)).toContain("<user-said>but mind the file</user-said>");
  expect(asked).toEqual(["touch c.txt", "touch b.txt"]);
  expect(world.read("b.txt")).toBe("");
  const [granted] = eventsOf(app, "permission.decided").filter(({ grant }) => grant !== undefined);
  expect(granted).toMatchObject({ verdict: "allow", by: "user" });
  expect(world.api.violations).toEqual([]);
});

test("what is denied later is told as denied, with the reason", async () => {
  const world = await startWorld({
    script: [reply(touch("b.txt")), reply(say("It waits.")), reply(say("Then not."))],
  });
  const app = await world.open();
  world.whereabouts.set(AWAY);
  await app.prompt(go, "now");
  world.whereabouts.set(HERE);
  expect(decideAt(app, 0, "deny", "too early")).toBe(true);
  await expect.poll(() => world.api.requests.length).toBe(3);
  expect(told(world, 2)).toContain("<decision>denied</decision>");
  expect(told(world, 2)).toContain("too early");
});

test("a card that is open when the person goes away is put off as well, and a plan is not", async () => {
  const world = await startWorld({ script: [reply(touch("b.txt")), reply(say("It waits."))] });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  await eventually(app, isType("permission.asked"));
  world.whereabouts.set(AWAY);
  expect(await turn).toBe("done");
  expect(queue(app)).toHaveLength(1);
  const planner = await startWorld({
    script: [reply(call("ExitPlanMode", { plan: "# P" })), reply(say("Good."))],
  });
  const planning = await planner.open({ mode: "plan" });
  planner.whereabouts.set(AWAY);
  const planned = planning.prompt(go, "now");
  const { callId, hash } = await eventually(planning, isType("permission.asked"));
  expect(planning.answerPermission({ callId, hash, verdict: "allow", scope: "once" })).toBe(true);
  expect(await planned).toBe("done");
});

test("rules and modes are no looser, and what is denied is denied, not put off", async () => {
  const world = await startWorld({
    script: [
      reply(touch("denied.txt"), call("Write", { file_path: ".vscode/x.json", content: "{}" })),
      reply(say(".")),
    ],
  });
  const rules = [{ verdict: "deny", text: "Bash(touch denied*)", source: "test" } as const];
  const app = await world.open({ mode: "bypass", rules });
  world.whereabouts.set(AWAY);
  await app.prompt(go, "now");
  expect(queue(app).map(({ name }) => name)).toEqual(["Write"]);
});

test("an edit that was allowed later asks again when the file has changed since", async () => {
  const edit = call("Edit", { file_path: "a.txt", old_string: "one\n", new_string: "two\n" });
  const world = await startWorld({
    files: { "a.txt": "one\n" },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit),
      reply(say("It waits.")),
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit),
      reply(say("Good.")),
    ],
  });
  const app = await world.open();
  world.whereabouts.set(AWAY);
  await app.prompt(go, "now");
  world.whereabouts.set(HERE);
  world.write("a.txt", "one\nmore\n");
  const asked = answerAll(app, { verdict: "allow", scope: "once" });
  decideAt(app, 0, "allow");
  await expect.poll(() => world.api.requests.length).toBe(6);
  await rested(app);
  expect(asked).toHaveLength(1);
  expect(world.read("a.txt")).toBe("two\nmore\n");
});

test("the queue is there after a restart, a decision counts once, and another window decides nothing", async () => {
  const world = await startWorld({
    script: [reply(touch("b.txt"), touch("c.txt")), reply(say("They wait.")), reply(say("Then not."))],
  });
  const first = await world.open();
  world.whereabouts.set(AWAY);
  await first.prompt(go, "now");
  const { callId, approval } = queue(first)[0]!;
  const other = await world.open({ isNew: false });
  expect(other.readOnlyBecause).toBeDefined();
  expect(other.decideLater({ callId, hash: approval.hash, verdict: "allow" })).toBe(false);
  await first.close();
  const again = await world.open({ isNew: false });
  expect(queue(again).map(({ number }) => number)).toEqual([1, 2]);
  expect(again.decideLater({ callId, hash: "other", verdict: "allow" })).toBe(false);
  expect(decideAt(again, 0, "deny")).toBe(true);
  expect(again.decideLater({ callId, hash: approval.hash, verdict: "allow" })).toBe(false);
  expect(queue(again)).toHaveLength(1);
  await expect.poll(() => world.api.requests.length).toBe(3);
});

test("what was allowed long ago asks again", async () => {
  const world = await startWorld({
    script: [
      reply(touch("b.txt")),
      reply(say("It waits.")),
      reply(say("Later.")),
      reply(touch("b.txt")),
      reply(say(".")),
    ],
  });
  const app = await world.open();
  world.whereabouts.set(AWAY);
  await app.prompt(go, "now");
  world.whereabouts.set(HERE);
  decideAt(app, 0, "allow");
  await expect.poll(() => world.api.requests.length).toBe(3);
  await rested(app);
  await app.close();
  const host = (await import("../../src/hosts/node/node-host.ts")).createNodeHost({
    roots: [world.dir],
    dataDir: world.dataDir,
    version: "0.0.0",
  });
  const late = { ...host.clock, now: () => Date.now() + 2 * 60 * 60_000 };
  const again = await world.open({ isNew: false, host: { ...host, clock: late } });
  const asked = answerAll(again, { verdict: "deny", scope: "once" });
  await again.prompt([text("And now?")], "now");
  expect(asked).toEqual(["touch b.txt"]);
});

test("a sub-agent's question is put off too, and the answer comes to the main agent", async () => {
  const world = await startWorld({
    script: [
      reply(call("Agent", { description: "Touch", prompt: "Touch b.txt", subagent_type: "general" })),
      reply(touch("b.txt")),
      reply(say("It waits.")),
      reply(say("The sub-agent waits for you.")),
      reply(touch("b.txt")),
      reply(say("Good.")),
    ],
  });
  const app = await world.open();
  world.whereabouts.set(AWAY);
  await app.prompt(go, "now");
  expect(queue(app)).toHaveLength(1);
  world.whereabouts.set(HERE);
  decideAt(app, 0, "allow");
  await expect.poll(() => world.api.requests.length).toBe(6);
  await rested(app);
  expect(world.read("b.txt")).toBe("");
});

test("a question of the agent's own does not hold up the work either: it is told that nobody can answer now", async () => {
  const options = [{ label: "One" }, { label: "Two" }];
  const world = await startWorld({
    script: [
      reply(call("AskUserQuestion", { questions: [{ question: "Which?", header: "Which", options }] })),
      reply(say("Which one? I wait for you.")),
    ],
  });
  const app = await world.open();
  world.whereabouts.set(AWAY);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(told(world, 1)).toContain("The user is away and cannot answer now");
  expect(app.transcript.status.openQuestions).toEqual([]);
});

test("what is allowed later runs once: a fork of the conversation asks again", async () => {
  const world = await startWorld({
    script: [
      reply(touch("b.txt")),
      reply(say("It waits.")),
      reply(say("Later.")),
      reply(touch("b.txt")),
      reply(say("As you like.")),
    ],
  });
  const app = await world.open();
  world.whereabouts.set(AWAY);
  await app.prompt(go, "now");
  world.whereabouts.set(HERE);
  decideAt(app, 0, "allow");
  await expect.poll(() => world.api.requests.length).toBe(3);
  await rested(app);
  const { sessionId } = await app.checkpoints.fork();
  const fork = await world.open({ sessionId, isNew: false });
  const asked = answerAll(fork, { verdict: "deny", scope: "once" });
  await fork.prompt(go, "now");
  expect(asked).toEqual(["touch b.txt"]);
  expect(() => world.read("b.txt")).toThrow();
});
