import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld } from "../support/start-app.ts";

/** Files far larger than what people write, without an editor: edited and reviewed like any other, up to a limit that is said. */
const MB = 1024 * 1024;
const lineOf = (i: number): string => `${String(i).padStart(7, "0")} what a program writes all day\r\n`;
function textOf(bytes: number): string {
  const count = Math.ceil(bytes / lineOf(0).length);
  return Array.from({ length: count }, (_, i) => lineOf(i)).join("");
}
const edit = (file_path: string, old_string: string, new_string: string) =>
  call("Edit", { file_path, old_string, new_string });

test("a file of 20 MB is edited, decided about hunk by hunk and put back, byte for byte", async () => {
  const before = textOf(20 * MB);
  const world = await startWorld({
    files: { "big.log": before },
    script: [
      reply(call("Read", { file_path: "big.log", offset: 300_000, limit: 3 })),
      reply(
        edit("big.log", "0000007 what", "0000007 that"),
        edit("big.log", "0300001 what a program writes all day\n", "0300001\nand more\n"),
      ),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  const after = before
    .replace("0000007 what", "0000007 that")
    .replace(lineOf(300_001), "0300001\r\nand more\r\n");
  expect(world.read("big.log") === after).toBe(true);
  // What is shown and kept of it are the changed lines.
  expect(JSON.stringify(app.transcript.rows).length).toBeLessThan(20_000);
  const [path = ""] = app.ledger.pendingFiles();
  const file = await app.pendingFile(path);
  expect(file?.hunks).toEqual([
    { baseStart: 8, baseCount: 1, start: 8, count: 1, isMixed: false },
    { baseStart: 300_002, baseCount: 1, start: 300_002, count: 2, isMixed: false },
  ]);
  const [first] = file?.hunks ?? [];
  if (!file || !first) throw new Error("two hunks");
  await app.reviewHunks(path, { verdict: "keep", currentHash: file.currentHash, hunks: [first] });
  world.write("big.log", world.read("big.log").replace("0200000 what", "0200000 mine"));
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  const kept = before.replace("0000007 what", "0000007 that").replace("0200000 what", "0200000 mine");
  expect(world.read("big.log") === kept).toBe(true);
  expect(app.ledger.pendingFiles()).toEqual([]);
}, 60_000);

test("above 50 MB an edit is refused, with what can be done instead; so is one that would make a file larger", async () => {
  const large = textOf(50 * MB - 100);
  const world = await startWorld({
    files: { "huge.log": textOf(50 * MB + 1), "full.log": large },
    script: [
      reply(
        call("Read", { file_path: "huge.log", limit: 2 }),
        call("Read", { file_path: "full.log", limit: 2 }),
      ),
      reply(
        edit("huge.log", "0000001 what", "0000001 that"),
        edit("full.log", "0000001 what", `0000001 that${"!".repeat(1_000)}`),
      ),
      reply(say("I see.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  const told = JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1));
  expect(told).toMatch(/huge\.log has 51 MB; at most 50 MB can be read at once.*change it with a command/);
  expect(told).toMatch(/full\.log would have more than 50 MB and could not be edited again/);
  expect(world.read("full.log") === large).toBe(true);
  expect(app.ledger.pendingFiles()).toEqual([]);
}, 60_000);
