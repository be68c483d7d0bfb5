import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { AgentError } from "../../src/core/errors.ts";
import { text } from "../../src/core/message.ts";
import type { LogFile, Storage } from "../../src/core/ports.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { createStorage, workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, eventually, isType, startWorld, type World } from "../support/start-app.ts";

const go = [text("Go")];

/** The storage of a world, with its log files changed by `change`. */
function storageOf({ dataDir, dir }: World, change: (file: LogFile) => Partial<LogFile>): Storage {
  const storage = createStorage({ dataDir, workspaceKey: workspaceKey(dir) });
  return {
    ...storage,
    async openLog(id) {
      const file = await storage.openLog(id);
      return { ...file, ...change(file) };
    },
  };
}

test("while a window closes at an open card, another agent of the turn does not begin what the log no longer hears of", async () => {
  const closing = Promise.withResolvers<void>();
  const mayClose = Promise.withResolvers<void>();
  const world = await startWorld({
    script: ({ body }) => {
      const said = JSON.stringify(body.messages);
      if (said.includes("tool_result")) return reply(say("Done."));
      if (said.includes("ask a person")) return reply(call("Bash", { command: "echo a >> asked" }));
      if (said.includes("work alone"))
        return reply(gate(closing.promise), call("Bash", { command: "touch count" }));
      return reply(
        call("Agent", { description: "one", prompt: "ask a person" }),
        call("Agent", { description: "two", prompt: "work alone" }),
      );
    },
  });
  const storage = storageOf(world, (file) => ({
    async close() {
      closing.resolve();
      await mayClose.promise;
      await file.close();
    },
  }));
  const app = await world.open({
    storage,
    rules: [{ verdict: "allow", text: "Bash(touch count)", source: "test" }],
  });
  const turn = app.prompt(go, "now");
  await eventually(app, isType("permission.asked"));
  const closed = app.close();
  // Either the other agent's call begins, or the turn has come to its end without it.
  await Promise.race([turn, eventually(app, isType("tool.finished"))]);
  mayClose.resolve();
  await closed;
  await turn;
  expect(() => world.read("count")).toThrow("ENOENT");
  expect(eventsOf(app, "tool.started").filter(({ name }) => name === "Bash")).toEqual([]);
});

test("closing waits for the turn to end, so that the log knows what became of every call", async () => {
  const looking = Promise.withResolvers<void>();
  const mayLook = Promise.withResolvers<void>();
  const world = await startWorld({ script: [reply(call("Write", { file_path: "a.txt", content: "x" }))] });
  const host = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const slowFs = {
    ...host.fs,
    async canonical(path: string) {
      looking.resolve();
      await mayLook.promise;
      return host.fs.canonical(path);
    },
  };
  const app = await world.open({ host: { ...host, fs: slowFs }, mode: "bypass" });
  const turn = app.prompt(go, "now");
  await looking.promise;
  const closed = app.close();
  for (let i = 0; i < 20; i += 1) await setImmediate();
  mayLook.resolve();
  await closed;
  expect(await turn).toBe("cancelled");
  expect(eventsOf(app, "tool.started")).toEqual([]);
  const next = await world.open({ isNew: false });
  expect(eventsOf(next, "tool.finished")).toMatchObject([{ outcome: "interrupted" }]);
  expect(eventsOf(next, "finished")).toMatchObject([{ outcome: "cancelled" }]);
});

