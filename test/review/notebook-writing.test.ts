import { describe, expect, test } from "vitest";
import { amendPatch } from "../../src/review/amend-patch.ts";
import { chooseHunks } from "../../src/review/choose-hunks.ts";
import { countChanges, diffHunks } from "../../src/review/diff.ts";
import { outcomeOf } from "../../src/review/edit-outcome.ts";
import { keepHunks, reviewOf, undoHunks } from "../../src/review/hunks.ts";
import { readNotebook } from "../../src/review/notebook-text.ts";
import { baselineAfter, undoEdit } from "../../src/review/three-way.ts";
import { COLAB, CRLF, EMPTY, JUPYTER, ODD, ONE_LINE } from "../support/notebooks.ts";

const written = (text: string, indent: number): string => JSON.stringify(JSON.parse(text), null, indent);
const changed = (text: string, indent: number, work: (cells: { source: unknown }[]) => void): string => {
  const root = JSON.parse(text);
  work(root.cells);
  return JSON.stringify(root, null, indent);
};
const number = (value: string): string => JUPYTER.replace("2500", value);
const twice = (one: string): string =>
  JUPYTER.replace('"id": "intro",', `"id": "intro", "source": ["${one}"],`);

describe("a notebook that is only written differently", () => {
  test.each([
    ["indented", JUPYTER, written(JUPYTER, 4)],
    ["on one line", JUPYTER, written(JUPYTER, 0)],
    ["taken apart into lines", ONE_LINE, written(ONE_LINE, 1)],
    ["with other line ends", JUPYTER, CRLF],
    ["without the end of its last line", JUPYTER, JUPYTER.trimEnd()],
    ["with the end of its last line", COLAB, `${COLAB}\n`],
    ["with blanks before its commas", written(ODD, 0), ODD],
    ["without cells", EMPTY, written(EMPTY, 0)],
    ["with numbers written otherwise", number("1.0"), number("1")],
  ])("%s is one change that is seen and decided about as a whole, byte for byte", (_, before, after) => {
    const [hunk, ...more] = diffHunks(before, after);
    expect(more).toEqual([]);
    expect(hunk).not.toHaveProperty("cell");
    const { added, removed } = countChanges(before, after);
    expect(Math.min(added, removed)).toBeGreaterThan(0);
    expect(chooseHunks(before, after, [0])).toBe(after);
    expect(chooseHunks(before, after, [])).toBe(before);
    const review = reviewOf({ baseline: before, newest: after, current: after });
    expect(review.hunks).toHaveLength(1);
    expect(undoHunks(review, review.hunks)).toBe(before);
    expect(keepHunks(review, review.hunks)).toBe(after);
    expect(undoHunks(review, [])).toBe(after);
    expect(undoEdit({ current: after, before, after })).toEqual({ text: before });
    expect(outcomeOf({ before, after }, review)).toMatchObject([{ state: "pending" }]);
    expect(outcomeOf({ before, after }, { current: after, hunks: [] })).toMatchObject([{ state: "kept" }]);
    expect(outcomeOf({ before, after }, { current: before, hunks: [] })).toMatchObject([{ state: "undone" }]);
  });

  test("goes back to how it was written, with the cells that the user has changed since", () => {
    const after = written(JUPYTER, 4);
    const work = (cells: { source: unknown }[]): void => {
      cells[2]!.source = ["user"];
      cells.splice(1, 1);
    };
    const current = changed(after, 4, work);
    const review = reviewOf({ baseline: JUPYTER, newest: after, current });
    expect(review.hunks).toMatchObject([{ isMixed: false }]);
    const undone = undoHunks(review, review.hunks);
    expect(JSON.parse(undone)).toEqual(JSON.parse(current));
    expect(undone.startsWith(JUPYTER.slice(0, JUPYTER.indexOf("a1b2c3d4") - 80))).toBe(true);
    expect(keepHunks(review, review.hunks)).toBe(current);
    expect(undoEdit({ current, before: JUPYTER, after })).toEqual({ text: undone });
    // Kept instead, below a change that is still to decide.
    const kept = baselineAfter({ baseline: JUPYTER, before: current, after: changed(JUPYTER, 2, work) });
    expect(JSON.parse(kept)).toEqual(JSON.parse(JUPYTER));
  });

  test("is nothing that the model has to be told line by line", () => {
    expect(amendPatch(JUPYTER, written(JUPYTER, 4)).text).not.toContain("@@");
  });
});

describe("what JSON does not tell", () => {
  test("an integer that is too long for a number is another one when its last digit is", () => {
    const [before, after] = [number("12345678901234567890"), number("12345678901234567891")];
    const current = after.replace("x = 1", "x = 2");
    const review = reviewOf({ baseline: before, newest: after, current });
    expect(review.hunks).toMatchObject([{ units: { start: 2 } }]);
    expect(undoHunks(review, review.hunks)).toBe(before.replace("x = 1", "x = 2"));
    expect(diffHunks(before, after)[0]?.lines.filter((line) => /^[+-]/.test(line))).toEqual([
      expect.stringMatching(/^-.*890/),
      expect.stringMatching(/^\+.*891/),
    ]);
  });

  test("a key that is there twice makes it a text", () => {
    const [before, after] = [twice("shown"), twice("hidden")];
    expect(readNotebook(before)).toBe("bad-cell");
    expect(readNotebook(JUPYTER.replace('"nbformat": 4,', '"nbformat": 4, "nbformat": 4,'))).toBe(
      "not-notebook",
    );
    expect(diffHunks(before, after)).toHaveLength(1);
    expect(undoEdit({ current: after, before, after })).toEqual({ text: before });
  });
});
