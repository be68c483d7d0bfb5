import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FileReview, keepHunks, type ReviewHunk, reviewOf, undoHunks } from "../../src/review/hunks.ts";

const anyText = fc
  .array(fc.tuple(fc.constantFrom("a", "b", "", "c", "ü"), fc.constantFrom("\n", "\r\n", "\n")), {
    maxLength: 14,
  })
  .chain((lines) =>
    fc.boolean().map((hasEnd) => {
      const text = lines.flat().join("");
      return hasEnd ? text : text.replace(/\r?\n$/, "");
    }),
  );
const texts = fc.record({ baseline: anyText, newest: anyText, current: anyText });
const chosen = (review: FileReview, picks: readonly boolean[]): ReviewHunk[] =>
  review.hunks.filter((_, index) => picks[index] === true);

describe("the hunks of a file", () => {
  test("keeping all of them makes the baseline the text, undoing all of them the text the baseline", () => {
    fc.assert(
      fc.property(texts, (three) => {
        const review = reviewOf(three);
        expect(keepHunks(review, review.hunks)).toBe(three.current);
        expect(undoHunks(review, review.hunks)).toBe(review.baseline);
      }),
      { numRuns: 2000 },
    );
  });

  test("without a change of the user, undoing all gives back exactly what was there before the agent", () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const review = reviewOf({ baseline: before, newest: after, current: after });
        expect(review.baseline).toBe(before);
        expect(undoHunks(review, review.hunks)).toBe(before);
        expect(review.hunks.some((hunk) => hunk.isMixed)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test("keeping some and then undoing the rest is the same as undoing the rest and then keeping some", () => {
    fc.assert(
      fc.property(texts, fc.array(fc.boolean(), { maxLength: 14 }), (three, picks) => {
        const review = reviewOf(three);
        const some = chosen(review, picks);
        const rest = review.hunks.filter((hunk) => !some.includes(hunk));
        expect(keepHunks(review, some)).toBe(undoHunks(review, rest));
      }),
      { numRuns: 1000 },
    );
  });

  test("undoing everything the agent did leaves exactly what the user wrote elsewhere", () => {
    const lines = (text: string): string => text.split("").join("\n");
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("p", "q", "r"), { minLength: 1, maxLength: 6 }),
        fc.array(fc.constantFrom("A", "B"), { maxLength: 3 }),
        fc.array(fc.constantFrom("u", "v"), { maxLength: 3 }),
        fc.boolean(),
        (file, agent, user, isAbove) => {
          const gap = "0123456789";
          const at = (top: string, bottom: string): string => `${lines(`${top}${gap}${bottom}`)}\n`;
          const own = file.join("");
          const [a, u] = [agent.join(""), user.join("")];
          const baseline = at(own, own);
          const newest = isAbove ? at(own + a, own) : at(own, a + own);
          const current = isAbove ? at(own + a, u + own) : at(own + u, a + own);
          const review = reviewOf({ baseline, newest, current });
          expect(undoHunks(review, review.hunks)).toBe(isAbove ? at(own, u + own) : at(own + u, own));
          expect(review.hunks).toHaveLength(a === "" ? 0 : 1);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("says where each one lies in both texts", () => {
    const baseline = "one\ntwo\nthree\nfour\nfive\n";
    const newest = "zero\none\ntwo\n3\nfour\n";
    expect(reviewOf({ baseline, newest, current: newest }).hunks).toEqual([
      { baseStart: 1, baseCount: 0, start: 1, count: 1, isMixed: false },
      { baseStart: 3, baseCount: 1, start: 4, count: 1, isMixed: false },
      { baseStart: 5, baseCount: 1, start: 6, count: 0, isMixed: false },
    ]);
  });

  test("says when the user changed the same lines", () => {
    const review = reviewOf({
      baseline: "one\ntwo\nthree\nfour\nfive\n",
      newest: "one\nTWO\nthree\nfour\nfive\n",
      current: "one\nTwo!\nthree\nfour\nmine\n",
    });
    expect(review.hunks).toEqual([{ baseStart: 2, baseCount: 1, start: 2, count: 1, isMixed: true }]);
    expect(undoHunks(review, review.hunks)).toBe("one\ntwo\nthree\nfour\nmine\n");
  });
});