test("a turn that a full disk ends waits for the calls beside the one that failed: none is answered twice", async () => {
  const refused = Promise.withResolvers<void>();
  const mayRead = Promise.withResolvers<void>();
  const world = await startWorld({
    files: { "a.txt": "a\n", "b.txt": "b\n" },
    script: ({ body }) =>
      JSON.stringify(body.messages).includes("tool_result")
        ? reply(say("Done."))
        : reply(call("Read", { file_path: "a.txt" }), call("Read", { file_path: "b.txt" })),
  });
  let failures = 2;
  const storage = storageOf(world, (file) => ({
    append(line) {
      if (failures > 0 && line.includes('"type":"tool.finished"')) {
        failures -= 1;
        if (failures === 0) refused.resolve();
        throw new AgentError("storage", "The disk is full.");
      }
      file.append(line);
    },
  }));
  const host = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const slowFs = {
    ...host.fs,
    async canonical(path: string) {
      if (path.endsWith("b.txt")) await mayRead.promise;
      return host.fs.canonical(path);
    },
  };
  const app = await world.open({ storage, host: { ...host, fs: slowFs } });
  const turn = app.prompt(go, "now");
  await refused.promise;
  for (let i = 0; i < 20; i += 1) await setImmediate();
  const wasRunning = app.isRunning;
  mayRead.resolve();
  expect(await turn).toBe("failed");
  expect(wasRunning).toBe(true);
  expect(await app.prompt([text("Again")], "now")).toBe("done");
  const answered = eventsOf(app, "tool.finished").map(({ callId }) => callId);
  expect(new Set(answered).size).toBe(answered.length);
  expect(answered).toHaveLength(2);
  expect(world.api.refusals).toEqual([]);
});

test("a subscriber that throws at a result does not make a second one", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n" },
    script: [reply(call("Read", { file_path: "a.txt" })), reply(say("Done."))],
  });
  const app = await world.open();
  const stop = app.session.subscribe((event) => {
    if ("durable" in event && event.durable.type === "tool.finished") throw new Error("cannot draw");
  });
  expect(await app.prompt(go, "now")).toBe("failed");
  stop();
  expect(await app.prompt([text("Again")], "now")).toBe("done");
  expect(eventsOf(app, "tool.finished")).toHaveLength(1);
  expect(world.api.refusals).toEqual([]);
});

test("a closed conversation takes nothing more, and a stop that comes before the turn ends it", async () => {
  const world = await startWorld({ script: [reply(say("Hello."))] });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  // Nothing has run yet: the file is still being opened.
  app.stop();
  expect(await turn).toBe("cancelled");
  await app.close();
  await expect(app.prompt(go, "now")).rejects.toMatchObject({ kind: "locked" });
  await expect(app.resume()).rejects.toMatchObject({ kind: "locked" });
  expect(world.api.requests).toEqual([]);
  const next = await world.open({ isNew: false });
  expect([next.readOnlyBecause, await next.prompt(go, "now")]).toEqual([undefined, "done"]);
});

test("a conversation that cannot be opened lets go of its lock", async () => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "touch x" })), reply(say("Done."))],
  });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  await eventually(app, isType("permission.asked"));
  app.stop();
  await turn;
  await app.close();
  const log = join(world.dataDir, "projects", workspaceKey(world.dir), "sessions", "session-1.jsonl");
  // Without its end the log has to be settled when it is opened, and just then the disk is full.
  const lines = readFileSync(log, "utf8").split(/(?<=\n)/);
  writeFileSync(log, lines.filter((line) => !/"type":"(finished|permission|tool)/.test(line)).join(""));
  const storage = storageOf(world, () => ({
    append() {
      throw new AgentError("storage", "The disk is full.");
    },
  }));
  await expect(world.open({ isNew: false, storage })).rejects.toMatchObject({ kind: "storage" });
  const next = await world.open({ isNew: false });
  expect(next.readOnlyBecause).toBeUndefined();
});

test("a rule that cannot be written holds for the conversation, and the call runs", async () => {
  const world = await startWorld({
    script: [
      reply(call("Bash", { command: "touch one" })),
      reply(call("Bash", { command: "touch one" })),
      reply(say("Done.")),
    ],
  });
  const storage: Storage = {
    ...createStorage({ dataDir: world.dataDir, workspaceKey: workspaceKey(world.dir) }),
    writeDocument: () => Promise.reject(new AgentError("storage", "The disk is full.")),
  };
  const app = await world.open({ storage });
  const asked = answerAll(app, { verdict: "allow", scope: "workspace" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(asked).toHaveLength(1);
  expect(eventsOf(app, "tool.finished").map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  expect(eventsOf(app, "notice").at(-1)?.text).toContain("for this conversation only");
});
