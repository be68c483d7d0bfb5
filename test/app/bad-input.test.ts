import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { ALONE, eventsOf, eventually, isType, startWorld } from "../support/start-app.ts";

const go = [text("Go")];
const BYPASS = { mode: "bypass" } as const;
const lastResult = (body: { messages: readonly { content: unknown }[] } | undefined): string =>
  JSON.stringify(body?.messages.at(-1)?.content);

/** An address on this machine where nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port.");
  return `http://127.0.0.1:${address.port}`;
}

test("without a network the turn ends with the reason, the prompt is kept, and it goes on once there is one", async () => {
  const world = await startWorld({ script: [reply(say("Here I am."))] });
  const app = await world.open({
    provider: createAnthropicProvider({ apiKey: "k", baseUrl: await deadAddress() }),
  });
  expect(await app.prompt(go, "now")).toBe("failed");
  expect(eventsOf(app, "finished")[0]?.error).toMatchObject({ kind: "network" });
  expect(world.slept).toHaveLength(7);
  await app.close();
  const online = await world.open({ isNew: false });
  expect(await online.resume()).toBe("done");
  expect(lastResult(world.api.requests[0]?.body)).toContain("Go");
});

test("a file of 50 MB is read in pages, and says how to go on", async () => {
  const world = await startWorld({
    script: [
      reply(call("Read", { file_path: "big.txt" })),
      reply(call("Read", { file_path: "big.txt", offset: 400_000, limit: 2 })),
      reply(say("Big.")),
    ],
  });
  world.write(
    "big.txt",
    Array.from({ length: 500_000 }, (_, i) => `line ${i + 1} ${"x".repeat(90)}`).join("\n"),
  );
  const app = await world.open();
  expect(await app.prompt(go, "now")).toBe("done");
  expect(lastResult(world.api.requests[1]?.body)).toMatch(/offset/);
  expect(lastResult(world.api.requests[1]?.body).length).toBeLessThan(400_000);
  expect(lastResult(world.api.requests[2]?.body)).toContain("line 400001 ");
});

test("a file that is deleted between reading and editing is not brought back", async () => {
  const world = await startWorld({
    files: { "a.txt": "one\n" },
    script: (_request, index) => {
      if (index === 0) return reply(call("Read", { file_path: "a.txt" }));
      if (index > 1) return reply(say("Gone."));
      rmSync(join(world.dir, "a.txt"));
      return reply(call("Edit", { file_path: "a.txt", old_string: "one", new_string: "two" }));
    },
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(() => world.read("a.txt")).toThrow("ENOENT");
  expect(eventsOf(app, "tool.finished").at(-1)).toMatchObject({ isError: true });
});

test("a command that would print for ever is stopped at its limit, and the model sees both ends", async () => {
  const world = await startWorld({
    script: [
      reply(call("Bash", { command: "yes 0123456789012345678901234567890123456789" })),
      reply(say("Enough.")),
    ],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(lastResult(world.api.requests[1]?.body)).toContain("64 MB");
  expect(lastResult(world.api.requests[1]?.body).length).toBeLessThan(60_000);
}, 30_000);

test("a command that reads the terminal gets an end of input at once", async () => {
  const world = await startWorld({
    script: [
      reply(call("Bash", { command: "read answer; echo got:$answer" })),
      reply(say("Nobody answered.")),
    ],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(lastResult(world.api.requests[1]?.body)).toContain("got:");
});

test("a workspace with two folders: both are read without asking, a third place is not", async () => {
  const world = await startWorld({
    files: { "a.txt": "A" },
    script: () =>
      reply(
        call("Read", { file_path: "a.txt" }),
        call("Read", { file_path: "../second/b.txt" }),
        call("Read", { file_path: "../third/c.txt" }),
      ),
  });
  for (const [folder, file] of [
    ["second", "b.txt"],
    ["third", "c.txt"],
  ] as const) {
    mkdirSync(join(world.dir, "..", folder));
    writeFileSync(join(world.dir, "..", folder, file), file);
  }
  const app = await world.open({
    roots: [world.dir, join(world.dir, "../second")],
    whereabouts: ALONE,
    maxSteps: 1,
  });
  expect(await app.prompt(go, "now")).toBe("step_limit");
  const denied = eventsOf(app, "tool.finished").filter(({ outcome }) => outcome === "denied");
  expect(eventsOf(app, "tool.finished")).toHaveLength(3);
  expect(denied).toHaveLength(1);
  expect(eventsOf(app, "permission.asked")).toMatchObject([
    { callId: denied[0]?.callId, access: { target: join(world.dir, "../third/c.txt") } },
  ]);
});

test("without a folder everything asks", async () => {
  const world = await startWorld({
    files: { "a.txt": "A" },
    script: [reply(call("Read", { file_path: "a.txt" })), reply(say("ok"))],
  });
  const app = await world.open({ roots: [] });
  const turn = app.prompt(go, "now");
  const card = await eventually(app, isType("permission.asked"));
  app.answerPermission({ callId: card.callId, hash: card.hash, verdict: "allow", scope: "once" });
  expect(await turn).toBe("done");
});

test("rules that make no sense are reported and grant nothing", async () => {
  const world = await startWorld({ script: [reply(call("Bash", { command: "touch x" })), reply(say("ok"))] });
  const app = await world.open({
    whereabouts: ALONE,
    rules: [
      { verdict: "allow", text: "Bash(((", source: "settings" },
      { verdict: "allow", text: "", source: "settings" },
    ],
  });
  expect(app.permissions.problems).toHaveLength(2);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.finished")[0]?.outcome).toBe("denied");
});

test("a saved rule file that is damaged grants nothing, says so, and is kept beside what is allowed next", async () => {
  const world = await startWorld({ script: [reply(call("Bash", { command: "touch x" })), reply(say("ok"))] });
  const folder = join(world.dataDir, "projects", workspaceKey(world.dir));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "rules.json"), '{"allow":["Bash"');
  const app = await world.open();
  expect(app.permissions.problems).toHaveLength(1);
  const turn = app.prompt(go, "now");
  const card = await eventually(app, isType("permission.asked"));
  app.answerPermission({ callId: card.callId, hash: card.hash, verdict: "allow", scope: "workspace" });
  expect(await turn).toBe("done");
  expect(JSON.parse(readFileSync(join(folder, "rules.json"), "utf8"))).toEqual({ allow: ["Bash(touch x)"] });
  expect(readFileSync(join(folder, "rules-damaged.json"), "utf8")).toBe('{"allow":["Bash"');
});
