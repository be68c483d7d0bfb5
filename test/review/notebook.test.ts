import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseHunks } from "../../src/review/choose-hunks.ts";
import { diffHunks } from "../../src/review/diff.ts";
import { outcomeOf } from "../../src/review/edit-outcome.ts";
import { keepHunks, placeOfHunk, reviewOf, undoHunks } from "../../src/review/hunks.ts";
import { type CellEdit, type CellType, editNotebook } from "../../src/review/notebook-edit.ts";
import { asNotebook, type Notebook, readNotebook, sourceOf } from "../../src/review/notebook-text.ts";
import { baselineAfter, undoEdit } from "../../src/review/three-way.ts";
import {
  COLAB,
  CRLF,
  EMPTY,
  FORMAT_3,
  JUPYTER,
  NOTEBOOKS,
  ODD,
  OLD_JUPYTER,
  ONE_LINE,
} from "../support/notebooks.ts";

const read = (text: string): Notebook => {
  const found = asNotebook(text);
  if (!found) throw new Error(`No notebook: ${String(readNotebook(text))}\n${text}`);
  return found;
};
const edit = (text: string, change: CellEdit): string => editNotebook(read(text), change).text;
const replace = (text: string, at: number, source: string, type: CellType = "code"): string =>
  edit(text, { mode: "replace", at, source, type });
const sources = (text: string): string[] =>
  read(text)
    .units.slice(1)
    .map(({ cell }) => (cell ? sourceOf(cell) : ""));

describe("a notebook's text", () => {
  test.each(Object.entries(NOTEBOOKS))("of %s is put together again byte for byte", (_, text) => {
    const { head, units, close, gap, tail } = read(text);
    expect(
      head +
        units
          .slice(1)
          .map(({ raw }) => raw)
          .join(`${gap},`) +
        close +
        tail,
    ).toBe(text);
    expect(units.slice(1).map(({ cell }) => cell)).toEqual(JSON.parse(text).cells);
  });

  test("is none where cells cannot be told apart", () => {
    expect(readNotebook("{")).toBe("not-json");
    expect(readNotebook("[]")).toBe("not-notebook");
    expect(readNotebook('{"cells": [], "metadata": {}}')).toBe("not-notebook");
    expect(readNotebook('{"nbformat": 4, "cells": [], "cells": []}')).toBe("not-notebook");
    expect(readNotebook('{"nbformat": 4, "cells": [{"cell_type": "code"}]}')).toBe("bad-cell");
    expect(readNotebook(FORMAT_3)).toBe("old-format");
    expect(asNotebook("const nbformat = 'cells';")).toBeUndefined();
  });
});

describe("a text that goes down thousands of levels", () => {
  const deep = (levels: number): string =>
    JUPYTER.replace('"unknown": {', `"unknown": {"x": ${"[".repeat(levels)}${"]".repeat(levels)},`);

  test("is no notebook, and is compared and undone as any other text", () => {
    expect(asNotebook(deep(100))).toBeDefined();
    for (const levels of [1_000, 3_000, 20_000]) {
      const before = deep(levels);
      const after = before.replace("# Title", "# Words");
      expect(readNotebook(before)).toBe("not-notebook");
      expect(diffHunks(before, after)).toHaveLength(1);
      expect(undoEdit({ current: after, before, after })).toEqual({ text: before });
      const review = reviewOf({ baseline: before, newest: after, current: after });
      expect(undoHunks(review, review.hunks)).toBe(before);
    }
    const frame = `{"nbformat":4,"metadata":${"[".repeat(3_000)}${"]".repeat(3_000)},"cells":[]}`;
    expect(asNotebook(frame)).toBeUndefined();
  });
});

test("few notebooks are kept in memory, and none of many megabytes", () => {
  const book = (source: string): string => JUPYTER.replace("# Title", source);
  const [small, large] = [book("small"), book("x".repeat(13_000_000))];
  expect(readNotebook(small)).toBe(readNotebook(small));
  expect(readNotebook(large)).not.toBe(readNotebook(large));
  const first = readNotebook(small);
  for (const letter of ["a", "b", "c", "d"]) readNotebook(book(letter.repeat(4_000_000)));
  expect(readNotebook(small)).not.toBe(first);
});

