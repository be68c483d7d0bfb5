import { renameSync, rmSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld, type World } from "../support/start-app.ts";

const twenty = Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`).join("");
const edit = (old_string: string, new_string: string) =>
  call("Edit", { file_path: "a.txt", old_string, new_string });
const states = (app: App) => app.transcript.rows.flatMap((row) => (row.kind === "tool" ? row.edits : []));

/** An agent has changed lines 2, 10 and 19 of a file, the first two in one edit. */
async function threeHunks(): Promise<{ world: World; app: App; path: string }> {
  const world = await startWorld({
    files: { "a.txt": twenty },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(
        call("Write", {
          file_path: "a.txt",
          content: twenty.replace("line 2\n", "LINE 2\n").replace("line 10\n", ""),
        }),
      ),
      reply(edit("line 19", "line 19\nand more")),
      reply(say("Done.")),
      reply(say("I see.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  const [path = ""] = app.ledger.pendingFiles();
  return { world, app, path };
}

/** Decides about hunks by their number in the file as it is now. */
async function decide(app: App, path: string, verdict: "keep" | "undo", ...numbers: number[]): Promise<void> {
  const file = await app.pendingFile(path);
  const hunks = numbers.map((number) => file!.hunks[number]!);
  await app.reviewHunks(path, { verdict, currentHash: file!.currentHash, hunks });
}

test("hunks are kept and undone one by one; the last one settles the edits", async () => {
  const { world, app, path } = await threeHunks();
  expect((await app.pendingFile(path))?.hunks).toHaveLength(3);
  await decide(app, path, "undo", 1);
  expect(world.read("a.txt")).toContain("line 10\n");
  expect((await app.pendingFile(path))?.hunks).toHaveLength(2);
  await decide(app, path, "keep", 0);
  expect((await app.pendingFile(path))?.hunks).toMatchObject([{ start: 20, count: 1 }]);
  expect(states(app).map(({ state }) => state)).toEqual(["pending", "pending"]);
  await decide(app, path, "undo", 0);
  expect(await app.pendingFile(path)).toBeUndefined();
  expect(world.read("a.txt")).toBe(twenty.replace("line 2\n", "LINE 2\n"));
  expect(states(app).map(({ state }) => state)).toEqual(["kept", "kept"]);
});

test("undoing all edits leaves what was kept of them", async () => {
  const { world, app, path } = await threeHunks();
  await decide(app, path, "keep", 0);
  const report = await app.review("undo", "all");
  expect(report).toMatchObject({ done: [expect.any(String), expect.any(String)], conflicts: [] });
  expect(world.read("a.txt")).toBe(twenty.replace("line 2\n", "LINE 2\n"));
  expect(app.ledger.pendingFiles()).toEqual([]);
});

test("edits that the user has taken out by hand are settled as undone, not as a conflict", async () => {
  const { world, app, path } = await threeHunks();
  world.write("a.txt", twenty);
  expect((await app.pendingFile(path))?.hunks).toEqual([]);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(states(app).map(({ state }) => state)).toEqual(["undone", "undone"]);
  expect(world.read("a.txt")).toBe(twenty);
});

test("undoing every hunk leaves the file as it was, with what the user wrote elsewhere", async () => {
  const { world, app, path } = await threeHunks();
  world.write("a.txt", world.read("a.txt").replace("line 14", "mine"));
  expect((await app.pendingFile(path))?.hunks).toHaveLength(3);
  await decide(app, path, "undo", 0, 1, 2);
  expect(world.read("a.txt")).toBe(twenty.replace("line 14", "mine"));
  expect(states(app).map(({ state }) => state)).toEqual(["undone", "undone"]);
});

test("the model is told what was undone, as a patch, once", async () => {
  const { world, app, path } = await threeHunks();
  await decide(app, path, "undo", 0);
  await app.prompt([text("And?")], "now");
  const sent = JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1));
  expect(sent).toContain("a.txt (the user undid your changes; do not redo them unless asked):");
  expect(sent).toContain("-LINE 2\\n+line 2");
  expect(sent).not.toContain("and more");
  expect(world.api.violations).toEqual([]);
});

test("a decision about a text that has changed since is refused and changes nothing", async () => {
  const { world, app, path } = await threeHunks();
  const file = await app.pendingFile(path);
  world.write("a.txt", `mine\n${world.read("a.txt")}`);
  const now = world.read("a.txt");
  const choice = { verdict: "undo", currentHash: file!.currentHash, hunks: file!.hunks } as const;
  await expect(app.reviewHunks(path, choice)).rejects.toMatchObject({ kind: "stale" });
  expect(world.read("a.txt")).toBe(now);
  expect((await app.pendingFile(path))?.hunks).toHaveLength(3);
});

test("what is decided survives a restart; what is left is still there to decide", async () => {
  const { world, app, path } = await threeHunks();
  await decide(app, path, "keep", 0);
  await app.close();
  const again = await world.open({ isNew: false, mode: "acceptEdits" });
  expect((await again.pendingFile(path))?.hunks).toMatchObject([{ start: 10, count: 0 }, { count: 1 }]);
  await decide(again, path, "undo", 0, 1);
  expect(world.read("a.txt")).toBe(twenty.replace("line 2\n", "LINE 2\n"));
});

test("undoing the one hunk of a new file removes it; keeping it leaves it", async () => {
  const world = await startWorld({
    script: [
      reply(
        call("Write", { file_path: "gone.txt", content: "one\ntwo\n" }),
        call("Write", { file_path: "stays.txt", content: "one\ntwo\n" }),
      ),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  const [gone = "", stays = ""] = app.ledger.pendingFiles();
  await decide(app, gone, "undo", 0);
  await decide(app, stays, "keep", 0);
  expect(() => world.read("gone.txt")).toThrow("ENOENT");
  expect(world.read("stays.txt")).toBe("one\ntwo\n");
  expect(states(app).map(({ state }) => state)).toEqual(["undone", "kept"]);
});

test("a hunk is not undone through a link that took the place of the file", async () => {
  const { world, app, path } = await threeHunks();
  world.write("elsewhere.txt", world.read("a.txt"));
  rmSync(path);
  symlinkSync("elsewhere.txt", path);
  await expect(decide(app, path, "undo", 0)).rejects.toMatchObject({ kind: "stale" });
  expect(world.read("elsewhere.txt")).toContain("LINE 2");
});

test("what is pending in a file follows it to another path, is undone there, and the model hears where it is", async () => {
  const { world, app, path } = await threeHunks();
  const moved = path.replace("a.txt", "b.txt");
  renameSync(path, moved);
  app.fileMoved(path, moved);
  expect(app.ledger.pendingFiles()).toEqual([moved]);
  expect(app.transcript.status.pendingEdits.map((one) => one.path)).toEqual([moved, moved]);
  await decide(app, moved, "undo", 0);
  expect(world.read("b.txt")).toContain("line 2\n");
  await app.prompt([text("And?")], "now");
  const sent = JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1));
  expect(sent).toContain("a.txt was moved to b.txt.");
  expect(sent).toContain("-LINE 2\\n+line 2");
  expect(sent).not.toContain("is gone");
  await app.close();
  const again = await world.open({ isNew: false });
  expect((await again.pendingFile(moved))?.hunks).toHaveLength(2);
  expect(await again.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("b.txt")).toBe(twenty);
});

test("a hunk chosen before another one moved the baseline is refused, and nothing is decided about it", async () => {
  const { app, path } = await threeHunks();
  const seen = await app.pendingFile(path);
  const [, second, third] = seen!.hunks;
  const choice = { verdict: "keep" as const, currentHash: seen!.currentHash };
  await app.reviewHunks(path, { ...choice, hunks: [second!] });
  await expect(app.reviewHunks(path, { ...choice, hunks: [third!] })).rejects.toMatchObject({
    kind: "stale",
  });
  expect((await app.pendingFile(path))?.hunks).toHaveLength(2);
});

test("lines that the user changed between two edits of the agent are marked as changed by both", async () => {
  const { world, app, path } = await withMineBetween();
  const file = await app.pendingFile(path);
  expect(file?.hunks).toMatchObject([
    { start: 2, isMixed: true },
    { start: 19, isMixed: false },
  ]);
  const report = await app.review("undo", "all", "leave");
  expect(report.conflicts).toEqual([]);
  expect(world.read("a.txt")).toBe(twenty.replace("line 2\n", "LINE 2, mine\n"));
  expect((await app.pendingFile(path))?.hunks).toMatchObject([{ start: 2, isMixed: true }]);
});

test("undoing everything leaves a place alone that the user changed between two edits, unless it is said", async () => {
  const { world, app, path } = await withMineBetween();
  const report = await app.review("undo", "all");
  expect(report.conflicts).toMatchObject([{ path }]);
  expect(world.read("a.txt")).toBe(twenty.replace("line 2\n", "LINE 2, mine\n"));
  await app.review("undo", "all", "take");
  expect(world.read("a.txt")).toBe(twenty);
});

/** The agent changed line 2, then the user the same line, then the agent line 19. */
async function withMineBetween(): Promise<{ world: World; app: App; path: string }> {
  const world = await startWorld({
    files: { "a.txt": twenty },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("line 2\n", "LINE 2\n")),
      reply(say("First.")),
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("line 19", "LINE 19")),
      reply(say("Second.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  world.write("a.txt", world.read("a.txt").replace("LINE 2\n", "LINE 2, mine\n"));
  await app.prompt([text("Go on")], "now");
  const [path = ""] = app.ledger.pendingFiles();
  return { world, app, path };
}

test("many edits of a file are undone by one write; a card of each of them says so", async () => {
  const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
  const world = await startWorld({
    files: { "a.txt": twenty },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      ...numbers.map((i) => reply(edit(`line ${i}\n`, `LINE ${i}\nand one more\n`))),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  world.write("a.txt", world.read("a.txt").replace("line 20", "mine"));
  const from = app.session.lastSeq;
  expect(await app.review("undo", "all")).toMatchObject({ done: { length: 12 }, conflicts: [] });
  expect(world.read("a.txt")).toBe(twenty.replace("line 20", "mine"));
  expect(states(app).every(({ state }) => state === "undone")).toBe(true);
  expect(app.session.events.filter(({ seq }) => seq > from).map(({ type }) => type)).toEqual([
    "reviewed",
    "decided",
  ]);
  // And all of it back again.
  await app.checkpoints.takeBack();
  expect(app.ledger.pending()).toHaveLength(12);
  expect(world.read("a.txt")).toContain("LINE 12\nand one more\n");
  expect(world.read("a.txt")).toContain("mine\n");
});

test("lines that the user changed as well are known as such after other hunks were decided, and after a reload", async () => {
  const { world, app, path } = await threeHunks();
  world.write("a.txt", world.read("a.txt").replace("LINE 2\n", "LINE 2, mine\n"));
  const [first] = (await app.pendingFile(path))?.hunks ?? [];
  expect(first?.isMixed).toBe(true);
  await decide(app, path, "undo", 2);
  await decide(app, path, "keep", 1);
  expect((await app.pendingFile(path))?.hunks).toMatchObject([{ start: 2, isMixed: true }]);
  await app.close();
  const again = await world.open({ isNew: false, mode: "acceptEdits" });
  expect((await again.pendingFile(path))?.hunks).toMatchObject([{ start: 2, isMixed: true }]);
  await again.review("undo", "all", "leave");
  expect(world.read("a.txt")).toContain("LINE 2, mine\n");
});

test("after going back to a message nobody is asked about words of theirs that went with it", async () => {
  const world = await startWorld({
    files: { "a.txt": twenty },
    script: [
      reply(call("Read", { file_path: "a.txt" }), edit("line 2\n", "LINE 2\n")),
      reply(say("Done.")),
      reply(edit("LINE 2\n", "LINE TWO\n")),
      reply(edit("line 9\n", "LINE 9\n")),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("One")], "now");
  const first = world.read("a.txt");
  await app.prompt([text("Two")], "now");
  world.write("a.txt", world.read("a.txt").replace("LINE TWO\n", "LINE TWO, mine\n"));
  const path = app.ledger.pendingFiles()[0]!;
  expect((await app.pendingFile(path))?.hunks[0]?.isMixed).toBe(true);
  const back = (clashes: "take" | "leave") =>
    app.checkpoints.rewind({ seq: app.checkpoints.list()[1]!.seq, what: "files", clashes });
  expect(await back("take")).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe(first);
  expect((await app.pendingFile(path))?.hunks).toMatchObject([{ start: 2, isMixed: false }]);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe(twenty);
  await app.checkpoints.takeBack();
  // With the rewind taken back their words are there again, and asked about.
  await app.checkpoints.takeBack();
  expect(world.read("a.txt")).toContain("LINE TWO, mine\n");
  expect((await app.pendingFile(path))?.hunks[0]?.isMixed).toBe(true);
  await back("leave");
  expect(world.read("a.txt")).toContain("LINE TWO, mine\n");
  expect((await app.pendingFile(path))?.hunks).toMatchObject([{ start: 2, isMixed: true }]);
});

test("what the user made of an edit is not undone unasked, though another edit of the file was", async () => {
  const { world, app, path } = await threeHunks();
  world.write("a.txt", world.read("a.txt").replace("LINE 2\n", "LINE 2, mine\n"));
  const [, second] = app.ledger.pending();
  await app.review("undo", [second?.editId ?? ""]);
  const now = world.read("a.txt");
  expect(now).toContain("LINE 2, mine\n");
  expect((await app.pendingFile(path))?.hunks).toMatchObject([{ start: 2, isMixed: true }, { start: 10 }]);
  expect(await app.review("undo", "all")).toMatchObject({ done: [], conflicts: [{ path }] });
  expect(world.read("a.txt")).toBe(now);
  // Undone with it and put back again it is still both.
  await app.review("undo", "all", "take");
  expect(world.read("a.txt")).toBe(twenty);
  await app.checkpoints.takeBack();
  expect(world.read("a.txt")).toBe(now);
  expect((await app.pendingFile(path))?.hunks).toMatchObject([{ start: 2, isMixed: true }, { start: 10 }]);
});

test("a file that was deleted by hand cannot be undone and stays deleted; of one that the agent made nothing is left", async () => {
  const world = await startWorld({
    files: { "a.txt": twenty },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("line 2\n", "LINE 2\n"), call("Write", { file_path: "made.txt", content: "one\n" })),
      reply(call("Edit", { file_path: "made.txt", old_string: "one", new_string: "two" })),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  const [path = "", made = ""] = app.ledger.pendingFiles();
  rmSync(path);
  rmSync(made);
  const report = await app.review("undo", "all");
  expect(report.conflicts).toMatchObject([{ path, why: expect.stringContaining("deleted since") }]);
  expect(app.ledger.pendingFiles()).toEqual([path]);
  expect(() => world.read("a.txt")).toThrow("ENOENT");
  expect(() => world.read("made.txt")).toThrow("ENOENT");
  world.write("a.txt", twenty.replace("line 2\n", "LINE 2\n"));
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe(twenty);
});

test("of a file that is partly kept the lines of both stay and are reported, unless it is said what becomes of them", async () => {
  const { world, app, path } = await threeHunks();
  await decide(app, path, "keep", 1);
  world.write("a.txt", world.read("a.txt").replace("LINE 2\n", "LINE 2, mine\n"));
  const report = await app.review("undo", "all");
  expect(report).toMatchObject({ done: [], conflicts: [{ path }, { path }] });
  expect(world.read("a.txt")).toBe(twenty.replace("line 2\n", "LINE 2, mine\n").replace("line 10\n", ""));
  expect((await app.pendingFile(path))?.hunks).toMatchObject([{ start: 2, isMixed: true }]);
  expect(await app.review("undo", "all", "take")).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe(twenty.replace("line 10\n", ""));
});
