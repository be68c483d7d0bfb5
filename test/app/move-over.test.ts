import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { MAIN } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld, type World } from "../support/start-app.ts";

type Call = ReturnType<typeof call>;
const moving = (source: string, destination: string): Call => call("Move", { source, destination });
const deleting = (file_path: string): Call => call("Delete", { file_path });
const reading = (file_path: string): Call => call("Read", { file_path });
const changing = (file_path: string, old_string: string, new_string: string): Call =>
  call("Edit", { file_path, old_string, new_string });
const filesIn = (world: World): Record<string, string> =>
  Object.fromEntries(readdirSync(world.dir).map((name) => [name, world.read(name)]));
const TWO = { "a.txt": "A\n", "b.txt": "B\n" };
const keep = async (app: App): Promise<void> => void (await app.review("keep", "all"));
const toTheStart = { seq: -1, what: "files", clashes: "take" } as const;

/** One prompt for each list of calls, and something in between. */
async function afterTurns(
  files: Record<string, string>,
  turns: readonly (readonly Call[])[],
  between: (app: App, world: World, turn: number) => Promise<void> | void = () => undefined,
): Promise<{ world: World; app: App }> {
  const script = turns.flatMap((calls) => [...calls.map((one) => reply(one)), reply(say("Done."))]);
  const world = await startWorld({ files, script });
  const app = await world.open();
  answerAll(app, { verdict: "allow", scope: "once" });
  for (const turn of turns.keys()) {
    expect(await app.prompt([text("Go")], "now")).toBe("done");
    await between(app, world, turn);
  }
  return { world, app };
}
const errors = (app: App): string[] =>
  eventsOf(app, "tool.finished").flatMap(({ isError, content }) =>
    isError ? [JSON.stringify(content)] : [],
  );

