import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { AgentError } from "../../src/core/errors.ts";
import type { AgentEvent } from "../../src/core/event.ts";
import { isToolUse, text } from "../../src/core/message.ts";
import type { Storage } from "../../src/core/ports.ts";
import { createStorage, workspaceKey } from "../../src/hosts/node/node-storage.ts";
import type { Script } from "../support/fake-api/fake-api.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld, type World } from "../support/start-app.ts";

/**
 * One conversation with everything in it (reads side by side, a command, a sub-agent with a command of its own, an
 * edit, a question), and a fault at every one of its events. Whatever happens when: each call has one result, no
 * command runs twice, the provider accepts what follows, and the conversation can be brought to its end.
 */
const script: Script = ({ body }, index) => {
  const said = JSON.stringify(body.messages);
  const command = (who: string) => call("Bash", { command: `echo ${who}-${index} >> runs.txt` });
  if (said.includes("You are the child")) {
    if (said.includes("tool_result")) return reply(say("The child is done."));
    return reply(call("Read", { file_path: "b.txt" }), command("child"));
  }
  if (!said.includes('"name":"Agent"')) {
    return reply(
      say("First I look."),
      call("Read", { file_path: "a.txt" }),
      call("Read", { file_path: "b.txt" }),
      command("main"),
      call("Agent", { description: "helper", prompt: "You are the child" }),
    );
  }
  if (!said.includes('"name":"Edit"'))
    return reply(call("Edit", { file_path: "a.txt", old_string: "one", new_string: "two" }));
  if (!said.includes('"name":"AskUserQuestion"')) {
    const options = [{ label: "yes" }, { label: "no" }];
    return reply(call("AskUserQuestion", { questions: [{ question: "Well?", header: "Well", options }] }));
  }
  return reply(say("All done."));
};

const FILES = { "a.txt": "one\n", "b.txt": "b\n" };
const go = [text("Go")];
const start = (): Promise<World> => startWorld({ script, files: FILES });

/** Somebody sits there who allows everything and answers every question, in the next turn of the event loop. */
function attend(app: App): void {
  app.session.subscribe((event) => {
    if (!("durable" in event)) return;
    const { durable } = event;
    if (durable.type === "permission.asked") {
      const { callId, hash } = durable;
      queueMicrotask(() => app.answerPermission({ callId, hash, verdict: "allow", scope: "once" }));
    } else if (durable.type === "question.asked") {
      queueMicrotask(() => app.answerQuestions(durable.callId, ["yes"]));
    }
  });
}

/** Does something at the n-th event from now on. */
function at(app: App, n: number, act: (event: AgentEvent) => void): void {
  let count = 0;
  app.session.subscribe((event) => {
    if (!("durable" in event)) return;
    count += 1;
    if (count === n) act(event.durable);
  });
}

/** Brings the conversation to its end, as a person would who wants to see it. */
async function finish(app: App): Promise<void> {
  attend(app);
  if (app.canContinue) await app.resume();
  expect(await app.prompt([text("Go on")], "now")).toBe("done");
}

/** Every call has exactly one result. */
function expectAnswered(app: App): void {
  const called = eventsOf(app, "assistant").flatMap(({ content }) =>
    content.filter(isToolUse).map(({ id }) => id),
  );
  const answered = eventsOf(app, "tool.finished").map(({ callId }) => callId);
  expect(answered.toSorted()).toEqual(called.toSorted());
}

function expectSound(world: World, app: App): void {
  expectAnswered(app);
  const started = eventsOf(app, "tool.started").filter(({ name }) => name !== "Agent");
  expect(new Set(started.map(({ callId }) => callId)).size).toBe(started.length);
  const runs = existsSync(join(world.dir, "runs.txt")) ? world.read("runs.txt").trim().split("\n") : [];
  expect(new Set(runs).size).toBe(runs.length);
  expect([app.isRunning, app.hasOpenQuestion, app.canContinue]).toEqual([false, false, false]);
  expect(world.api.refusals).toEqual([]);
  expect(world.api.violations).toEqual([]);
}