describe("an edit of a cell", () => {
  test("changes its source and clears what the old one had put out; all other bytes stay", () => {
    const after = replace(JUPYTER, 2, "a\nb");
    const old = JSON.stringify(JSON.parse(JUPYTER).cells[1].outputs, null, 1).replaceAll("\n", "\n   ");
    expect(after).toBe(
      JUPYTER.replace('"execution_count": 1', '"execution_count": null')
        .replace(old, "[]")
        .replace('    "print(\\"hello\\")\\n",\n    "print(\\"world\\")"', '    "a\\n",\n    "b"'),
    );
  });

  test("keeps line ends of Windows, tabs, one line, and a source that is one text", () => {
    expect(replace(CRLF, 2, "a\nb").replaceAll("\r\n", "\n")).toBe(replace(JUPYTER, 2, "a\nb"));
    expect(replace(CRLF, 2, "a\nb")).not.toMatch(/(?<!\r)\n/);
    expect(replace(ONE_LINE, 1, 'new "x"\n')).toBe(
      ONE_LINE.replace('"a = [1, 2]\\n\\"}, {\\""', '"new \\"x\\"\\n"'),
    );
    expect(replace(ODD, 2, "a\nb")).toBe(
      ODD.replace('["two"]', '[\n\t\t\t"a\\n",\n\t\t\t"b"\n\t\t]').replace("[ ]", "[]"),
    );
  });

  test("inserts a cell that looks like its neighbours, with an id where the format has ids", () => {
    const after = edit(JUPYTER, { mode: "insert", at: 1, source: "y = 2", type: "code" });
    const { id } = JSON.parse(after).cells[1];
    expect(id).toMatch(/^[a-z0-9]{8}$/);
    expect(edit(after, { mode: "delete", at: 2 })).toBe(JUPYTER);
    expect(after).toBe(`${JSON.stringify(JSON.parse(after), null, 1)}\n`);
    const old = edit(OLD_JUPYTER, { mode: "insert", at: 4, source: "z", type: "markdown" });
    expect(JSON.parse(old).cells[4]).toEqual({ cell_type: "markdown", metadata: {}, source: ["z"] });
    expect(old).toBe(`${JSON.stringify(JSON.parse(old), null, 1)}\n`);
    const first = edit(EMPTY, { mode: "insert", at: 0, source: "z", type: "markdown" });
    expect(first).toBe(`${JSON.stringify(JSON.parse(first), null, 1)}\n`);
    const colab = edit(COLAB, { mode: "insert", at: 0, source: "z", type: "raw" });
    expect(colab).toBe(JSON.stringify(JSON.parse(colab), null, 2));
    expect(edit(ONE_LINE, { mode: "insert", at: 2, source: "z", type: "markdown" })).toMatch(
      /\}, ?\{"cell_type": "markdown", "id": "[a-z0-9]{8}", "metadata": \{\}, "source": "z"\}\]\}$/,
    );
  });

  test("another type takes the keys along that both have", () => {
    const cell = JSON.parse(replace(JUPYTER, 2, "# words", "markdown")).cells[1];
    expect(cell).toEqual({
      cell_type: "markdown",
      id: "a1b2c3d4",
      metadata: { tags: ["keep"], unknown: { deep: [1, 2.5e3] } },
      source: ["# words"],
    });
    const back = JSON.parse(replace(JUPYTER, 1, "1", "code")).cells[0];
    expect(back).toEqual({
      cell_type: "code",
      execution_count: null,
      id: "intro",
      metadata: {},
      outputs: [],
      source: ["1"],
    });
  });
});

