import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { text } from "../../src/core/message.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld, type World } from "../support/start-app.ts";

const there = (world: World, path: string): boolean => existsSync(join(world.dir, path));
const moving = (source: string, destination: string) => call("Move", { source, destination });
const LINES = Array.from({ length: 20 }, (_, i) => `line ${i}`).join("\n");

/** One call after the other, each in a reply of its own. */
async function after(files: Record<string, string>, ...calls: readonly ReturnType<typeof call>[]) {
  const world = await startWorld({
    files,
    script: [...calls.map((one) => reply(one)), reply(say("Done.")), reply(say("I see."))],
  });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  return { world, app };
}
const paths = (world: World, app: App): string[] =>
  app.ledger.pendingFiles().map((path) => path.slice(world.dir.length + 1));
const lastRequest = (world: World): string => JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1));

test("a file is moved into a new folder with its mode, undone without leaving the folder behind, and done again", async () => {
  const { world, app } = await after({ "run.sh": "#!/bin/sh\n" }, moving("run.sh", "bin/tools/run.sh"));
  chmodSync(join(world.dir, "bin/tools/run.sh"), 0o755);
  expect([there(world, "run.sh"), world.read("bin/tools/run.sh")]).toEqual([false, "#!/bin/sh\n"]);
  expect(paths(world, app)).toEqual(["bin/tools/run.sh"]);
  const path = join(world.dir, "bin/tools/run.sh");
  expect(await app.pendingFile(path)).toMatchObject({ hunks: [], movedFrom: join(world.dir, "run.sh") });
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("run.sh")).toBe("#!/bin/sh\n");
  expect(statSync(join(world.dir, "run.sh")).mode & 0o777).toBe(0o755);
  expect(there(world, "bin")).toBe(false);
  expect(app.ledger.pending()).toEqual([]);
  expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
  expect([there(world, "run.sh"), there(world, "bin/tools/run.sh")]).toEqual([false, true]);
  expect(paths(world, app)).toEqual(["bin/tools/run.sh"]);
  expect(await app.review("keep", "all")).toMatchObject({ conflicts: [] });
  expect(app.ledger.pending()).toEqual([]);
  expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
  expect(paths(world, app)).toEqual(["bin/tools/run.sh"]);
  expect(world.api.violations).toEqual([]);
});

test("folders that were there and empty before stay when a move into them is undone, one by one or with all", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n", "b.txt": "b\n" },
    script: [
      reply(moving("a.txt", "was/here/new/a.txt"), moving("b.txt", "was/too/b.txt")),
      reply(say("Done.")),
    ],
  });
  for (const folder of ["was/here", "was/too"]) mkdirSync(join(world.dir, folder), { recursive: true });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  const folders = () => ["was/here/new", "was/here", "was/too"].map((path) => there(world, path));
  const [first] = app.ledger.pending();
  expect(await app.review("undo", [first?.editId ?? ""])).toMatchObject({ conflicts: [] });
  expect(folders()).toEqual([false, true, true]);
  expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
  await app.review("keep", "all");
  expect(await app.checkpoints.rewind({ seq: -1, what: "files", clashes: "take" })).toMatchObject({
    conflicts: [],
  });
  expect(folders()).toEqual([false, true, true]);
  expect([world.read("a.txt"), world.read("b.txt")]).toEqual(["a\n", "b\n"]);
});

