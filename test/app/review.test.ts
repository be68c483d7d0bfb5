import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld, type World } from "../support/start-app.ts";

const ten = Array.from({ length: 10 }, (_, i) => `line ${i + 1}`).join("\n");
const edit = (old_string: string, new_string: string, file_path = "a.txt") =>
  call("Edit", { file_path, old_string, new_string });

async function edited(world: World) {
  const app = await world.open({ mode: "acceptEdits" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  return { app, edits: app.ledger.pending().map(({ editId }) => editId) };
}

test("one edit is kept and the other undone; the model hears of it with the next message", async () => {
  const world = await startWorld({
    files: { "a.txt": ten },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("line 2", "LINE 2")),
      reply(edit("line 9", "LINE 9")),
      reply(say("Done.")),
      reply(say("I see.")),
    ],
  });
  const { app, edits } = await edited(world);
  expect(edits).toHaveLength(2);
  expect(await app.review("undo", [edits[0]!])).toMatchObject({ done: [edits[0]], conflicts: [] });
  expect(await app.review("keep", [edits[1]!])).toMatchObject({ done: [edits[1]] });
  expect(world.read("a.txt")).toBe(ten.replace("line 9", "LINE 9"));
  expect(app.ledger.pending()).toEqual([]);
  await app.prompt([text("And?")], "now");
  expect(JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1))).toContain(
    "the user undid your changes",
  );
  expect(world.api.violations).toEqual([]);
});

test("undoing leaves what the user changed elsewhere alone, and refuses where they changed the same lines", async () => {
  const world = await startWorld({
    files: { "a.txt": ten },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("line 2", "LINE 2")),
      reply(edit("line 9", "LINE 9")),
      reply(say("Done.")),
    ],
  });
  const { app, edits } = await edited(world);
  const mine = world.read("a.txt").replace("line 5", "mine 5").replace("LINE 9", "mine 9");
  world.write("a.txt", mine);
  const report = await app.review("undo", "all");
  expect(report.done).toEqual([edits[0]]);
  expect(report.conflicts).toMatchObject([{ editId: edits[1] }]);
  expect(world.read("a.txt")).toBe(mine.replace("LINE 2", "line 2"));
});

test("a link that took the place of an edited file is not written through; one that was there is", async () => {
  const world = await startWorld({
    files: { "a.txt": ten, "b.txt": ten, "elsewhere.txt": ten.replace("line 2", "LINE 2") },
    script: [
      reply(call("Read", { file_path: "a.txt" }), call("Read", { file_path: "link.txt" })),
      reply(edit("line 2", "LINE 2"), edit("line 2", "LINE 2", "link.txt")),
      reply(say("Done.")),
    ],
  });
  symlinkSync("b.txt", join(world.dir, "link.txt"));
  const { app, edits } = await edited(world);
  rmSync(join(world.dir, "a.txt"));
  symlinkSync("elsewhere.txt", join(world.dir, "a.txt"));
  const report = await app.review("undo", "all");
  expect(report.conflicts).toMatchObject([
    { editId: edits[0], why: expect.stringContaining("another file") },
  ]);
  expect(world.read("elsewhere.txt")).toContain("LINE 2");
  expect(world.read("b.txt")).toBe(ten);
});

test("undoing a new file removes it, unless the user has written in it", async () => {
  const world = await startWorld({
    script: [
      reply(
        call("Write", { file_path: "new.txt", content: "fresh\n" }),
        call("Write", { file_path: "other.txt", content: "fresh\n" }),
      ),
      reply(say("Done.")),
    ],
  });
  const { app } = await edited(world);
  world.write("other.txt", "fresh\nand mine\n");
  await app.review("undo", "all");
  expect(() => world.read("new.txt")).toThrow("ENOENT");
  expect(world.read("other.txt")).toContain("and mine");
});

test("pending edits survive a restart and can be undone then", async () => {
  const world = await startWorld({
    files: { "a.txt": ten },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("line 2", "LINE 2")),
      reply(say("Done.")),
    ],
  });
  const { app } = await edited(world);
  await app.close();
  const next = await world.open({ isNew: false });
  expect(next.ledger.pending()).toHaveLength(1);
  await next.review("undo", "all");
  expect(world.read("a.txt")).toBe(ten);
});

test("an edit is recorded with its before-image before the file is touched", async () => {
  const world = await startWorld({
    files: { "a.txt": ten },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(edit("line 2", "LINE 2")),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  let seen = "";
  app.session.subscribe((event) => {
    if ("durable" in event && event.durable.type === "edit") seen = world.read("a.txt");
  });
  await app.prompt([text("Go")], "now");
  expect(seen).toBe(ten);
  expect(eventsOf(app, "edit")).toMatchObject([{ added: 1, removed: 1 }]);
});
