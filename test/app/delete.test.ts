import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld, type World } from "../support/start-app.ts";

const there = (world: World, path: string): boolean => existsSync(join(world.dir, path));
const modeOf = (world: World, path: string): number => statSync(join(world.dir, path)).mode & 0o777;

async function deleted(prepare: (world: World) => void, ...paths: readonly string[]) {
  const world = await startWorld({
    files: { "a.txt": "one\ntwo\n", "run.sh": "#!/bin/sh\n", "b.txt": "b\n" },
    script: [
      reply(...paths.map((file_path) => call("Delete", { file_path }))),
      reply(say("Done.")),
      reply(say("I see.")),
    ],
  });
  prepare(world);
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  return { world, app };
}

test("a deleted file comes back with its bytes and its mode, whatever its encoding, and can go again", async () => {
  const utf16 = Buffer.from("\uFEFFzwölf\r\n", "utf16le");
  const { world, app } = await deleted(
    (the) => {
      chmodSync(join(the.dir, "run.sh"), 0o755);
      writeFileSync(join(the.dir, "a.txt"), "\uFEFFone\r\n");
      writeFileSync(join(the.dir, "b.txt"), utf16);
    },
    "a.txt",
    "run.sh",
    "b.txt",
  );
  expect(["a.txt", "run.sh", "b.txt"].filter((path) => there(world, path))).toEqual([]);
  expect(app.ledger.pending().map(({ by, after }) => [by, after])).toEqual(Array(3).fill(["agent", ""]));
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe("\uFEFFone\r\n");
  expect(readFileSync(join(world.dir, "b.txt"))).toEqual(utf16);
  expect(world.read("run.sh")).toBe("#!/bin/sh\n");
  expect(modeOf(world, "run.sh")).toBe(0o755);
  expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
  expect(there(world, "run.sh")).toBe(false);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(modeOf(world, "run.sh")).toBe(0o755);
  await app.prompt([text("And?")], "now");
  expect(JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1))).toContain("run.sh");
  expect(world.api.violations).toEqual([]);
});

test("what a command deleted comes back as it was too", async () => {
  const world = await startWorld({
    files: { "run.sh": "#!/bin/sh\n" },
    script: [reply(call("Bash", { command: "rm run.sh mark.txt" })), reply(say("Done."))],
  });
  chmodSync(join(world.dir, "run.sh"), 0o755);
  writeFileSync(join(world.dir, "mark.txt"), "\uFEFFone\n");
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  expect(app.ledger.pending()).toHaveLength(2);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(modeOf(world, "run.sh")).toBe(0o755);
  expect(world.read("mark.txt")).toBe("\uFEFFone\n");
});

test("its agent is not told of what it deleted itself; going back brings the file back", async () => {
  const { world, app } = await deleted((the) => chmodSync(join(the.dir, "run.sh"), 0o700), "run.sh");
  await app.prompt([text("And?")], "now");
  expect(eventsOf(app, "reminder")).toEqual([]);
  await app.checkpoints.rewind({ seq: -1, what: "files", clashes: "take" });
  expect(world.read("run.sh")).toBe("#!/bin/sh\n");
  expect(modeOf(world, "run.sh")).toBe(0o700);
});

test("an undone creation that is put back can be run again", async () => {
  const world = await startWorld({
    script: [
      reply(call("Write", { file_path: "new.sh", content: "#!/bin/sh\n" })),
      reply(call("Bash", { command: "chmod +x new.sh" })),
      reply(say("Done.")),
    ],
  });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  const mode = modeOf(world, "new.sh");
  await app.review("undo", "all");
  expect(there(world, "new.sh")).toBe(false);
  await app.checkpoints.takeBack();
  expect(modeOf(world, "new.sh")).toBe(mode);
});

test("protected files ask under every mode, and plan mode deletes nothing", async () => {
  const world = await startWorld({
    files: { ".env": "KEY=1\n", "a.txt": "a\n" },
    script: [
      reply(call("Delete", { file_path: ".env" }), call("Delete", { file_path: "a.txt" })),
      reply(say("Done.")),
      reply(call("Delete", { file_path: "b.txt" })),
      reply(say("Done.")),
    ],
  });
  world.write("b.txt", "b\n");
  const app = await world.open({ mode: "bypass" });
  answerAll(app, { verdict: "deny", scope: "once" });
  await app.prompt([text("Go")], "now");
  expect([".env", "a.txt"].map((path) => there(world, path))).toEqual([true, false]);
  app.setMode("plan");
  await app.prompt([text("More")], "now");
  expect(there(world, "b.txt")).toBe(true);
});