test("hunks follow the file, and undoing the move alone keeps what was written into it, by whomever", async () => {
  const { world, app } = await after(
    { "a.txt": LINES },
    call("Read", { file_path: "a.txt" }),
    call("Edit", { file_path: "a.txt", old_string: "line 3\n", new_string: "LINE 3\n" }),
    moving("a.txt", "lib/b.txt"),
    call("Edit", { file_path: "lib/b.txt", old_string: "line 9\n", new_string: "LINE 9\n" }),
  );
  const users = (content: string): string => content.replace("line 15\n", "the user's\n");
  world.write("lib/b.txt", users(world.read("lib/b.txt")));
  const pending = await app.pendingFile(join(world.dir, "lib/b.txt"));
  expect(pending?.hunks).toHaveLength(2);
  const move = app.ledger.pending().find(({ from }) => from !== undefined)!;
  expect(await app.review("undo", [move.editId])).toMatchObject({ conflicts: [] });
  expect(paths(world, app)).toEqual(["a.txt"]);
  expect(world.read("a.txt")).toBe(users(LINES.replace("line 3", "LINE 3").replace("line 9", "LINE 9")));
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe(users(LINES));
  await app.prompt([text("And?")], "now");
  expect(lastRequest(world)).toContain("lib/b.txt");
  expect(world.api.violations).toEqual([]);
});

test("everything at once is taken back in order: the move, what took the file's old place, and what came before", async () => {
  const { world, app } = await after(
    { "a.txt": LINES, "gone.txt": "gone\n" },
    moving("a.txt", "old.txt"),
    call("Write", { file_path: "a.txt", content: "new\n" }),
    call("Delete", { file_path: "gone.txt" }),
    moving("old.txt", "gone.txt"),
  );
  expect([world.read("a.txt"), world.read("gone.txt"), there(world, "old.txt")]).toEqual([
    "new\n",
    LINES,
    false,
  ]);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect([world.read("a.txt"), world.read("gone.txt"), there(world, "old.txt")]).toEqual([
    LINES,
    "gone\n",
    false,
  ]);
  expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
  expect([world.read("a.txt"), world.read("gone.txt"), there(world, "old.txt")]).toEqual([
    "new\n",
    LINES,
    false,
  ]);
});

test("going back moves back, after a reload as well, and can itself be undone", async () => {
  const { world, app } = await after(
    { "a.txt": LINES },
    moving("a.txt", "b.txt"),
    moving("b.txt", "c/d.txt"),
    call("Edit", { file_path: "c/d.txt", old_string: "line 9\n", new_string: "LINE 9\n" }),
  );
  expect(eventsOf(app, "tool.finished").map(({ isError }) => isError)).toEqual([false, false, true]);
  await app.review("keep", "all");
  await app.close();
  const again = await world.open({ isNew: false });
  const a = join(world.dir, "a.txt");
  expect((await again.checkpoints.preview(-1)).files).toMatchObject([{ moveTo: a, problem: undefined }]);
  const rewound = await again.checkpoints.rewind({ seq: -1, what: "files", clashes: "take" });
  expect(rewound.conflicts).toEqual([]);
  expect([there(world, "a.txt"), there(world, "c")]).toEqual([true, false]);
  expect(await again.checkpoints.undoRewind()).toMatchObject({ conflicts: [] });
  expect([there(world, "a.txt"), there(world, "c/d.txt")]).toEqual([false, true]);
});

test("an undo that cannot be taken back leaves the file where it is, and can be once nothing is in its way", async () => {
  const { world, app } = await after(
    { "a.txt": LINES },
    call("Read", { file_path: "a.txt" }),
    call("Edit", { file_path: "a.txt", old_string: "line 9\n", new_string: "LINE 9\n" }),
    moving("a.txt", "b.txt"),
  );
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  world.write("a.txt", LINES.replace("line 9", "the user's"));
  const why = expect.stringContaining("changed since");
  for (let tries = 0; tries < 2; tries++) {
    expect(await app.checkpoints.takeBack()).toMatchObject({ done: [], conflicts: [{ why }] });
    expect([world.read("a.txt"), there(world, "b.txt")]).toEqual([
      LINES.replace("line 9", "the user's"),
      false,
    ]);
  }
  world.write("a.txt", LINES);
  expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
  expect([world.read("b.txt"), there(world, "a.txt")]).toEqual([LINES.replace("line 9", "LINE 9"), false]);
  expect(paths(world, app)).toEqual(["b.txt"]);
});

