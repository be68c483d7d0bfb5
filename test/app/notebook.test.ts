import { describe, expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { text } from "../../src/core/message.ts";
import type { Documents } from "../../src/core/ports.ts";
import { createNodeHost } from "../../src/hosts/node/node-host.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { COLAB, CRLF, JUPYTER, OLD_JUPYTER, ONE_LINE } from "../support/notebooks.ts";
import { startWorld } from "../support/start-app.ts";

const look = call("Read", { file_path: "a.ipynb" });
const change = (cell_id: string, more: object) =>
  call("NotebookEdit", { notebook_path: "a.ipynb", cell_id, ...more });

/** The agent has made these changes of a notebook, one after the other. */
async function edited(notebook: string, ...changes: ReturnType<typeof change>[]) {
  const world = await startWorld({
    files: { "a.ipynb": notebook },
    script: [
      reply(look),
      ...changes.map((each) => reply(each)),
      reply(say("Done.")),
      reply(say("I see.")),
      reply(say("I see.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  expect(await app.prompt([text("Go")], "now")).toBe("done");
  const [path = ""] = app.ledger.pendingFiles();
  const now = (): string => world.read("a.ipynb");
  /** As another program or a person does it. */
  const user = (work: (cells: Record<string, unknown>[]) => void): void => {
    const root = JSON.parse(now());
    work(root.cells);
    world.write("a.ipynb", `${JSON.stringify(root, null, 1)}\n`);
  };
  const sources = (): string[] =>
    JSON.parse(now()).cells.map(({ source }: { source: string | string[] }) => [source].flat().join(""));
  return { world, app, path, now, user, sources };
}
async function decide(app: App, path: string, verdict: "keep" | "undo", number: number): Promise<void> {
  const file = await app.pendingFile(path);
  const { currentHash } = file!;
  await app.reviewHunks(path, { verdict, currentHash, hunks: [file!.hunks[number]!] });
}
const THREE = [
  change("a1b2c3d4", { new_source: "1 + 1" }),
  change("intro", { edit_mode: "insert", cell_type: "code", new_source: "import os" }),
  change("e5f6", { edit_mode: "delete" }),
];

test("a notebook that was only written differently is undone to the byte", async () => {
  const after = JSON.stringify(JSON.parse(JUPYTER), null, 4);
  const world = await startWorld({
    files: { "data.json": JUPYTER },
    script: [
      reply(call("Read", { file_path: "data.json" })),
      reply(call("Write", { file_path: "data.json", content: after })),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ mode: "acceptEdits" });
  await app.prompt([text("Go")], "now");
  expect(world.read("data.json")).toBe(after);
  const [edit] = app.ledger.pending();
  expect((await app.pendingFile(edit!.path))?.hunks).toHaveLength(1);
  const row = app.transcript.rows.findLast((each) => each.kind === "tool");
  expect(row?.kind === "tool" && row.edits[0]?.added).toBeGreaterThan(0);
  expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
  expect(world.read("data.json")).toBe(JUPYTER);
  expect(app.ledger.pending()).toEqual([]);
});

test("what the editor writes differently when it saves a notebook is nobody's change", async () => {
  const world = await startWorld({
    files: { "a.ipynb": COLAB },
    script: [
      reply(look),
      reply(change("cell-1", { new_source: "1 + 1" })),
      reply(change("cell-0", { new_source: "# Words" })),
      reply(say("Done.")),
    ],
  });
  const { documents, ...host } = createNodeHost({
    roots: [world.dir],
    dataDir: world.dataDir,
    version: "0.0.0",
  });
  const save: Documents["save"] = async (path, wanted, baseHash, signal) => {
    const written = JSON.stringify(JSON.parse(wanted), null, 1);
    const saved = await documents.save(path, wanted, baseHash, signal);
    return documents.save(path, written, saved.hash, signal);
  };
  const app = await world.open({ mode: "acceptEdits", host: { ...host, documents: { ...documents, save } } });
  await app.prompt([text("Go")], "now");
  const rows = app.transcript.rows.flatMap((row) => (row.kind === "tool" ? row.edits : []));
  expect(rows.map(({ by, added }) => [by, added])).toEqual([
    [undefined, 1],
    ["formatter", 0],
    [undefined, 1],
  ]);
  const [path = ""] = app.ledger.pendingFiles();
  expect((await app.pendingFile(path))?.hunks).toHaveLength(2);
  await decide(app, path, "undo", 0);
  expect((await app.pendingFile(path))?.hunks).toHaveLength(1);
  await decide(app, path, "undo", 0);
  expect(app.ledger.pending()).toEqual([]);
  expect(JSON.parse(world.read("a.ipynb"))).toEqual(JSON.parse(COLAB));
});

describe("a notebook under review", () => {
  test.each([
    ["of Jupyter", JUPYTER, THREE],
    ["with Windows line ends", CRLF, THREE],
    ["on one line", ONE_LINE, [change("one", { new_source: "1" }), change("two", { edit_mode: "delete" })]],
    [
      "without ids",
      OLD_JUPYTER,
      [
        change("cell-0", { new_source: "1" }),
        change("cell-1", { edit_mode: "delete" }),
        change("cell-2", { edit_mode: "insert", cell_type: "markdown", new_source: "words" }),
      ],
    ],
    ["of Colab", COLAB, [change("cell-1", { new_source: "1" }), change("cell-0", { new_source: "# T" })]],
  ])("%s is the very same once everything is undone", async (_, notebook, changes) => {
    const { app, now } = await edited(notebook, ...changes);
    expect(now()).not.toBe(notebook);
    expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
    expect(now()).toBe(notebook);
  });

  test("is decided cell by cell, also where all of it is one line", async () => {
    const { app, path, sources } = await edited(
      ONE_LINE,
      change("one", { new_source: "1" }),
      change("two", { new_source: "2" }),
    );
    expect((await app.pendingFile(path))?.hunks).toHaveLength(2);
    await decide(app, path, "undo", 0);
    expect(sources()).toEqual(['a = [1, 2]\n"}, {"', "2"]);
    await decide(app, path, "keep", 0);
    expect(await app.pendingFile(path)).toBeUndefined();
  });

  test("keeps what the user did to other cells, and to those that they only ran", async () => {
    const { app, user, sources, now } = await edited(JUPYTER, ...THREE);
    user((cells) => {
      cells[0] = { ...cells[0], source: ["mine"] };
      cells[2] = {
        ...cells[2],
        outputs: [{ output_type: "stream", name: "stdout", text: ["2"] }],
        execution_count: 2,
      };
      cells.push({ cell_type: "markdown", id: "mine", metadata: {}, source: ["the end"] });
    });
    expect(await app.review("undo", "all")).toMatchObject({ conflicts: [] });
    expect(sources()).toEqual(["mine", 'print("hello")\nprint("world")', "x = 1", "", "the end"]);
    expect(JSON.parse(now()).cells[1].outputs).toHaveLength(2);
  });

  test("leaves a cell that the user wrote in as well, and says so", async () => {
    const { app, user, sources, path } = await edited(JUPYTER, ...THREE);
    user((cells) => {
      cells[2] = { ...cells[2], source: ["1 + 1\n", "mine"] };
    });
    expect((await app.pendingFile(path))?.hunks.map(({ isMixed }) => isMixed)).toEqual([false, true, false]);
    const report = await app.review("undo", "all");
    expect(report.conflicts).toHaveLength(1);
    expect(sources()).toEqual(["# Title\n\nWords é ✓.", "1 + 1\nmine", "x = 1", ""]);
  });

  test("tells the model of cells that others changed, in their own lines", async () => {
    const { app, user, world } = await edited(JUPYTER, change("e5f6", { new_source: "x = 2" }));
    user((cells) => {
      cells[0] = { ...cells[0], source: ["# Mine"] };
    });
    await app.prompt([text("And now?")], "now");
    const told = JSON.stringify(world.api.requests.at(-1)?.body.messages.at(-1));
    expect(told).toContain("@@ cell 1 (markdown, intro) @@");
    expect(told).toContain("+# Mine");
  });

  test("after a restart is under review as before", async () => {
    const { app, path, world } = await edited(JUPYTER, ...THREE);
    const before = await app.pendingFile(path);
    await app.close();
    const again = await world.open({ mode: "acceptEdits", isNew: false });
    expect(await again.pendingFile(path)).toEqual(before);
  });
});