describe("review by cells", () => {
  const agents = replace(replace(JUPYTER, 2, "agent"), 3, "agent too");
  const review = reviewOf({ baseline: JUPYTER, newest: agents, current: agents });

  test("neighbours are decided about one by one", () => {
    expect(review.hunks.map(({ units }) => units)).toEqual([
      { baseStart: 2, baseCount: 1, start: 2, count: 1 },
      { baseStart: 3, baseCount: 1, start: 3, count: 1 },
    ]);
    const undone = undoHunks(review, review.hunks.slice(0, 1));
    expect(undone).toBe(replace(JUPYTER, 3, "agent too"));
    expect(keepHunks(review, review.hunks.slice(0, 1))).toBe(replace(JUPYTER, 2, "agent"));
  });

  test("says which cell is meant also where all of them share a line", () => {
    const one = replace(replace(ONE_LINE, 1, "1"), 2, "2", "markdown");
    const { hunks } = reviewOf({ baseline: ONE_LINE, newest: one, current: one });
    expect(new Set(hunks.map((hunk) => JSON.stringify(placeOfHunk(hunk)))).size).toBe(2);
  });

  test("says in which lines of the file the cells are", () => {
    const lines = agents.split("\n");
    for (const { start, count, isMixed } of review.hunks) {
      expect(
        JSON.parse(
          lines
            .slice(start - 1, start - 1 + count)
            .join("\n")
            .replace(/,$/, ""),
        ).cell_type,
      ).toBe("code");
      expect(isMixed).toBe(false);
    }
  });

  test("the user's changes of other cells stay, beside it and between", () => {
    const user = edit(replace(agents, 1, "user", "markdown"), {
      mode: "insert",
      at: 2,
      source: "user's",
      type: "markdown",
    });
    const now = reviewOf({ baseline: JUPYTER, newest: agents, current: user });
    expect(now.hunks.map(({ units }) => units?.start)).toEqual([2, 4]);
    expect(sources(undoHunks(now, now.hunks))).toEqual([
      "user",
      'print("hello")\nprint("world")',
      "user's",
      "x = 1",
      "",
    ]);
  });

  test("who writes in a cell of the agent's mixes it, who runs it does not", () => {
    const cells = JSON.parse(agents).cells;
    cells[1].outputs = [{ output_type: "stream", name: "stdout", text: ["ran"] }];
    cells[1].execution_count = 7;
    const ran = `${JSON.stringify({ ...JSON.parse(agents), cells }, null, 1)}\n`;
    expect(reviewOf({ baseline: JUPYTER, newest: agents, current: ran }).hunks).toMatchObject([
      { isMixed: false },
      { isMixed: false },
    ]);
    expect(undoEdit({ current: ran, before: JUPYTER, after: agents })).toEqual({ text: JUPYTER });
    const typed = replace(agents, 2, "agent\nuser");
    expect(reviewOf({ baseline: JUPYTER, newest: agents, current: typed }).hunks).toMatchObject([
      { isMixed: true },
      { isMixed: false },
    ]);
    expect(undoEdit({ current: typed, before: JUPYTER, after: agents })).toMatchObject({
      conflict: { hunks: [{ current: "agent\nuser" }] },
    });
  });

  test("what the user notes in a cell's metadata is theirs, what running it notes there is not", () => {
    const noted = (metadata: object): string => {
      const root = JSON.parse(agents);
      root.cells[1].metadata = { ...root.cells[1].metadata, ...metadata };
      return `${JSON.stringify(root, null, 1)}\n`;
    };
    const users = noted({ tags: ["parameters"], slideshow: { slide_type: "skip" } });
    expect(reviewOf({ baseline: JUPYTER, newest: agents, current: users }).hunks).toMatchObject([
      { isMixed: true },
      { isMixed: false },
    ]);
    expect(undoEdit({ current: users, before: JUPYTER, after: agents })).toHaveProperty("conflict");
    const ran = noted({ execution: { "iopub.status.busy": "2026-01-01" }, collapsed: true });
    const [hunk] = reviewOf({ baseline: JUPYTER, newest: agents, current: ran }).hunks;
    expect(hunk?.isMixed).toBe(false);
    expect(undoEdit({ current: ran, before: JUPYTER, after: agents })).toEqual({ text: JUPYTER });
  });

  test("what another program only wrote down differently is no change", () => {
    const rewritten = JSON.stringify(JSON.parse(agents), null, 4);
    const now = reviewOf({ baseline: JUPYTER, newest: agents, current: rewritten });
    expect(now.hunks).toHaveLength(2);
    expect(undoHunks(now, now.hunks)).toBe(now.baseline);
    expect(JSON.parse(now.baseline)).toEqual(JSON.parse(JUPYTER));
    expect(undoEdit({ current: rewritten, before: JUPYTER, after: agents })).toHaveProperty("text");
  });

  test("a cell that was moved is not put back a second time", () => {
    const { cells, ...rest } = JSON.parse(agents);
    const moved = JSON.stringify({ ...rest, cells: [cells[1], cells[0], cells[2], cells[3]] });
    const result = undoEdit({ current: moved, before: JUPYTER, after: agents });
    const ids = "text" in result ? JSON.parse(result.text).cells.map((cell: { id: string }) => cell.id) : [];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("the diff is of the cells' sources, under the names of the cells", () => {
    expect(diffHunks(JUPYTER, agents)).toEqual([
      {
        cell: { at: 2, type: "python", id: "a1b2c3d4" },
        oldStart: 1,
        oldLines: 3,
        newStart: 1,
        newLines: 1,
        lines: ['-print("hello")', '-print("world")', "-[2 outputs]", "+agent"],
      },
      {
        cell: { at: 3, type: "python", id: "e5f6" },
        oldStart: 1,
        oldLines: 1,
        newStart: 1,
        newLines: 1,
        lines: ["-x = 1", "+agent too"],
      },
    ]);
    expect(chooseHunks(JUPYTER, agents, [1])).toBe(replace(JUPYTER, 3, "agent too"));
    expect(chooseHunks(JUPYTER, agents, [0, 1])).toBe(agents);
    expect(diffHunks("", JUPYTER)).toHaveLength(4);
    expect(chooseHunks("", JUPYTER, [0, 1, 2, 3])).toBe(JUPYTER);
    expect(sources(chooseHunks("", JUPYTER, [2]))).toEqual(["x = 1"]);
  });

  test("tells what became of each cell of an edit", () => {
    const left = undoHunks(review, review.hunks.slice(0, 1));
    const outcome = outcomeOf({ before: JUPYTER, after: agents }, { current: left, hunks: [] });
    expect(outcome.map(({ state }) => state)).toEqual(["undone", "kept"]);
    const open = reviewOf({ baseline: JUPYTER, newest: agents, current: agents });
    expect(outcomeOf({ before: JUPYTER, after: agents }, open)).toMatchObject([
      { state: "pending", pending: [open.hunks[0]] },
      { state: "pending", pending: [open.hunks[1]] },
    ]);
  });
});

/** A change of one cell, wherever there is one. */
const Change = fc.record({
  kind: fc.constantFrom("replace", "insert", "delete", "type"),
  place: fc.nat(20),
  source: fc.string({
    unit: fc.constantFrom("a", '"', "\\", "\n", "}", "],", "é", "\u{1F469}"),
    maxLength: 8,
  }),
  type: fc.constantFrom<CellType>("code", "markdown", "raw"),
});
type Change = typeof Change extends fc.Arbitrary<infer T> ? T : never;

function apply(text: string, { kind, place, source, type }: Change): string {
  const { units } = read(text);
  const count = units.length - 1;
  if (kind === "insert" || count === 0)
    return edit(text, { mode: "insert", at: place % (count + 1), source, type });
  const at = 1 + (place % count);
  if (kind === "delete") return edit(text, { mode: "delete", at });
  const own = units[at]?.cell?.cell_type;
  const same = own === "code" || own === "markdown" ? own : "raw";
  return edit(text, { mode: "replace", at, source, type: kind === "type" ? type : same });
}
const Book = fc.constantFrom(...Object.values(NOTEBOOKS));
const Changes = fc.array(Change, { maxLength: 6 });

describe("whatever is changed and decided", () => {
  test("an edit touches its cell and nothing else", () => {
    fc.assert(
      fc.property(Book, Change, (book, change) => {
        const after = apply(book, change);
        const now = read(after);
        const { head, tail, units } = read(book);
        expect(now.head).toBe(head);
        expect(now.tail).toBe(tail);
        const raws = new Set(now.units.map(({ raw }) => raw.trim()));
        expect(units.slice(1).filter(({ raw }) => !raws.has(raw.trim())).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 400 },
    );
  });

  test("taking out all edits, newest first, leaves the very bytes", () => {
    fc.assert(
      fc.property(Book, Changes, (book, changes) => {
        const states = [book];
        for (const change of changes) states.push(apply(states.at(-1) ?? book, change));
        let current = states.at(-1) ?? book;
        for (let at = states.length - 1; at > 0; at -= 1) {
          const result = undoEdit({ current, before: states[at - 1] ?? "", after: states[at] ?? "" });
          if ("text" in result) current = result.text;
        }
        expect(current).toBe(book);
      }),
      { numRuns: 400 },
    );
  });

  test("undoing all hunks is the baseline, keeping all the text; any choice is a notebook", () => {
    fc.assert(
      fc.property(Book, Changes, Changes, fc.array(fc.nat(8)), (book, agents, users, chosen) => {
        const newest = agents.reduce(apply, book);
        const current = users.reduce(apply, newest);
        const review = reviewOf({ baseline: book, newest, current });
        expect(undoHunks(review, review.hunks)).toBe(review.baseline);
        expect(keepHunks(review, review.hunks)).toBe(current);
        if (users.length === 0) expect(JSON.parse(review.baseline)).toEqual(JSON.parse(book));
        const some = review.hunks.filter((_, at) => chosen.includes(at));
        const rest = review.hunks.filter((hunk) => !some.includes(hunk));
        const undone = undoHunks(review, some);
        read(undone);
        read(keepHunks(review, some));
        // Cells without names may be told apart differently once some are gone.
        if (read(book).minor >= 5) expect(diffHunks(review.baseline, undone)).toHaveLength(rest.length);
        read(chooseHunks(book, newest, chosen));
      }),
      { numRuns: 400 },
    );
  });

  test("three ways: no cell is there twice, and what was taken out can be put in again", () => {
    fc.assert(
      fc.property(Book, Change, Changes, (book, agent, users) => {
        const after = apply(book, agent);
        const current = users.reduce(apply, after);
        const undone = undoEdit({ current, before: book, after });
        if ("conflict" in undone) return;
        read(undone.text);
        const redone = undoEdit({ current: undone.text, before: after, after: book });
        if ("text" in redone && users.length === 0) expect(redone.text).toBe(after);
        const ids = read(undone.text).units.flatMap(({ id }) => id ?? []);
        expect(new Set(ids).size).toBe(ids.length);
        read(baselineAfter({ baseline: undone.text, before: after, after: current }));
      }),
      { numRuns: 400 },
    );
  });
});
