import * as fc from "fast-check";
import { expect, test } from "vitest";
import { minimalEdits } from "../../../src/hosts/vscode/minimal-edits.ts";

function applyAll(before: string, after: string): string {
  let text = before;
  for (const { from, to, text: inserted } of [...minimalEdits(before, after)].reverse()) {
    text = text.slice(0, from) + inserted + text.slice(to);
  }
  return text;
}

test("only what differs is replaced, each place by itself", () => {
  expect(minimalEdits("one\ntwo\nthree\nfour\n", "one\nTwo\nthree\nFour\n")).toEqual([
    { from: 4, to: 5, text: "T" },
    { from: 14, to: 15, text: "F" },
  ]);
});

test("an inserted line replaces nothing, and a removed one inserts nothing", () => {
  expect(minimalEdits("a\nc\n", "a\nb\nc\n")).toEqual([{ from: 2, to: 2, text: "b\n" }]);
  expect(minimalEdits("a\nb\nc\n", "a\nc\n")).toEqual([{ from: 2, to: 4, text: "" }]);
  expect(minimalEdits("same", "same")).toEqual([]);
});

test("pairs that belong together are never cut", () => {
  expect(minimalEdits("😀", "😁")).toEqual([{ from: 0, to: 2, text: "😁" }]);
  expect(minimalEdits("a\r\n", "a\n")).toEqual([{ from: 1, to: 3, text: "\n" }]);
});

test("the edits always lead to the text that was wanted, in order and without overlap", () => {
  const line = fc.constantFrom("a", "b", "", "longer line", "😀 x", "\r", "tab\t");
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));
  void fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applyAll(before, after)).toBe(after);
      const edits = minimalEdits(before, after);
      for (const [index, edit] of edits.entries()) {
        expect(edit.from).toBeLessThanOrEqual(edit.to);
        expect(edit.from).toBeGreaterThanOrEqual(edits[index - 1]?.to ?? 0);
      }
    }),
  );
});
