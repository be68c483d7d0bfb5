import { expect, test } from "vitest";
import {
  hunkAt,
  hunksOfChange,
  isLineChange,
  lineOf,
  sameHunks,
  stepFrom,
  toLineChange,
} from "../../../src/hosts/vscode/hunks/hunk-places.ts";
import { reviewOf } from "../../../src/review/hunks.ts";

const review = (baseline: string, current: string) => reviewOf({ baseline, newest: current, current });
const lines = (...words: string[]): string => words.map((word) => `${word}\n`).join("");
/** What the editor calls a change: an end of 0 is no lines, after the start. */
const change = (base: [number, number], now: [number, number]) => ({
  originalStartLineNumber: base[0],
  originalEndLineNumber: base[1],
  modifiedStartLineNumber: now[0],
  modifiedEndLineNumber: now[1],
});

/** A change in line 2, line 4 is gone, and a new line before the last. */
const FILE = {
  path: "/a",
  ...review(lines("1", "2", "3", "4", "5", "6"), lines("1", "two", "3", "5", "new", "6")),
};
const [changed, removed, added] = FILE.hunks;

test("a hunk in the words of the editor's diff is that hunk", () => {
  for (const hunk of FILE.hunks) expect(hunksOfChange(toLineChange(hunk), FILE.hunks)).toEqual([hunk]);
});

test("a change, a removal and an addition of the editor's diff are the hunks at the same lines", () => {
  expect(FILE.hunks).toHaveLength(3);
  expect(hunksOfChange(change([2, 2], [2, 2]), FILE.hunks)).toEqual([changed]);
  expect(hunksOfChange(change([4, 4], [3, 0]), FILE.hunks)).toEqual([removed]);
  expect(hunksOfChange(change([5, 0], [5, 5]), FILE.hunks)).toEqual([added]);
});

test("what the editor groups together is all hunks in it, and what it cuts finer is the hunk around it", () => {
  expect(hunksOfChange(change([2, 4], [2, 3]), FILE.hunks)).toEqual([changed, removed]);
  const { hunks } = review(lines("a", "b", "c"), lines("x", "y", "z"));
  expect(hunks).toHaveLength(1);
  expect(hunksOfChange(change([2, 2], [2, 2]), hunks)).toEqual(hunks);
});

test("lines added to an empty file are its hunk, though an empty text has one line in an editor", () => {
  const { hunks } = review("", lines("a", "b"));
  expect(hunksOfChange(change([1, 1], [1, 3]), hunks)).toEqual(hunks);
  expect(hunksOfChange(change([0, 0], [1, 2]), hunks)).toEqual(hunks);
});

test("a change that nothing of the agent is near to is no hunk", () => {
  expect(hunksOfChange(change([6, 6], [6, 6]), FILE.hunks.slice(0, 1))).toEqual([]);
});

test("only what has the four line numbers is a change", () => {
  expect(isLineChange(change([1, 1], [1, 1]))).toBe(true);
  expect(isLineChange({ ...change([1, 1], [1, 1]), modifiedEndLineNumber: "1" })).toBe(false);
  expect(isLineChange(undefined)).toBe(false);
});

test("the hunk at the cursor is the one it is in or right beside", () => {
  expect(hunkAt(2, FILE)).toBe(changed);
  expect(hunkAt(1, FILE)).toBe(changed);
  expect(hunkAt(5, FILE)).toBe(added);
  const far = review(lines(..."abcdefgh"), lines(..."abcdefgX"));
  expect(hunkAt(3, far)).toBeUndefined();
});

test("lines removed at the end are shown at the last line there is", () => {
  const end = review("a\nb\nc", "a\nb\n");
  expect(end.hunks.map((hunk) => lineOf(hunk, end))).toEqual([3]);
  const gone = review(lines("a"), "");
  expect(gone.hunks.map((hunk) => lineOf(hunk, gone))).toEqual([1]);
});

test("next and previous visit every hunk of every file and go round", () => {
  const other = { path: "/b", ...review(lines("x"), lines("y")) };
  const files = [FILE, other];
  for (const direction of ["next", "previous"] as const) {
    const visited: string[] = [];
    let at = stepFrom(undefined, files, direction);
    for (let count = 0; count < 4; count += 1) {
      visited.push(`${at?.path}:${at?.line}`);
      at = stepFrom(at, files, direction);
    }
    const all = ["/a:2", "/a:4", "/a:5", "/b:1"];
    expect(visited).toEqual(direction === "next" ? all : all.toReversed());
    expect(`${at?.path}:${at?.line}`).toBe(visited[0]);
  }
});

test("from a file without hunks the first one is next; without any hunk there is none", () => {
  expect(stepFrom({ path: "/c", line: 9 }, [FILE], "next")).toEqual({ path: "/a", line: 2 });
  expect(stepFrom({ path: "/a", line: 9 }, [], "next")).toBeUndefined();
});

test("a hunk is found again where it moved to, and not when its lines are others now", () => {
  const moved = review(
    lines("0", "1", "2", "3", "4", "5", "6"),
    lines("0", "1", "two", "3", "5", "newer", "6"),
  );
  expect(sameHunks(FILE, FILE.hunks.slice(0, 2), moved)).toEqual(moved.hunks.slice(0, 2));
  expect(sameHunks(FILE, FILE.hunks, moved)).toBeUndefined();
});

test("of hunks with the same lines the nearest is the same, and none stands for two", () => {
  const twice = review(lines("a", "1", "2", "a", "3"), lines("b", "1", "2", "b", "3"));
  const once = review(lines("a", "1", "2", "b", "3"), lines("b", "1", "2", "b", "3"));
  expect(sameHunks(twice, twice.hunks, twice)).toEqual(twice.hunks);
  expect(sameHunks(twice, twice.hunks, once)).toBeUndefined();
});
