import { expect, test } from "vitest";
import { followHunk } from "../../src/review/follow-hunk.ts";
import { hunkPatch, wordsOf } from "../../src/review/hunk-patch.ts";
import { keepHunks, reviewOf, undoHunks } from "../../src/review/hunks.ts";

const review = (baseline: string, current: string) => reviewOf({ baseline, newest: current, current });
const ten = Array.from({ length: 10 }, (_, i) => `${i + 1}\n`).join("");
/** Line 2 replaced, 5 gone, a line after 8. */
const file = review(ten, ten.replace("2\n", "two\nand\n").replace("5\n", "").replace("8\n", "8\nnew\n"));
const [replaced, gone, added] = file.hunks;

test("a hunk is a small patch with the lines around it", () => {
  expect(hunkPatch(file, replaced!).split("\n")).toEqual([
    "@@ -1,5 +1,6 @@",
    " 1",
    "-2",
    "+two",
    "+and",
    " 3",
    " 4",
    " 6",
  ]);
  expect(wordsOf(file, gone!)).toEqual({ removed: "5\n", added: "" });
});

test("a very long hunk says how much of it is not there", () => {
  const long = review("", "x\n".repeat(1_000));
  const lines = hunkPatch(long, long.hunks[0]!).split("\n");
  expect(lines).toHaveLength(202);
  expect(lines.at(-1)).toBe("(800 more lines)");
});

test("a hunk is followed when lines above it come or go, and when it is changed itself", () => {
  for (const current of [`top\n${file.current}`, file.current.replace("1\n", "")]) {
    const now = reviewOf({ baseline: ten, newest: file.current, current });
    expect(file.hunks.map((hunk) => now.hunks.indexOf(followHunk(file, hunk, now)!))).toEqual([0, 1, 2]);
  }
  const changed = review(ten, file.current.replace("two\nand\n", "zwei\n"));
  expect(followHunk(file, replaced!, changed)).toBe(changed.hunks[0]);
});

test("a hunk that was kept or undone is gone, and no other takes its place", () => {
  for (const hunk of [replaced!, gone!, added!]) {
    const kept = review(keepHunks(file, [hunk]), file.current);
    expect(followHunk(file, hunk, kept)).toBeUndefined();
    const undone = review(ten, undoHunks(file, [hunk]));
    expect(followHunk(file, hunk, undone)).toBeUndefined();
    for (const other of file.hunks.filter((one) => one !== hunk)) {
      expect(followHunk(file, other, kept)).toBeDefined();
      expect(followHunk(file, other, undone)).toBeDefined();
    }
  }
});
