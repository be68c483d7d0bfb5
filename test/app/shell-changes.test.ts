import { existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import { text } from "../../src/core/message.ts";
import type { Documents } from "../../src/core/ports.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, eventually, isType, startWorld, type World } from "../support/start-app.ts";

const FILES = { "a.txt": "one\ntwo\nthree\n", "b.txt": "b\n", "gone.txt": "gone\n" };
const COMMAND = "sed -i s/two/2/ a.txt; echo B > b.txt; rm gone.txt; echo new > new.txt";

async function ran(command: string, files: Record<string, string> = FILES) {
  const world = await startWorld({
    files,
    script: [reply(call("Bash", { command })), reply(say("Done.")), reply(say("I see."))],
  });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  return { world, app };
}
const names = (world: World, paths: readonly string[]): string[] =>
  paths.map((path) => path.slice(world.dir.length + 1));
const isThere = (world: World, path: string): boolean => existsSync(join(world.dir, path));

test("what a command changed, created and deleted is in the ledger and in its row, and undone like any other edit", async () => {
  const { world, app } = await ran(COMMAND);
  const edits = app.ledger.pending();
  expect(
    names(
      world,
      edits.map(({ path }) => path),
    ),
  ).toEqual(["a.txt", "b.txt", "gone.txt", "new.txt"]);
  expect(edits.every(({ by }) => by === "shell")).toBe(true);
  const row = app.transcript.rows.find((each) => each.kind === "tool");
  expect(row?.kind === "tool" && row.edits.map(({ added, removed }) => [added, removed])).toEqual([
    [1, 1],
    [1, 1],
    [0, 1],
    [1, 0],
  ]);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  for (const [path, before] of Object.entries(FILES)) expect(world.read(path)).toBe(before);
  expect(isThere(world, "new.txt")).toBe(false);
  await app.prompt([text("And?")], "now");
  expect(JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1))).toContain(
    "The user undid your changes in",
  );
  expect(world.api.violations).toEqual([]);
});

test("JSON that goes down thousands of levels is recorded like any other, and everything beside it", async () => {
  const deep = `{"nbformat":4,"metadata":${"[".repeat(3_000)}${"]".repeat(3_000)},"cells":[]}`;
  const files = { "deep.txt": deep, "z.txt": "z\n", "b.txt": "b\n" };
  const { world, app } = await ran("cp deep.txt c.json; echo more >> z.txt; echo more >> b.txt", files);
  const paths = app.ledger.pending().map(({ path }) => path);
  expect(names(world, paths).toSorted()).toEqual(["b.txt", "c.json", "z.txt"]);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(isThere(world, "c.json")).toBe(false);
  for (const [path, before] of Object.entries(files)) expect(world.read(path)).toBe(before);
});

