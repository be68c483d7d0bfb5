import * as fc from "fast-check";
import { expect, test } from "vitest";
import { outcomeOf } from "../../src/review/edit-outcome.ts";
import { keepHunks, reviewOf, undoHunks } from "../../src/review/hunks.ts";

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index + 1}\n`);
const before = LINES.join("");
/** Changes line 3, takes out line 14, and adds one after line 25. */
const after = before
  .replace("line 3\n", "LINE 3\n")
  .replace("line 14\n", "")
  .replace("line 25\n", "line 25\nmore\n");
const states = (current: string, baseline = before, newest = after) =>
  outcomeOf({ before, after }, reviewOf({ baseline, newest, current })).map(({ state }) => state);

test("what nobody decided about is pending", () => {
  expect(states(after)).toEqual(["pending", "pending", "pending"]);
});

test("each hunk is what was decided about it, whichever way that was done", () => {
  const pending = reviewOf({ baseline: before, newest: after, current: after });
  const kept = keepHunks(pending, [pending.hunks[1]!]);
  expect(states(after, kept)).toEqual(["pending", "kept", "pending"]);
  const undone = undoHunks(pending, [pending.hunks[2]!]);
  expect(states(undone, before, undone)).toEqual(["pending", "pending", "undone"]);
  // By hand, in the editor.
  expect(states(after.replace("LINE 3", "line 3"))).toEqual(["undone", "pending", "pending"]);
});

test("without anything to decide, lines that others took the place of were changed since", () => {
  const current = after.replace("LINE 3", "mine").replace("line 13\n", "line 13\nline 14\n");
  const outcomes = outcomeOf({ before, after }, { current, hunks: [] });
  expect(outcomes.map(({ state }) => state)).toEqual(["changed", "undone", "kept"]);
});

test("what the user wrote elsewhere changes nothing about it", () => {
  const current = `mine\n${after.replace("line 20\n", "")}mine too\n`;
  const outcomes = outcomeOf({ before, after }, { current, hunks: [] });
  expect(outcomes.map(({ state }) => state)).toEqual(["kept", "kept", "kept"]);
});

test("a new file is one hunk", () => {
  const edit = { before: "", after: "one\n" };
  expect(outcomeOf(edit, { current: "one\n", hunks: [] })).toMatchObject([{ state: "kept" }]);
  expect(outcomeOf(edit, { current: "", hunks: [] })).toMatchObject([{ state: "undone" }]);
  expect(outcomeOf(edit, { current: "two\n", hunks: [] })).toMatchObject([{ state: "changed" }]);
});

const text = fc
  .array(fc.constantFrom("a\n", "b\n", "c\n", "d\n"), { maxLength: 14 })
  .map((lines) => lines.join(""));

test("whatever the texts are: as written all is kept, as before all is undone, and pending hunks are found", () =>
  fc.assert(
    fc.property(text, text, (old, now) => {
      fc.pre(old !== now);
      const edit = { before: old, after: now };
      const all = (current: string, state: string) =>
        expect(outcomeOf(edit, { current, hunks: [] }).every((one) => one.state === state)).toBe(true);
      all(now, "kept");
      all(old, "undone");
      const review = reviewOf({ baseline: old, newest: now, current: now });
      const found = new Set(outcomeOf(edit, review).flatMap(({ pending }) => pending));
      expect(found.size).toBe(review.hunks.length);
    }),
  ));