test("a folder goes with all its files, whatever they are, and each of them comes back", async () => {
  const world = await startWorld({
    files: { "src/a.ts": "a\n", "src/deep/b.ts": "b\n" },
    script: [reply(moving("src", "lib")), reply(say("Done."))],
  });
  writeFileSync(join(world.dir, "src/logo.png"), Buffer.from([0, 1, 2]));
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  expect(paths(world, app)).toEqual(["lib/a.ts", "lib/deep/b.ts", "lib/logo.png"]);
  expect(there(world, "src")).toBe(false);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect([world.read("src/a.ts"), world.read("src/deep/b.ts"), there(world, "src/logo.png")]).toEqual([
    "a\n",
    "b\n",
    true,
  ]);
  expect(there(world, "lib")).toBe(false);
});

test("what is no text goes back with a rewind as well, and there again", async () => {
  const world = await startWorld({
    files: { "src/a.ts": "a\n" },
    script: [reply(moving("src", "lib")), reply(moving("lib/logo.png", "logo.png")), reply(say("Done."))],
  });
  writeFileSync(join(world.dir, "src/logo.png"), Buffer.from([0, 1, 2]));
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  const all = ["src/a.ts", "src/logo.png", "lib/a.ts", "logo.png"];
  const where = () => all.filter((path) => there(world, path));
  const rewind = () => app.checkpoints.rewind({ seq: -1, what: "files", clashes: "take" });
  for (const decide of [() => app.review("undo", "all"), rewind]) {
    expect(await decide()).toMatchObject({ conflicts: [] });
    expect([...where(), there(world, "lib")]).toEqual(["src/a.ts", "src/logo.png", false]);
    expect([...readFileSync(join(world.dir, "src/logo.png"))]).toEqual([0, 1, 2]);
    expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
    expect([...where(), there(world, "src")]).toEqual(["lib/a.ts", "logo.png", false]);
  }
});

test("folders in which nothing was go with the folder around them, back and there again", async () => {
  const world = await startWorld({
    files: { "src/a.ts": "a\n", "src/b/c.ts": "c\n" },
    script: [reply(moving("src", "lib/src")), reply(say("Done."))],
  });
  mkdirSync(join(world.dir, "src/none/at/all"), { recursive: true });
  mkdirSync(join(world.dir, "src/b/none"));
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  const folders = () =>
    ["src/none/at/all", "src/b/none", "src", "lib/src/none/at/all", "lib/src/b/none", "lib"].filter((path) =>
      there(world, path),
    );
  const [old, now] = [
    ["src/none/at/all", "src/b/none", "src"],
    ["lib/src/none/at/all", "lib/src/b/none", "lib"],
  ];
  expect(folders()).toEqual(now);
  const rewind = () => app.checkpoints.rewind({ seq: -1, what: "files", clashes: "take" });
  for (const decide of [() => app.review("undo", "all"), rewind]) {
    expect(await decide()).toMatchObject({ conflicts: [] });
    expect(folders()).toEqual(old);
    expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
    expect(folders()).toEqual(now);
  }
  // What somebody has put there since stays there.
  writeFileSync(join(world.dir, "lib/src/b/none/mine.txt"), "mine");
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(folders()).toEqual([...old.filter((path) => path !== "src/b/none"), "lib/src/b/none", "lib"]);
});

