import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BEGINNING } from "../../src/app/checkpoints.ts";
import { listSessions } from "../../src/app/sessions.ts";
import { text } from "../../src/core/message.ts";
import { createStorage, workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, eventually, isType, startWorld, type World } from "../support/start-app.ts";

const FILE = "one\nkeep 1\nkeep 2\ntwo\nkeep 3\nkeep 4\nthree\n";
const edit = (old_string: string, new_string: string, file_path = "a.txt") =>
  call("Edit", { file_path, old_string, new_string });

/** Three messages, each with an edit; the second also creates a file. */
async function threeMessages() {
  const world = await startWorld({
    files: { "a.txt": FILE },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("one", "ONE")),
      reply(say("First done.")),
      reply(edit("two", "TWO"), call("Write", { file_path: "new.txt", content: "new\n" })),
      reply(say("Second done.")),
      reply(edit("three", "THREE")),
      reply(say("Third done.")),
      reply(say("Another way.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  for (const words of ["Change one", "Change two", "Change three"]) await app.prompt([text(words)], "now");
  const [first, second, third] = app.checkpoints.list();
  if (!first || !second || !third) throw new Error("three messages");
  return { world, app, first, second, third };
}

const storageOf = ({ dataDir, dir }: World) => createStorage({ dataDir, workspaceKey: workspaceKey(dir) });
const reopen = (world: World, sessionId: string) =>
  world.open({ sessionId, isNew: false, mode: "acceptEdits" });
const both = { what: "both", clashes: "leave" } as const;

test("going back previews the files, leaves the user's own lines, and goes on in a conversation of its own", async () => {
  const { world, app, second } = await threeMessages();
  world.write("a.txt", world.read("a.txt").replace("keep 3", "mine"));
  const preview = await app.checkpoints.preview(second.seq);
  expect(preview).toMatchObject({ title: "Change two", messages: 2 });
  expect(preview.files.map(({ path, added, removed, clashes }) => [path, added, removed, clashes])).toEqual([
    [join(world.dir, "a.txt"), 2, 2, 0],
    [join(world.dir, "new.txt"), 0, 1, 0],
  ]);
  expect(world.read("a.txt")).toContain("TWO");

  const done = await app.checkpoints.rewind({ seq: second.seq, ...both });
  expect(done).toMatchObject({ files: 2, conflicts: [], content: [{ text: "Change two" }] });
  expect(world.read("a.txt")).toBe(FILE.replace("one", "ONE").replace("keep 3", "mine"));
  expect(existsSync(join(world.dir, "new.txt"))).toBe(false);

  const fork = await reopen(world, done.sessionId ?? "");
  expect(fork.checkpoints.list().map(({ title }) => title)).toEqual(["Change one"]);
  expect(fork.ledger.pending().map(({ path }) => path)).toEqual([join(world.dir, "a.txt")]);
  expect(eventsOf(fork, "notice").map(({ kind }) => kind)).toEqual(["rewound"]);
  expect(fork.canContinue).toBe(false);
});

test("what was sent is sent again byte for byte, and then the new message with what has changed, once", async () => {
  const { world, app, third } = await threeMessages();
  const sent = world.api.requests.map(({ body }) => body);
  const { sessionId } = await app.checkpoints.rewind({ seq: third.seq, ...both });
  const fork = await reopen(world, sessionId ?? "");
  await fork.prompt([text("Do it another way")], "now");
  const [old, now] = [sent[4], world.api.requests.at(-1)?.body];
  expect(now?.system).toEqual(old?.system);
  expect(now?.tools).toEqual(old?.tools);
  const known = withoutCacheMarks(old?.messages);
  expect(withoutCacheMarks(now?.messages).slice(0, known.length)).toEqual(known);
  expect(JSON.stringify(now?.messages.at(-1))).toContain("Do it another way");
});

test("a rewind can be undone, after everything was closed as well: the files are as before, edits wait again", async () => {
  const { world, app, second } = await threeMessages();
  await app.review("keep", [app.ledger.pending().at(-1)?.editId ?? ""]);
  world.write("a.txt", world.read("a.txt").replace("keep 1", "mine"));
  const before = { text: world.read("a.txt"), states: statesOf(app) };
  const { sessionId, rewind } = await app.checkpoints.rewind({ seq: second.seq, ...both });
  await app.close();
  world.write("a.txt", world.read("a.txt").replace("keep 4", "mine too"));

  const fork = await reopen(world, sessionId ?? "");
  expect(eventsOf(fork, "session")[0]?.forkedFrom).toEqual({
    sessionId: "session-1",
    seq: second.seq,
    rewind,
  });
  await fork.close();
  const old = await reopen(world, "session-1");
  expect(old.checkpoints.lastRewind?.rewind).toBe(rewind);
  expect(await old.checkpoints.undoRewind()).toMatchObject({ conflicts: [] });
  expect(world.read("a.txt")).toBe(before.text.replace("keep 4", "mine too"));
  expect(world.read("new.txt")).toBe("new\n");
  expect(statesOf(old)).toEqual(before.states);
  expect(old.transcript.status.pendingEdits.map(({ editId }) => editId)).toEqual(
    old.ledger.pending().map(({ editId }) => editId),
  );
  expect(old.checkpoints.lastRewind).toBeUndefined();
  expect(await old.checkpoints.undoRewind()).toBeUndefined();
});

test("files alone go back in the same conversation, and the agent is told of it once", async () => {
  const { world, app, third } = await threeMessages();
  const { sessionId } = await app.checkpoints.rewind({ seq: third.seq, what: "files", clashes: "leave" });
  expect(sessionId).toBeUndefined();
  expect(world.read("a.txt")).toContain("three");
  await app.prompt([text("And now?")], "now");
  const told = eventsOf(app, "reminder").filter((event) => event.text.includes("a.txt"));
  expect(told).toHaveLength(1);
  expect(told[0]?.text).toContain("+three");
});

test("the conversation alone goes back without touching a file; the history tells which was left and which forked", async () => {
  const { world, app, second } = await threeMessages();
  const before = world.read("a.txt");
  await app.checkpoints.rewind({ seq: second.seq, what: "conversation", clashes: "leave" });
  expect(world.read("a.txt")).toBe(before);
  const marks = (await listSessions(storageOf(world))).map(({ mark, title }) => [title, mark]);
  expect(marks.toSorted()).toEqual([
    ["Change one", "forked"],
    ["Change one", "left"],
  ]);
  await app.checkpoints.undoRewind();
  expect((await listSessions(storageOf(world))).map(({ mark }) => mark)).not.toContain("left");
});

test("a fork from the last reply has everything; what is decided in one is not decided in the other", async () => {
  const { world, app } = await threeMessages();
  await app.review("undo", [app.ledger.pending().at(-1)?.editId ?? ""]);
  const { sessionId } = await app.checkpoints.fork();
  const fork = await reopen(world, sessionId);
  expect(fork.checkpoints.list()).toHaveLength(3);
  expect(statesOf(fork)).toEqual(statesOf(app));
  expect(fork.session.events.slice(0, 5).slice(1)).toEqual(app.session.events.slice(1, 5));
  await fork.review("keep", "all");
  expect(app.ledger.pending()).not.toEqual([]);
});

test("a fork from the middle knows what was decided about its edits since", async () => {
  const { world, app, second } = await threeMessages();
  const [one] = app.ledger.pending();
  await app.review("undo", [one?.editId ?? ""]);
  const { sessionId, content } = await app.checkpoints.fork(second.seq);
  expect(content).toEqual([text("Change two")]);
  const fork = await reopen(world, sessionId);
  expect(statesOf(fork)).toEqual(["undone"]);
  expect(fork.ledger.pending()).toEqual([]);
});

test("while a turn runs or a card waits nothing goes back; a fork of that moment runs nothing again", async () => {
  const world = await startWorld({
    files: { "a.txt": FILE },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("one", "ONE")),
      reply(say("Done.")),
      reply(say("Never mind.")),
    ],
  });
  const app = await world.open();
  const turn = app.prompt([text("Change one")], "now");
  await eventually(app, isType("permission.asked"));
  await app.prompt([text("Later")], "queue");
  const seq = app.checkpoints.list()[0]?.seq ?? 0;
  await expect(app.checkpoints.rewind({ seq, ...both })).rejects.toMatchObject({ kind: "locked" });
  const { sessionId } = await app.checkpoints.fork();
  app.stop();
  await turn;
  const fork = await world.open({ sessionId, isNew: false });
  expect(fork.hasOpenQuestion).toBe(false);
  expect(fork.transcript.status.queue).toEqual([]);
  const asked = answerAll(fork, { verdict: "allow", scope: "once" });
  await fork.prompt([text("Leave it")], "now");
  expect(asked).toEqual([]);
  expect(world.read("a.txt")).toBe(FILE);
});

test("what cannot be put back is reported and stays: read-only, deleted since, lines of the user's own", async () => {
  const { world, app } = await threeMessages();
  world.write("a.txt", world.read("a.txt").replace("TWO", "TWO and mine"));
  rmSync(join(world.dir, "new.txt"));
  const plan = await app.checkpoints.preview(BEGINNING);
  expect(plan.files.map(({ clashes }) => clashes)).toEqual([1, 0]);
  await app.checkpoints.rewind({ seq: BEGINNING, what: "files", clashes: "leave" });
  expect(world.read("a.txt")).toBe(FILE.replace("two", "TWO and mine"));
  await app.checkpoints.undoRewind();
  expect(world.read("a.txt")).toBe(
    FILE.replace("one", "ONE").replace("two", "TWO and mine").replace("three", "THREE"),
  );
  await app.checkpoints.rewind({ seq: BEGINNING, what: "files", clashes: "take" });
  expect(world.read("a.txt")).toBe(FILE);
  expect(existsSync(join(world.dir, "new.txt"))).toBe(false);
});

test("lines of the agent's that the user changed are asked about, even when more was decided or edited since", async () => {
  const { world, app } = await threeMessages();
  world.write("a.txt", world.read("a.txt").replace("ONE", "ONE and mine"));
  const newest = app.ledger.pending().at(-1)?.editId ?? "";
  await app.review("undo", [newest]);
  const { files } = await app.checkpoints.preview(BEGINNING);
  expect(files.find(({ path }) => path.endsWith("a.txt"))?.clashes).toBe(1);
  await app.checkpoints.rewind({ seq: BEGINNING, what: "files", clashes: "leave" });
  expect(world.read("a.txt")).toBe(FILE.replace("one", "ONE and mine"));
});

test("a file that cannot be read is left and reported, the others go back", async () => {
  const { world, app } = await threeMessages();
  world.write("new.txt", "\0\0binary");
  chmodSync(join(world.dir, "new.txt"), 0o444);
  const { conflicts } = await app.checkpoints.rewind({ seq: BEGINNING, what: "files", clashes: "leave" });
  expect(conflicts.map(({ path }) => path)).toEqual([join(world.dir, "new.txt")]);
  expect(world.read("a.txt")).toBe(FILE);
});

test("decisions are taken back one after the other, the last one first", async () => {
  const { world, app } = await threeMessages();
  const before = { text: world.read("a.txt"), states: statesOf(app) };
  const [one] = app.ledger.pending();
  await app.review("keep", [one?.editId ?? ""]);
  await app.review("undo", "all");
  expect(world.read("a.txt")).toBe(FILE.replace("one", "ONE"));
  await app.close();
  const again = await reopen(world, "session-1");
  expect(await again.checkpoints.takeBack()).toMatchObject({ what: "undone", conflicts: [] });
  expect(world.read("a.txt")).toBe(before.text);
  expect(await again.checkpoints.takeBack()).toMatchObject({ what: "kept", conflicts: [] });
  expect(statesOf(again)).toEqual(before.states);
  expect(await again.checkpoints.takeBack()).toBeUndefined();
});

const statesOf = (app: Awaited<ReturnType<World["open"]>>) =>
  app.session.events.filter(isType("edit")).map(({ editId }) => app.ledger.edit(editId)?.state);

/** Where the cache ends moves on with every request; everything else is what was said. */
function withoutCacheMarks(messages: unknown): unknown[] {
  const plain: unknown = JSON.parse(JSON.stringify(messages), (key, value: unknown) =>
    key === "cache_control" ? undefined : value,
  );
  return Array.isArray(plain) ? plain : [];
}
