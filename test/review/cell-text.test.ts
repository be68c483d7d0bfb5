import { describe, expect, test } from "vitest";
import { cellText } from "../../src/review/cell-text.ts";
import { editNotebook } from "../../src/review/notebook-edit.ts";
import { asNotebook } from "../../src/review/notebook-text.ts";
import { COLAB, JUPYTER } from "../support/notebooks.ts";

describe("the one cell that a change is about", () => {
  test.each([
    ["Jupyter", JUPYTER],
    ["Colab", COLAB],
  ])("of %s is a text of its own, and what is written there is all that differs", (_, before) => {
    const notebook = asNotebook(before)!;
    const at = notebook.units.findIndex(({ cell }) => cell?.cell_type === "code");
    const { text: after } = editNotebook(notebook, { mode: "replace", at, source: "one\ntwo", type: "code" });
    const cell = cellText(before, after)!;
    expect(cell).toMatchObject({ at, language: "python" });
    expect(cell.sourceIn(after)).toBe("one\ntwo");
    expect(cell.sourceIn(before)).toBe(cell.before);
    expect(cell.withSource("one\ntwo")).toBe(after);
    const mine = cell.withSource("one\nmine ✓");
    expect(cell.sourceIn(mine)).toBe("one\nmine ✓");
    expect(mine).toBe(
      editNotebook(notebook, { mode: "replace", at, source: "one\nmine ✓", type: "code" }).text,
    );
  });

  test("may be new, of any type, and empty", () => {
    const { text: after } = editNotebook(asNotebook(JUPYTER)!, {
      ...{ mode: "insert", at: 1, source: "", type: "markdown" },
    });
    const cell = cellText(JUPYTER, after)!;
    expect(cell).toMatchObject({ at: 2, language: "markdown", before: "" });
    expect(cell.sourceIn(cell.withSource("# Mine"))).toBe("# Mine");
  });

  test("is none where a cell goes, where there are several, around the cells, or in no notebook", () => {
    const notebook = asNotebook(JUPYTER)!;
    const gone = editNotebook(notebook, { mode: "delete", at: 2 }).text;
    const one = editNotebook(notebook, { mode: "replace", at: 2, source: "1", type: "code" }).text;
    const two = editNotebook(asNotebook(one)!, { mode: "replace", at: 3, source: "2", type: "code" }).text;
    const around = JUPYTER.replace('"3.12.3"', '"3.13.0"');
    for (const after of [gone, two, around, "no notebook", JUPYTER, ""])
      expect(cellText(JUPYTER, after)).toBeUndefined();
    expect(cellText("", JUPYTER)).toBeUndefined();
  });
});