test("files that swapped names go back, and there again, also where one was changed besides", async () => {
  const { world, app } = await after(
    { "a.txt": "a\n", "b.txt": LINES },
    moving("a.txt", "c.txt"),
    moving("b.txt", "a.txt"),
    moving("c.txt", "b.txt"),
    call("Read", { file_path: "a.txt" }),
    call("Edit", { file_path: "a.txt", old_string: "line 9\n", new_string: "LINE 9\n" }),
  );
  const files = () => [world.read("a.txt"), world.read("b.txt"), readdirSync(world.dir).length];
  const swapped = [LINES.replace("line 9", "LINE 9"), "a\n", 2];
  expect(files()).toEqual(swapped);
  const rewound = await app.checkpoints.rewind({ seq: -1, what: "files", clashes: "take" });
  expect(rewound).toMatchObject({ conflicts: [] });
  expect(files()).toEqual(["a\n", LINES, 2]);
  expect(await app.checkpoints.undoRewind()).toMatchObject({ conflicts: [] });
  expect(files()).toEqual(swapped);
  expect(paths(world, app).toSorted()).toEqual(["a.txt", "b.txt"]);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(files()).toEqual(["a\n", LINES, 2]);
});

test("of a folder one file is held at a time, and too much text is not moved at all", async () => {
  const names = ["1.txt", "2.txt", "3.txt", "4.txt", "5.txt"];
  const world = await startWorld({
    files: Object.fromEntries(
      names.flatMap((name) => [
        [`small/${name}`, name],
        [`huge/${name}`, name],
      ]),
    ),
    script: [reply(moving("small", "lib")), reply(moving("huge", "more")), reply(say("Done."))],
  });
  const node = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const huge = "x".repeat(50_000_000);
  let most = 0;
  let now = 0;
  const open: typeof node.documents.open = async (path, signal) => {
    now += 1;
    most = Math.max(most, now);
    const file = await node.documents.open(path, signal).finally(() => {
      now -= 1;
    });
    return path.includes("huge") ? { ...file, text: huge } : file;
  };
  const put: typeof node.blobs.put = (content) =>
    content === huge ? Promise.resolve("huge") : node.blobs.put(content);
  const host = { ...node, documents: { ...node.documents, open }, blobs: { ...node.blobs, put } };
  const app = await world.open({ host });
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  expect(most).toBe(1);
  expect(eventsOf(app, "tool.finished").map(({ isError }) => isError)).toEqual([false, true]);
  expect(lastRequest(world)).toContain("too much text");
  expect(paths(world, app)).toEqual(names.map((name) => `lib/${name}`));
  expect([there(world, "huge/5.txt"), there(world, "more")]).toEqual([true, false]);
});

test("what a person moved on stays there; what took the old place is not moved over", async () => {
  const { world, app } = await after(
    { "a.txt": "a\n", "b.txt": "b\n" },
    moving("a.txt", "a2.txt"),
    moving("b.txt", "b2.txt"),
  );
  const at = (path: string): string => join(world.dir, path);
  const host = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  await host.documents.move(at("a2.txt"), at("mine.txt"), new AbortController().signal);
  app.fileMoved(at("a2.txt"), at("mine.txt"));
  world.write("b.txt", "another\n");
  const { conflicts } = await app.review("undo", "all");
  expect(conflicts).toMatchObject([{ path: at("b2.txt") }]);
  expect([world.read("mine.txt"), world.read("b.txt"), world.read("b2.txt")]).toEqual([
    "a\n",
    "another\n",
    "b\n",
  ]);
});

test("protected files ask under every mode at both ends, none hides in a folder, and plan mode moves nothing", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n", "b.txt": "b\n", "conf/.env": "KEY=1\n", "c.txt": "c\n" },
    script: [
      reply(
        moving("a.txt", ".npmrc"),
        moving("conf/.env", "plain.txt"),
        moving("conf", "other"),
        moving("b.txt", "b2.txt"),
      ),
      reply(say("Done.")),
      reply(moving("c.txt", "c2.txt")),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "bypass" });
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  await app.prompt([text("Go")], "now");
  expect(asked).toEqual(["Move a.txt → .npmrc", "Move conf/.env → plain.txt"]);
  expect(["a.txt", "conf/.env", "b2.txt"].filter((path) => there(world, path))).toHaveLength(3);
  app.setMode("plan");
  await app.prompt([text("More")], "now");
  expect(there(world, "c2.txt")).toBe(false);
});

