import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, eventually, isType, startWorld, type World } from "../support/start-app.ts";

const go = [text("Go")];
const ONCE = { verdict: "allow", scope: "once" } as const;
const logPath = ({ dataDir, dir }: World, id = "session-1"): string =>
  join(dataDir, "projects", workspaceKey(dir), "sessions", `${id}.jsonl`);

/** A copy of the log as a killed process leaves it: cut at a byte, without a lock. */
function leaveBehind(world: World, bytes: Buffer, id: string): void {
  writeFileSync(logPath(world, id), bytes);
}

test("an approval that was open when the window closed is asked again, and what was approved then runs once", async () => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "echo x >> count" })), reply(say("Done."))],
  });
  const app = await world.open();
  void app.prompt(go, "now");
  const card = await eventually(app, isType("permission.asked"));
  leaveBehind(world, readFileSync(logPath(world)), "killed");
  const next = await world.open({ sessionId: "killed", isNew: false });
  expect(next.hasOpenQuestion).toBe(true);
  expect(next.transcript.status.openQuestions).toEqual([card.callId]);
  const asked = answerAll(next, ONCE);
  expect(await next.resume()).toBe("done");
  expect(asked).toHaveLength(1);
  expect(world.read("count")).toBe("x\n");
  expect(next.hasOpenQuestion).toBe(false);
});

test("an approval waits through a window that is closed in good order", async () => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "echo x >> count" })), reply(say("Done."))],
  });
  const app = await world.open();
  void app.prompt(go, "now");
  const card = await eventually(app, isType("permission.asked"));
  await app.close();
  const next = await world.open({ isNew: false });
  expect(next.transcript.status.openQuestions).toEqual([card.callId]);
  answerAll(next, ONCE);
  expect(await next.resume()).toBe("done");
  expect(world.read("count")).toBe("x\n");
});

test("a log cut at any byte opens, tells no lies, and can be continued without running anything twice", async () => {
  const world = await startWorld({
    files: { "a.txt": "one\n" },
    script: (request) => {
      const results = JSON.stringify(request.body.messages).split("tool_result").length;
      if (JSON.stringify(request.body.messages).includes("Anything left?")) return reply(say("No."));
      return results === 1
        ? reply(call("Read", { file_path: "a.txt" }), call("Bash", { command: "echo x >> count" }))
        : reply(say("Done."));
    },
  });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt(go, "now")).toBe("done");
  const whole = readFileSync(logPath(world));
  const started = whole.indexOf('"type":"tool.started","callId"', whole.indexOf('"type":"tool.started"') + 1);
  // Every byte around record ends, and a sample of the others: each opens a conversation and asks the model.
  for (let cut = 1; cut <= whole.length; cut += cut % 97 === 0 || whole[cut] === 10 ? 1 : 61) {
    rmSync(join(world.dir, "count"), { force: true });
    const id = `cut-${cut}`;
    leaveBehind(world, whole.subarray(0, cut), id);
    const next = await world.open({ sessionId: id, isNew: false, mode: "bypass" });
    if (!next.session.events.some((event) => event.type === "user")) continue;
    expect(await next.prompt([text("Anything left?")], "now"), `cut at ${cut}`).toBe("done");
    const wasRunning = cut > whole.indexOf(10, started);
    if (wasRunning) expect(() => world.read("count"), `cut at ${cut}`).toThrow("ENOENT");
    await next.close();
  }
  expect(world.api.refusals).toEqual([]);
}, 60_000);

test("two windows cannot write one session: the second one may read it", async () => {
  const world = await startWorld({ script: [reply(say("Hello."))] });
  const app = await world.open();
  await app.prompt(go, "now");
  const second = await world.open({ isNew: false });
  expect(second.readOnlyBecause).toContain("Another window");
  expect(second.transcript.rows.length).toBe(app.transcript.rows.length);
  await expect(second.prompt(go, "now")).rejects.toMatchObject({ kind: "locked" });
  expect(eventsOf(app, "user")).toHaveLength(1);
});

test("yesterday's chat goes on with the very bytes it was sent with", async () => {
  const world = await startWorld({ script: [reply(say("Hello.")), reply(say("Again."))] });
  const app = await world.open();
  await app.prompt(go, "now");
  await app.close();
  const next = await world.open({ isNew: false });
  expect(await next.prompt([text("More")], "now")).toBe("done");
  const [first, second] = world.api.requests.map(({ body }) => body);
  expect(second?.messages).toHaveLength(3);
  expect(JSON.stringify(second?.tools)).toBe(JSON.stringify(first?.tools));
  expect(world.api.violations).toEqual([]);
});

test("a turn that was cut by a crash says so and waits to be continued", async () => {
  const world = await startWorld({
    script: [reply(say("half"), gate(new Promise(() => undefined))), reply(say("Whole."))],
  });
  const app = await world.open();
  void app.prompt(go, "now");
  await world.api.request(0);
  leaveBehind(world, readFileSync(logPath(world)), "crashed");
  const next = await world.open({ sessionId: "crashed", isNew: false });
  expect(next.isRunning).toBe(false);
  expect(next.transcript.rows.at(-1)).toMatchObject({ kind: "finished", outcome: "cancelled" });
  expect(await next.resume()).toBe("done");
});

test("an empty chat leaves no file behind", async () => {
  const world = await startWorld({ script: [] });
  const app = await world.open();
  app.setMode("plan");
  await app.close();
  expect(() => readFileSync(logPath(world))).toThrow("ENOENT");
});
