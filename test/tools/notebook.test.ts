import { describe, expect, test } from "vitest";
import { edit } from "../../src/tools/edit.ts";
import { notebookEdit } from "../../src/tools/notebook-edit.ts";
import { read } from "../../src/tools/read.ts";
import { write } from "../../src/tools/write.ts";
import { COLAB, CRLF, EMPTY, FORMAT_3, JUPYTER, OLD_JUPYTER } from "../support/notebooks.ts";
import { toolWorld } from "./tool-world.ts";

async function afterReading(text: string) {
  const world = toolWorld({ files: { "/w/a.ipynb": text } });
  const shown = await world.run(read, { file_path: "a.ipynb" });
  const change = (more: object) => world.run(notebookEdit, { notebook_path: "a.ipynb", ...more });
  const refuse = (more: object) => world.fail(notebookEdit, { notebook_path: "a.ipynb", ...more });
  const cells = () => JSON.parse(String(world.files.get("/w/a.ipynb"))).cells;
  return { ...world, shown: shown.content, change, refuse, cells };
}

describe("reading a notebook", () => {
  test("shows its cells with ids, types and what they have put out", async () => {
    const { shown, seen } = await afterReading(JUPYTER);
    expect(shown).toBe(
      [
        '<cell id="intro"><cell_type>markdown</cell_type># Title\n\nWords é ✓.</cell id="intro">',
        '<cell id="a1b2c3d4">print("hello")\nprint("world")</cell id="a1b2c3d4">',
        "<output>\nhello\nworld\n<Figure size 640x480>\n[Not shown: image/png, 12 B]\n</output>",
        '<cell id="e5f6">x = 1</cell id="e5f6">',
        '<cell id="last"><cell_type>raw</cell_type></cell id="last">',
      ].join("\n"),
    );
    expect(seen.get("/w/a.ipynb")?.isPartial).toBe(true);
  });

  test("counts the cells of an old format and names its language", async () => {
    const { shown } = await afterReading(OLD_JUPYTER);
    expect(shown).toContain('<cell id="cell-0"><language>julia</language>a = 1\na</cell id="cell-0">');
    expect(shown).toContain('<cell id="cell-3"><cell_type>markdown</cell_type>the end</cell id="cell-3">');
  });

  test("goes page by page, in cells", async () => {
    const { run } = await afterReading(JUPYTER);
    expect((await run(read, { file_path: "a.ipynb", offset: 3, limit: 1 })).content).toBe(
      '<cell id="e5f6">x = 1</cell id="e5f6">\n[Cells 3-3 of 4. Go on: call Read with offset=4.]',
    );
    expect((await run(read, { file_path: "a.ipynb", offset: 9 })).content).toBe(
      "[Nothing there: a.ipynb has 4 cells, so cell 9 is past its end.]",
    );
  });

  test("shortens huge outputs, names errors without colours and says of pictures how big they are", async () => {
    const outputs = [
      { output_type: "stream", name: "stdout", text: ["y".repeat(500_000)] },
      {
        output_type: "error",
        ename: "KeyError",
        evalue: "'a'",
        traceback: ["\u001b[0;31mKeyError\u001b[0m: 'a'"],
      },
      { output_type: "display_data", data: { "image/png": "A".repeat(3_000_000) }, metadata: {} },
      ...Array.from({ length: 50 }, () => ({
        output_type: "stream",
        name: "stdout",
        text: "z".repeat(3000),
      })),
    ];
    const book = JSON.parse(JUPYTER);
    book.cells[1].outputs = outputs;
    const { shown } = await afterReading(JSON.stringify(book));
    expect(String(shown).length).toBeLessThan(8_000);
    expect(shown).toContain("[498000 more characters]\nKeyError: 'a'\n[Not shown: image/png, 2930 KB]\nzzz");
    expect(shown).toMatch(/\[\d+ more outputs\]/);
  });

  test("of an empty one, and of what is none, says what is there", async () => {
    expect((await afterReading(EMPTY)).shown).toBe("[a.ipynb is a notebook without cells.]");
    expect((await afterReading("{ broken")).shown).toBe("1\t{ broken");
  });
});