test("accept edits moves within the workspace, and asks for what leads out of it", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n", "b.txt": "b\n" },
    script: [reply(moving("a.txt", "c/a.txt"), moving("b.txt", "../outside.txt")), reply(say("Done."))],
  });
  const app = await world.open({ mode: "acceptEdits" });
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  await app.prompt([text("Go")], "now");
  expect(asked).toHaveLength(1);
  expect([there(world, "c/a.txt"), there(world, "b.txt")]).toEqual([true, true]);
});

test("nothing is moved over anything, out of a link or into itself", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n", "b.txt": "b\n", "dir/c.txt": "c\n" },
    script: [
      reply(
        moving("a.txt", "b.txt"),
        moving("dir", "dir/sub"),
        moving("link.txt", "x.txt"),
        moving("none.txt", "x.txt"),
        moving("a.txt", "dir"),
        moving("linked", "y"),
      ),
      reply(say("Done.")),
    ],
  });
  symlinkSync(join(world.dir, "a.txt"), join(world.dir, "link.txt"));
  mkdirSync(join(world.dir, "linked"));
  symlinkSync(join(world.dir, "a.txt"), join(world.dir, "linked/a.txt"));
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  const said = eventsOf(app, "tool.finished").map(({ content }) => JSON.stringify(content));
  for (const [i, words] of [
    "is there already",
    "into itself",
    "is a link to",
    "does not exist",
    "is there already",
    "is a link",
  ].entries())
    expect(said[i]).toContain(words);
  expect([world.read("a.txt"), world.read("b.txt"), world.read("dir/c.txt")]).toEqual(["a\n", "b\n", "c\n"]);
  expect(app.ledger.pending()).toEqual([]);
});

test("a move that fails after its record is taken back in the log, and its agent still knows the file", async () => {
  const world = await startWorld({
    files: { "a.txt": LINES },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(moving("a.txt", "b.txt")),
      reply(call("Edit", { file_path: "a.txt", old_string: "line 9\n", new_string: "LINE 9\n" })),
      reply(say("Done.")),
    ],
  });
  const node = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
  const app = await world.open({
    host: { ...node, documents: { ...node.documents, move: () => Promise.reject(new Error("no")) } },
  });
  answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("Go")], "now");
  expect(eventsOf(app, "tool.finished").map(({ isError }) => isError)).toEqual([false, true, false]);
  expect(paths(world, app)).toEqual(["a.txt"]);
  expect((await app.pendingFile(join(world.dir, "a.txt")))?.hunks).toHaveLength(1);
});

test.each(["before", "after", "with only the place taken, before"])(
  "a process killed %s the file has moved leaves a truthful log",
  async (when) => {
    const world = await startWorld({
      files: { "a.txt": LINES },
      script: [reply(moving("a.txt", "b.txt")), reply(say("Done."))],
    });
    const node = createNodeHost({ roots: [world.dir], dataDir: world.dataDir, version: "0.0.0" });
    const reached = Promise.withResolvers<void>();
    const move: typeof node.documents.move = async (...given) => {
      if (when === "after") await node.documents.move(...given);
      if (when.startsWith("with")) world.write("b.txt", "");
      reached.resolve();
      return new Promise(() => undefined);
    };
    const app = await world.open({ host: { ...node, documents: { ...node.documents, move } } });
    answerAll(app, { verdict: "allow", scope: "once" });
    void app.prompt([text("Go")], "now");
    await reached.promise;
    // As the log is on the disk now: nothing that is said on the way out is in it.
    const known = app.session.events.length;
    await app.close();
    const again = await world.open({ isNew: false });
    expect(again.session.events.length).toBeGreaterThanOrEqual(known);
    expect([there(world, "a.txt"), there(world, "b.txt")]).toEqual([when !== "after", when === "after"]);
    expect(paths(world, again)).toEqual(when === "after" ? ["b.txt"] : []);
    await again.review("undo", "all");
    expect(world.read("a.txt")).toBe(LINES);
  },
);
