import fc from "fast-check";
import { expect, test } from "vitest";
import { amendPatch } from "../../src/review/amend-patch.ts";
import { chooseHunks } from "../../src/review/choose-hunks.ts";
import { diffHunks } from "../../src/review/diff.ts";

const line = fc.constantFrom("a", "b", "c", "d\r", "", "é", "🙂", "x".repeat(40));
const text = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.boolean())
  .map(([lines, hasEnd]) => lines.join("\n") + (hasEnd && lines.length > 0 ? "\n" : ""));

test("all hunks make the text after, none the text before, and what is chosen is what is left to compare", () => {
  fc.assert(
    fc.property(text, text, fc.array(fc.nat(12)), (before, after, chosen) => {
      const all = diffHunks(before, after).map((_, index) => index);
      expect(chooseHunks(before, after, all)).toBe(after);
      expect(chooseHunks(before, after, [])).toBe(before);
      const some = chooseHunks(before, after, chosen);
      const others = all.filter((index) => !chosen.includes(index));
      if (others.length === 0) expect(some).toBe(after);
      // Every line of the result is one of either text, and it has as many as the chosen hunks say.
      const grown = diffHunks(before, after)
        .filter((_, index) => chosen.includes(index))
        .reduce((sum, hunk) => sum + hunk.newLines - hunk.oldLines, 0);
      const count = (value: string): number => (value === "" ? 0 : value.split(/(?<=\n)/).length);
      expect(count(some)).toBe(count(before) + grown);
    }),
  );
});

test("what is too different to compare is one hunk, and can be chosen as one", () => {
  const many = (word: string): string =>
    Array.from({ length: 3_000 }, (_, index) => `${word} ${index}\n`).join("");
  expect(chooseHunks(many("old"), many("new"), [0])).toBe(many("new"));
  expect(chooseHunks(many("old"), many("new"), [])).toBe(many("old"));
});

test("a patch says what became of a proposal, also at its very end, and says so when it is cut", () => {
  expect(amendPatch("a\r\nb\r\n", "a\r\nc\r\n")).toEqual({
    text: "@@ -1,2 +1,2 @@\n a\n-b\n+c",
    isWhole: true,
  });
  expect(amendPatch("a\nb\n", "a\nb\r\n").text).toContain("line ends");
  expect(amendPatch("a\nb", "a\nb\n").text).toContain("A line break at the end");
  const cut = amendPatch("", "x\n".repeat(1_000));
  expect(cut.isWhole).toBe(false);
  expect(cut.text.split("\n")).toHaveLength(201);
  expect(cut.text).toContain("more lines of this patch");
});
