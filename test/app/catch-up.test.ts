import { rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld, type World } from "../support/start-app.ts";

const twenty = Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join("");
const read = (file_path: string) => call("Read", { file_path });
const edit = (file_path: string, old_string: string, new_string: string) =>
  call("Edit", { file_path, old_string, new_string });
/** What was sent last: the newest user message, with its results and reminders. */
const sent = (world: World): string => JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1));

test("what somebody changes in a file that was read is told with the next message, as a patch, once", async () => {
  const world = await startWorld({
    files: { "a.txt": twenty, "b.txt": twenty },
    script: [reply(read("a.txt")), reply(say("Read.")), reply(say("I see.")), reply(say("Still."))],
  });
  const app = await world.open();
  await app.prompt([text("Look")], "now");
  world.write("a.txt", twenty.replace("line 7\n", "seven\n"));
  world.write("b.txt", "it never saw this one\n");
  await app.prompt([text("And?")], "now");
  expect(sent(world)).toContain("a.txt:\\n@@ -4,7 +4,7 @@");
  expect(sent(world)).toContain("-line 7\\n+seven");
  expect(sent(world)).not.toContain("b.txt");
  await app.prompt([text("And now?")], "now");
  expect(sent(world)).not.toContain("seven");
  expect(world.api.violations).toEqual([]);
});

test("it is told in the middle of a turn as well, after a restart too, and is then known well enough to edit and to write", async () => {
  const steps = [
    () => reply(read("a.txt")),
    () => {
      // While the model writes its reply.
      world.write("a.txt", twenty.replace("line 7\n", "seven\n"));
      return reply(call("Glob", { pattern: "*" }));
    },
    () => reply(edit("a.txt", "seven", "7")),
    () => reply(say("Done.")),
    () => reply(call("Write", { file_path: "a.txt", content: "short\n" })),
    () => reply(say("Written.")),
  ];
  const world: World = await startWorld({
    files: { "a.txt": twenty },
    script: () => steps.shift()?.() ?? reply(say("The script has ended.")),
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  const results = world.api.requests.map(({ body }) => JSON.stringify(body.messages.at(-1)));
  expect(results[2]).toContain("-line 7\\n+seven");
  expect(results[3]).toContain("Edited a.txt");
  expect(results[3]).not.toContain("The file had changed");
  await app.close();
  world.write("a.txt", `mine\n${world.read("a.txt")}`);
  const again = await world.open({ mode: "acceptEdits", isNew: false });
  await again.prompt([text("Write it")], "now");
  expect(JSON.stringify(world.api.requests.at(-2)?.body.messages.at(-1))).toContain("+mine");
  expect(world.read("a.txt")).toBe("short\n");
  expect(world.api.violations).toEqual([]);
});

test("a change that is too long to show is named, and an edit still says that the file has changed", async () => {
  const world = await startWorld({
    files: { "a.txt": twenty },
    script: [
      reply(read("a.txt")),
      reply(say("Read.")),
      reply(edit("a.txt", "line 20", "line twenty")),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Look")], "now");
  world.write("a.txt", `${"more\n".repeat(300)}${twenty}`);
  await app.prompt([text("Edit")], "now");
  expect(JSON.stringify(world.api.requests.at(-2)?.body.messages.at(-1))).toContain(
    "more lines; read the file",
  );
  expect(sent(world)).toContain("The file had changed since you read it");
  expect(world.api.violations).toEqual([]);
});

test("a file that is deleted, and one that comes back, is told once each", async () => {
  const world = await startWorld({
    files: { "a.txt": twenty },
    script: [reply(read("a.txt")), ...["1", "2", "3", "4"].map((word) => reply(say(word)))],
  });
  const app = await world.open();
  await app.prompt([text("Look")], "now");
  rmSync(join(world.dir, "a.txt"));
  await app.prompt([text("And?")], "now");
  expect(sent(world)).toContain("a.txt is gone.");
  await app.prompt([text("And?")], "now");
  expect(sent(world)).not.toContain("a.txt");
  world.write("a.txt", twenty);
  await app.prompt([text("And?")], "now");
  expect(sent(world)).toContain("a.txt has changed");
});

test("what was kept is said in one line beside other news, and is no news by itself", async () => {
  const world = await startWorld({
    files: { "a.txt": twenty, "b.txt": twenty },
    script: [
      reply(read("a.txt"), read("b.txt")),
      reply(edit("a.txt", "line 2\n", "two\n"), edit("b.txt", "line 3\n", "three\n")),
      reply(say("Done.")),
      reply(say("I see.")),
      reply(say("Well.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  const [first, second] = app.ledger.pending().map(({ editId }) => editId);
  await app.review("keep", [first!]);
  await app.prompt([text("And?")], "now");
  expect(sent(world)).not.toContain("kept");
  await app.review("undo", [second!]);
  await app.prompt([text("And?")], "now");
  expect(sent(world)).toContain("b.txt (the user undid your changes");
  expect(sent(world)).toContain("-three\\n+line 3");
  expect(sent(world)).toContain("The user kept your changes in a.txt.");
});

test("a file that may be read only after asking is named, and its new text is not sent", async () => {
  const world = await startWorld({
    files: { ".env": "KEY=1\n" },
    script: [reply(read(".env")), reply(say("Read.")), reply(say("I see."))],
  });
  const app = await world.open({ rules: [] });
  app.onRunning(() => undefined);
  app.session.subscribe((event) => {
    if ("durable" in event && event.durable.type === "permission.asked") {
      const { callId, hash } = event.durable;
      queueMicrotask(() => app.answerPermission({ callId, hash, verdict: "allow", scope: "once" }));
    }
  });
  await app.prompt([text("Look")], "now");
  world.write(".env", "KEY=new-secret\n");
  await app.prompt([text("And?")], "now");
  expect(sent(world)).toContain(".env has changed");
  expect(JSON.stringify(world.api.requests)).not.toContain("new-secret");
});

test("a file that a tool has just opened is not opened once more to see whether it changed", async () => {
  const world = await startWorld({
    files: { "a.txt": twenty },
    script: [
      reply(read("a.txt")),
      reply(call("Glob", { pattern: "*" })),
      reply(say("Read.")),
      reply(say("I see.")),
    ],
  });
  const old = new Date(Date.now() - 60_000);
  utimesSync(join(world.dir, "a.txt"), old, old);
  const host = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const opened: string[] = [];
  const documents: typeof host.documents = {
    ...host.documents,
    open: (path, signal) => {
      opened.push(path);
      return host.documents.open(path, signal);
    },
  };
  const app = await world.open({ host: { ...host, documents } });
  await app.prompt([text("Look")], "now");
  expect(opened).toEqual([join(world.dir, "a.txt")]);
  world.write("a.txt", twenty.replace("line 7\n", "seven\n"));
  await app.prompt([text("And?")], "now");
  expect(sent(world)).toContain("-line 7\\n+seven");
});