/** How many events the whole conversation has, and its log. */
async function wholeRun(): Promise<{ world: World; count: number; lines: string[] }> {
  const world = await start();
  const app = await world.open();
  attend(app);
  expect(await app.prompt(go, "now")).toBe("done");
  expectSound(world, app);
  await app.close();
  return {
    world,
    count: app.session.events.length,
    lines: readFileSync(logOf(world), "utf8").split(/(?<=\n)/),
  };
}
const logOf = ({ dataDir, dir }: World, sessionId = "session-1"): string =>
  join(dataDir, "projects", workspaceKey(dir), "sessions", `${sessionId}.jsonl`);

/** Every n, a few at a time: each has a world of its own. */
async function each(count: number, run: (n: number) => Promise<void>): Promise<void> {
  let next = 1;
  const worker = async (): Promise<void> => {
    for (let n = next++; n <= count; n = next++) {
      try {
        await run(n);
      } catch (thrown) {
        throw new Error(`With the fault at event ${n}`, { cause: thrown });
      }
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

describe("a fault at every event", () => {
  test("stopped", async () => {
    const { count } = await wholeRun();
    expect(count).toBeGreaterThan(30);
    await each(count, async (n) => {
      const world = await start();
      const app = await world.open();
      attend(app);
      at(app, n, () => app.stop());
      expect(["cancelled", "done"]).toContain(await app.prompt(go, "now"));
      expect(app.isRunning).toBe(false);
      await finish(app);
      expectSound(world, app);
    });
  }, 60_000);

  test("closed, and opened again", async () => {
    const { count } = await wholeRun();
    await each(count, async (n) => {
      const world = await start();
      const app = await world.open();
      attend(app);
      const closed = Promise.withResolvers<void>();
      at(app, n, () => closed.resolve(app.close()));
      await app.prompt(go, "now");
      await closed.promise;
      const next = await world.open({ isNew: false });
      expect(next.readOnlyBecause).toBeUndefined();
      await finish(next);
      expectSound(world, next);
    });
  }, 60_000);

  test("killed, with the log ending there", async () => {
    const { world, lines } = await wholeRun();
    await each(lines.length - 1, async (n) => {
      // The same folder, because the log names it, and the same provider, because it never gives an id twice.
      const sessionId = `killed-${n}`;
      writeFileSync(logOf(world, sessionId), lines.slice(0, n).join(""));
      const app = await world.open({ isNew: false, sessionId });
      const begun = new Set(eventsOf(app, "tool.started").map(({ callId }) => callId));
      await finish(app);
      const again = eventsOf(app, "tool.started").filter(({ seq, name }) => seq >= n && name !== "Agent");
      expect(again.filter(({ callId }) => begun.has(callId))).toEqual([]);
      expectAnswered(app);
      expect(world.api.refusals).toEqual([]);
    });
  }, 60_000);

  test("not written, because the disk is full for a moment", async () => {
    const { count } = await wholeRun();
    await each(count, async (n) => {
      const world = await start();
      const storage = createStorage({ dataDir: world.dataDir, workspaceKey: workspaceKey(world.dir) });
      let records = 0;
      const full: Storage = {
        ...storage,
        async openLog(id) {
          const file = await storage.openLog(id);
          return {
            ...file,
            append(line) {
              records += 1;
              if (records === n) throw new AgentError("storage", "The disk is full.");
              file.append(line);
            },
          };
        },
      };
      const app = await world.open({ storage: full });
      attend(app);
      const outcome = await app.prompt(go, "now").catch((thrown: unknown) => thrown);
      if (outcome instanceof AgentError) expect(outcome.kind).toBe("storage");
      else expect(["failed", "done"]).toContain(outcome);
      expect(app.isRunning).toBe(false);
      await finish(app);
      expectSound(world, app);
      await app.close();
      // What the disk holds is what was seen.
      const next = await world.open({ isNew: false });
      expect(next.session.events.length).toBe(app.session.events.length);
    });
  }, 60_000);
});