test("a change of a command is looked at and undone hunk by hunk, and survives a restart", async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`).join("\n");
  const { world, app } = await ran("sed -i 's/line 3$/LINE 3/; s/line 20/LINE 20/' a.txt", {
    "a.txt": lines,
  });
  await app.close();
  const again = await world.open({ isNew: false });
  const path = join(world.dir, "a.txt");
  const pending = await again.pendingFile(path);
  expect(pending?.hunks.map(({ start }) => start)).toEqual([4, 21]);
  await again.reviewHunks(path, {
    verdict: "undo",
    currentHash: pending!.currentHash,
    hunks: [pending!.hunks[0]!],
  });
  expect(world.read("a.txt")).toBe(lines.replace("line 20", "LINE 20"));
});

test("a file that came back is not written over, and one that a link took the place of is left alone", async () => {
  const { world, app } = await ran("rm gone.txt; echo B > b.txt");
  world.write("gone.txt", "the user's\n");
  rmSync(join(world.dir, "b.txt"));
  symlinkSync(join(world.dir, "a.txt"), join(world.dir, "b.txt"));
  const { conflicts } = await app.review("undo", "all");
  expect(
    names(
      world,
      conflicts.map(({ path }) => path),
    ).sort(),
  ).toEqual(["b.txt", "gone.txt"]);
  expect(world.read("gone.txt")).toBe("the user's\n");
  expect(world.read("a.txt")).toBe(FILES["a.txt"]);
});

test("a moved file is back under its old name when both parts are undone", async () => {
  const { world, app } = await ran("mv a.txt c.txt");
  await app.review("undo", "all");
  expect(world.read("a.txt")).toBe(FILES["a.txt"]);
  expect(isThere(world, "c.txt")).toBe(false);
});

test("empty files that a command made, moved or deleted are undone like others", async () => {
  const files = { "moved.txt": "", "gone.txt": "", "emptied.txt": "words\n" };
  const { world, app } = await ran(
    "touch new.txt; mv moved.txt there.txt; rm gone.txt; : > emptied.txt",
    files,
  );
  expect(app.ledger.pendingFiles()).toHaveLength(5);
  const fresh = (await app.pendingFile(join(world.dir, "new.txt")))!;
  expect(fresh).toMatchObject({ current: "", hunks: [] });
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  for (const [path, before] of Object.entries(files)) expect(world.read(path)).toBe(before);
  for (const path of ["new.txt", "there.txt"]) expect(isThere(world, path)).toBe(false);
  expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
  expect(["new.txt", "there.txt", "gone.txt", "moved.txt"].filter((path) => isThere(world, path))).toEqual([
    "new.txt",
    "there.txt",
  ]);
  expect(world.read("emptied.txt")).toBe("");
});

test("an empty file that the agent made goes when that is undone", async () => {
  const world = await startWorld({
    script: [reply(call("Write", { file_path: "empty.txt", content: "" })), reply(say("Done."))],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  expect(isThere(world, "empty.txt")).toBe(true);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect([isThere(world, "empty.txt"), app.ledger.pending()]).toEqual([false, []]);
});

test("what is no text and was moved by a command goes back, what was made or changed is said with its size", async () => {
  const world = await startWorld({
    files: { "make.js": "require('fs').writeFileSync('logo.bin', Buffer.from([0, 1, 2, 255]))" },
    script: [
      reply(call("Bash", { command: "node make.js" })),
      reply(say("Made.")),
      reply(call("Bash", { command: "mkdir lib; mv logo.bin lib/sign.bin" })),
      reply(call("Bash", { command: "node make.js" })),
      reply(call("Bash", { command: "printf '\\0' >> logo.bin" })),
      reply(call("Bash", { command: "rm logo.bin" })),
      reply(say("Done.")),
    ],
  });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Make it")], "now");
  await app.prompt([text("Go")], "now");
  expect(names(world, app.ledger.pendingFiles())).toEqual(["lib/sign.bin"]);
  const said = eventsOf(app, "notice").map((notice) =>
    notice.text.replace(/^The command changed (.*?)\. .*/, "$1"),
  );
  expect(said).toEqual([
    "logo.bin (new, 4 bytes)",
    "logo.bin (new, 4 bytes)",
    "logo.bin (4 bytes, now 5 bytes)",
    "logo.bin (gone, 5 bytes)",
  ]);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  const bytes = () => [...readFileSync(join(world.dir, "logo.bin"))];
  expect(bytes()).toEqual([0, 1, 2, 255]);
  expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
  expect(isThere(world, "lib/sign.bin")).toBe(true);
  expect(await app.checkpoints.rewind({ seq: -1, what: "files", clashes: "take" })).toMatchObject({
    conflicts: [],
  });
  expect(bytes()).toEqual([0, 1, 2, 255]);
});

test("what cannot be taken back is said, with its name", async () => {
  const { app } = await ran("printf '\\0' >> a.txt; echo B > b.txt");
  expect(eventsOf(app, "notice").map((event) => event.text)).toEqual([
    "The command changed a.txt (14 bytes, now 15 bytes). Its old content was not kept (no text, or too large), so this cannot be undone here.",
  ]);
  expect(app.ledger.pending()).toHaveLength(1);
});

test("a background command's changes are found when it has ended, and the agent's own in between are not its", async () => {
  const world = await startWorld({
    files: FILES,
    script: [
      reply(
        call("Read", { file_path: "b.txt" }),
        call("Bash", {
          command: "echo started > a.txt; until [ -e go ]; do sleep 0.02; done; echo B2 > new.txt",
          run_in_background: true,
        }),
      ),
      reply(call("Edit", { file_path: "b.txt", old_string: "b", new_string: "agent" })),
      reply(say("Waiting.")),
      reply(say("It ended.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  expect(app.ledger.pending().map(({ by }) => by)).toEqual(["agent"]);
  world.write("go", "");
  await eventually(
    app,
    (event): event is Extract<typeof event, { type: "user" }> =>
      event.type === "user" && event.origin === "task",
  );
  const byShell = app.ledger.pending().filter(({ by }) => by === "shell");
  expect(
    names(
      world,
      byShell.map(({ path }) => path),
    ),
  ).toEqual(["a.txt", "go", "new.txt"]);
});

test("a command that is stopped half-way has its changes in the log all the same", async () => {
  const world = await startWorld({
    files: FILES,
    script: [
      reply(call("Bash", { command: "echo half > a.txt; echo ready; sleep 60" })),
      reply(say("Stopped.")),
    ],
  });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  const done = app.prompt([text("Go")], "now");
  await expect.poll(() => readFileSync(join(world.dir, "a.txt"), "utf8")).toBe("half\n");
  app.stop();
  expect(await done).toBe("cancelled");
  await eventually(app, isType("edit"));
  await app.close();
  const again = await world.open({ isNew: false });
  expect(again.ledger.pending().map(({ before, by }) => [before !== "", by])).toEqual([[true, "shell"]]);
  await again.review("undo", "all");
  expect(world.read("a.txt")).toBe(FILES["a.txt"]);
});

test("closing waits until what a killed command changed is in the log", async () => {
  const world = await startWorld({
    files: FILES,
    script: [reply(call("Bash", { command: "echo half > a.txt; sleep 60" }))],
  });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  const done = app.prompt([text("Go")], "now");
  await expect.poll(() => readFileSync(join(world.dir, "a.txt"), "utf8")).toBe("half\n");
  await app.close();
  await done;
  const again = await world.open({ isNew: false });
  expect(again.ledger.pending().map(({ path }) => path)).toEqual([join(world.dir, "a.txt")]);
});

test("a change that lies on the disk under unsaved text is not called undone", async () => {
  const before = "b\n1\n2\n3\n4\n";
  const world = await startWorld({
    files: { "b.txt": before },
    script: [reply(call("Bash", { command: "sed -i s/b/B/ b.txt" })), reply(say("Done."))],
  });
  const node = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const unsaved = `${before}unsaved\n`;
  let isUnsaved = true;
  const open: Documents["open"] = async (path, signal) => {
    const file = await node.documents.open(path, signal);
    const isMine = isUnsaved && path.endsWith("b.txt");
    return isMine ? { ...file, text: unsaved, hash: await sha256(unsaved), isDirty: true } : file;
  };
  const app = await world.open({ host: { ...node, documents: { ...node.documents, open } } });
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  const { conflicts } = await app.review("undo", "all");
  expect(conflicts.map(({ why }) => why)).toEqual([expect.stringContaining("holds unsaved text")]);
  expect(app.ledger.pending()).toHaveLength(1);
  isUnsaved = false;
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("b.txt")).toBe(before);
});