describe("NotebookEdit", () => {
  test("replaces a source, clears what the old one had put out and says so", async () => {
    const { change, cells, edits, seen } = await afterReading(JUPYTER);
    const output = await change({ cell_id: "a1b2c3d4", new_source: "1 + 1" });
    expect(output.content).toBe(
      "Replaced the source of cell a1b2c3d4 in a.ipynb. What the old source had put out was cleared; it has not been run again.",
    );
    expect(cells()[1]).toMatchObject({ source: ["1 + 1"], outputs: [], execution_count: null });
    expect(output.detail).toMatchObject({
      kind: "diff",
      added: 1,
      removed: 3,
      hunks: [{ cell: { at: 2, type: "python", id: "a1b2c3d4" }, lines: expect.arrayContaining(["+1 + 1"]) }],
    });
    expect(edits).toMatchObject([{ path: "/w/a.ipynb", beforeText: JUPYTER }]);
    await change({ cell_id: "e5f6", new_source: "2" });
    expect(cells()[2].source).toEqual(["2"]);
    expect(seen.get("/w/a.ipynb")?.isPartial).toBe(true);
  });

  test("inserts behind a cell or at the beginning, and tells the id", async () => {
    const { change, cells } = await afterReading(JUPYTER);
    const { content } = await change({
      cell_id: "intro",
      new_source: "a",
      cell_type: "code",
      edit_mode: "insert",
    });
    expect(content).toBe(`Inserted cell ${cells()[1].id} into a.ipynb.`);
    await change({ new_source: "# First", cell_type: "markdown", edit_mode: "insert" });
    expect(cells()[0].source).toEqual(["# First"]);
  });

  test("counts cells where the format has no ids", async () => {
    const { change, cells } = await afterReading(OLD_JUPYTER);
    expect((await change({ cell_id: "cell-1", edit_mode: "delete" })).content).toBe(
      "Deleted cell cell-1 of a.ipynb. Cells behind it are counted anew.",
    );
    const inserted = await change({
      cell_id: "cell-2",
      new_source: "x",
      cell_type: "code",
      edit_mode: "insert",
    });
    expect(inserted.content).toBe("Inserted cell cell-3 into a.ipynb. Cells behind it are counted anew.");
    expect(cells()[3]).toEqual({
      cell_type: "code",
      execution_count: null,
      metadata: {},
      outputs: [],
      source: ["x"],
    });
  });

  test("keeps Windows line ends", async () => {
    const { change, files } = await afterReading(CRLF);
    await change({ cell_id: "e5f6", new_source: "a\nb" });
    expect(files.get("/w/a.ipynb")).not.toMatch(/(?<!\r)\n/);
  });

  test("refuses what it cannot do, in words, and changes nothing", async () => {
    const { refuse, files } = await afterReading(JUPYTER);
    expect(await refuse({ cell_id: "nope", new_source: "x" })).toBe(
      "invalid_input: a.ipynb has no cell nope. Its cells: intro, a1b2c3d4, e5f6, last.",
    );
    expect(await refuse({ cell_id: "cell-1", new_source: "x" })).toMatch(/has no cell cell-1/);
    expect(await refuse({ new_source: "x" })).toBe("invalid_input: cell_id is missing.");
    expect(await refuse({ cell_id: "intro" })).toBe("invalid_input: new_source is missing.");
    expect(await refuse({ new_source: "x", edit_mode: "insert" })).toBe(
      "invalid_input: cell_type is missing.",
    );
    expect(await refuse({ cell_id: "e5f6", new_source: "x = 1" })).toBe(
      "invalid_input: The cell already has this source, so nothing would change.",
    );
    expect(files.get("/w/a.ipynb")).toBe(JUPYTER);
  });

  test.each([
    ["not JSON", "{", "its text is not valid JSON"],
    ["of format 3", FORMAT_3, "it is not of notebook format 4"],
    ["something else", "[]", "it has no nbformat"],
  ])("refuses a file that is %s", async (_, text, why) => {
    const { refuse, files } = await afterReading(text);
    expect(await refuse({ cell_id: "cell-0", new_source: "x" })).toContain(why);
    expect(files.get("/w/a.ipynb")).toBe(text);
  });

  test("refuses a notebook nobody has read, one that is not there, and an id that two cells have", async () => {
    const { fail } = toolWorld({ files: { "/w/a.ipynb": JUPYTER } });
    const input = { notebook_path: "a.ipynb", cell_id: "intro", new_source: "x" };
    expect(await fail(notebookEdit, input)).toMatch(/^invalid_input: You have not read a.ipynb yet/);
    expect(await fail(notebookEdit, { ...input, notebook_path: "b.ipynb" })).toMatch(/^not_found: /);
    const { refuse } = await afterReading(JUPYTER.replace('"e5f6"', '"intro"'));
    expect(await refuse({ cell_id: "intro", new_source: "x" })).toMatch(
      /2 cells of a.ipynb have the id intro/,
    );
  });

  test("other cells may change meanwhile, the one that is edited may not", async () => {
    const { change, refuse, files, host, cells } = await afterReading(JUPYTER);
    await host.blobs.put(JUPYTER);
    files.set("/w/a.ipynb", JUPYTER.replace("x = 1", "x = 2").replace("hello\\\\n", "ran\\\\n"));
    expect(await refuse({ cell_id: "e5f6", new_source: "y" })).toMatch(
      /^stale: a.ipynb changed since you read it/,
    );
    const { content } = await change({ cell_id: "intro", new_source: "# New" });
    expect(content).toMatch(/had changed since you read it, but not this cell/);
    expect(cells().map(({ source }: { source: string[] }) => source.join(""))).toEqual([
      "# New",
      'print("hello")\nprint("world")',
      "x = 2",
      "",
    ]);
  });
});

describe("the other tools and notebooks", () => {
  test("Edit points to NotebookEdit, but mends what is no notebook", async () => {
    const { run, fail, files } = await afterReading(JUPYTER);
    const input = { file_path: "a.ipynb", old_string: "x = 1", new_string: "x = 2" };
    expect(await fail(edit, input)).toBe(
      "invalid_input: a.ipynb is a notebook: use NotebookEdit, which edits its cells.",
    );
    const broken = JUPYTER.replace('"nbformat": 4,', '"nbformat": 4,,');
    files.set("/w/a.ipynb", broken);
    await run(read, { file_path: "a.ipynb" });
    await run(edit, { file_path: "a.ipynb", old_string: "4,,", new_string: "4," });
    expect(files.get("/w/a.ipynb")).toBe(JUPYTER);
  });

  test("Write makes a new notebook of a valid one, and does not replace what was never shown", async () => {
    const { run, fail, files } = await afterReading(JUPYTER);
    expect(await fail(write, { file_path: "b.ipynb", content: "print(1)" })).toMatch(/not valid JSON/);
    expect((await run(write, { file_path: "b.ipynb", content: COLAB })).detail).toMatchObject({
      op: "create",
      hunks: [{ cell: { at: 1, type: "markdown" } }, { cell: { at: 2, type: "python" } }],
    });
    expect(files.get("/w/b.ipynb")).toBe(COLAB);
    expect(await fail(write, { file_path: "a.ipynb", content: COLAB })).toMatch(/Use NotebookEdit\.$/);
  });
});