describe("a file moved to where another one was changed before", () => {
  test.each<[string, Call[][]]>([
    ["deleted", [[deleting("b.txt")], [moving("a.txt", "b.txt")]]],
    ["deleted by a command", [[call("Bash", { command: "rm b.txt" })], [moving("a.txt", "b.txt")]]],
    [
      "changed and deleted",
      [[reading("b.txt"), changing("b.txt", "B", "B2")], [deleting("b.txt")], [moving("a.txt", "b.txt")]],
    ],
  ])("goes back when all is taken out, and the one that was %s is there again", async (_, turns) => {
    const { world, app } = await afterTurns(TWO, turns, keep);
    expect(filesIn(world)).toEqual({ "b.txt": "A\n" });
    expect(await app.checkpoints.rewind(toTheStart)).toMatchObject({ conflicts: [] });
    expect(filesIn(world)).toEqual(TWO);
    expect(await app.checkpoints.undoRewind()).toMatchObject({ conflicts: [] });
    expect(filesIn(world)).toEqual({ "b.txt": "A\n" });
  });

  test("goes back where something was only made for a while", async () => {
    const turns = [
      [call("Write", { file_path: "tmp.txt", content: "T\n" })],
      [call("Bash", { command: "rm tmp.txt" })],
      [moving("a.txt", "tmp.txt")],
    ];
    const { world, app } = await afterTurns(TWO, turns, keep);
    expect(await app.checkpoints.rewind(toTheStart)).toMatchObject({ conflicts: [] });
    expect(filesIn(world)).toEqual(TWO);
  });

  test("keeps its own text when it went back already and all is taken out then", async () => {
    const turns = [[reading("b.txt"), changing("b.txt", "B", "B2")], [moving("a.txt", "b.txt")]];
    const { world, app } = await afterTurns(TWO, turns, async (app, world, turn) => {
      if (turn > 0) return;
      await keep(app);
      rmSync(join(world.dir, "b.txt"));
    });
    expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
    expect(filesIn(world)).toEqual({ "a.txt": "A\n" });
    expect(await app.checkpoints.rewind(toTheStart)).toMatchObject({ conflicts: [] });
    expect(world.read("a.txt")).toBe("A\n");
  });

  test("keeps its own text when what was made in its old place has gone before it came back", async () => {
    const turns = [
      [reading("a.txt"), changing("a.txt", "A", "A2")],
      [moving("a.txt", "c.txt"), call("Write", { file_path: "a.txt", content: "new\n" })],
    ];
    const { world, app } = await afterTurns(TWO, turns, async (app, _, turn) => {
      if (turn === 0) await keep(app);
    });
    expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
    expect(filesIn(world)).toEqual({ ...TWO, "a.txt": "A2\n" });
    expect(await app.checkpoints.rewind(toTheStart)).toMatchObject({ conflicts: [] });
    expect(filesIn(world)).toEqual(TWO);
  });

  test("comes back with its bytes and its mode", async () => {
    const world = await startWorld({
      files: { ...TWO, "run.sh": "#!/bin/sh\n" },
      script: [
        ...[deleting("a.txt"), moving("run.sh", "a.txt"), deleting("b.txt"), moving("wide.txt", "b.txt")].map(
          (one) => reply(one),
        ),
        reply(say("Done.")),
      ],
    });
    const wide = Buffer.from("\uFEFFzwölf\r\n", "utf16le");
    writeFileSync(join(world.dir, "wide.txt"), wide);
    chmodSync(join(world.dir, "run.sh"), 0o755);
    const app = await world.open();
    answerAll(app, { verdict: "allow", scope: "once" });
    await app.prompt([text("Go")], "now");
    expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
    expect(readFileSync(join(world.dir, "wide.txt"))).toEqual(wide);
    expect(statSync(join(world.dir, "run.sh")).mode & 0o777).toBe(0o755);
    expect([world.read("a.txt"), world.read("b.txt")]).toEqual(["A\n", "B\n"]);
    expect(await app.checkpoints.takeBack()).toMatchObject({ conflicts: [] });
    expect(readFileSync(join(world.dir, "b.txt"))).toEqual(wide);
    expect(statSync(join(world.dir, "a.txt")).mode & 0o777).toBe(0o755);
  });

  test("stays where it is when it is no text: that could not be put back", async () => {
    const bytes = Buffer.from([0, 1, 2, 255]);
    const world = await startWorld({
      files: { "a.txt": "A\n" },
      script: [reply(deleting("a.txt")), reply(moving("logo.bin", "a.txt")), reply(say("Done."))],
    });
    writeFileSync(join(world.dir, "logo.bin"), bytes);
    const app = await world.open();
    answerAll(app, { verdict: "allow", scope: "once" });
    await app.prompt([text("Go")], "now");
    expect(errors(app)).toEqual([expect.stringContaining("Choose another path")]);
    expect(readFileSync(join(world.dir, "logo.bin"))).toEqual(bytes);
    expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
    expect(world.read("a.txt")).toBe("A\n");
  });

  test("in a log from before the two were told apart, is left as it is and named", async () => {
    const { world, app } = await afterTurns(TWO, [[deleting("b.txt")]], keep);
    const [path, from] = [join(world.dir, "b.txt"), join(world.dir, "a.txt")];
    const [gone] = eventsOf(app, "edit");
    const hash = gone?.before ?? "";
    app.session.append(MAIN, {
      ...{ type: "edit", editId: "old:1", callId: "old", added: 0, removed: 0 },
      ...{ path, from, before: hash, after: hash },
    });
    renameSync(from, path);
    const { conflicts } = await app.checkpoints.rewind(toTheStart);
    expect(conflicts).toMatchObject([{ path, why: expect.stringContaining("moved over") }]);
    expect(filesIn(world)).toEqual({ "b.txt": "A\n" });
  });
});

test("a file that became something else than text stops none of the others from being undone", async () => {
  const turns = [
    [call("Write", { file_path: "n.txt", content: "n\n" }), reading("a.txt"), changing("a.txt", "A", "A2")],
  ];
  const { world, app } = await afterTurns(TWO, turns);
  writeFileSync(join(world.dir, "a.txt"), Buffer.from([0, 1, 2]));
  const { conflicts } = await app.review("undo", "all");
  expect(conflicts).toMatchObject([{ path: join(world.dir, "a.txt") }]);
  expect(existsSync(join(world.dir, "n.txt"))).toBe(false);
  expect(app.ledger.pendingFiles()).toEqual([join(world.dir, "a.txt")]);
});
