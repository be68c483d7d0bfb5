import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedPart } from "../../src/review/changed-part.ts";
import { diffHunks } from "../../src/review/diff.ts";
import { reviewOf, undoHunks } from "../../src/review/hunks.ts";
import { lineHunks, textHunks } from "../../src/review/line-hunks.ts";
import { lineReader, linesOf, replaceLines } from "../../src/review/text-lines.ts";
import { undoEdit } from "../../src/review/three-way.ts";
import { processorMs } from "../support/processor-time.ts";

/** Texts with long runs of equal lines: where a change lies among them cannot be told from the part that differs alone. */
const anyText = fc
  .array(fc.tuple(fc.constantFrom("a\n", "b\n", "\n", "c\r\n"), fc.integer({ min: 1, max: 40 })), {
    maxLength: 6,
  })
  .map((runs) => runs.map(([line, times]) => line.repeat(times)).join(""));
const lastLine = fc.constantFrom("", "end", "b");
const pair = fc.tuple(anyText, anyText, lastLine, anyText).map(([head, middle, tail, other]) => ({
  old: `${head}${middle}${head}${tail}`,
  now: `${head}${other}${head}${tail}`,
}));

const pad = (name: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `${name} ${i}\n`).join("");
const small = fc
  .array(fc.constantFrom("a\n", "b\n", "\n", "c\n"), { maxLength: 10 })
  .map((lines) => lines.join(""));

describe("only the part in which texts differ is taken apart", () => {
  test("a part and what stands around it are the texts, and it begins at a line", () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: 0, max: 5 }), ({ old, now }, margin) => {
        const { texts, head, tail, firstLine } = changedPart([old, now], margin);
        expect(texts.map((text) => `${head}${text}${tail}`)).toEqual([old, now]);
        expect(head === "" || head.endsWith("\n")).toBe(true);
        expect(firstLine).toBe(head.split("\n").length - 1);
        for (const text of texts) expect(tail === "" || text === "" || text.endsWith("\n")).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("the changes found in it are those of the whole texts, room to lie elsewhere included", () => {
    fc.assert(
      fc.property(pair, ({ old, now }) => {
        expect(textHunks(old, now)).toEqual(lineHunks(linesOf(old), linesOf(now)));
      }),
      { numRuns: 3000 },
    );
  });

  test("a change is taken out, reviewed and shown alike, however much stands around it", () => {
    fc.assert(
      fc.property(small, small, small, (before, after, current) => {
        const undone = [1, 60].map((count) => {
          const around = (text: string): string => `${pad("head", count)}${text}${pad("tail", count)}`;
          const texts = { before: around(before), after: around(after), current: around(current) };
          const shift = count - 1;
          const result = undoEdit(texts);
          const review = reviewOf({
            baseline: texts.before,
            newest: texts.after,
            current: texts.current,
          });
          expect(undoHunks(review, review.hunks)).toBe(review.baseline);
          const bare = (text: string): string => text.replaceAll(/(?:head|tail) \d+\n/g, "");
          return {
            text: "text" in result ? bare(result.text) : undefined,
            conflicts:
              "conflict" in result
                ? result.conflict.hunks.map(({ line, wanted }) => ({ line: line - shift, wanted }))
                : [],
            baseline: bare(review.baseline),
            hunks: review.hunks.map((hunk) => ({
              ...hunk,
              baseStart: hunk.baseStart - shift,
              start: hunk.start - shift,
            })),
            shown: diffHunks(texts.before, texts.after).map(({ lines }) =>
              lines.filter((line) => !line.startsWith(" ")),
            ),
          };
        });
        expect(undone[0]).toEqual(undone[1]);
      }),
      { numRuns: 2000 },
    );
  });

  test("lines are read and replaced by their numbers, in any order", () => {
    fc.assert(
      fc.property(anyText, lastLine, fc.array(fc.nat({ max: 60 }), { maxLength: 6 }), (text, end, starts) => {
        const whole = text + end;
        const lines = linesOf(whole);
        const linesAt = lineReader(whole);
        for (const start of starts) expect(linesAt(start, 3)).toEqual(lines.slice(start, start + 3));
        const at = Math.min(starts[0] ?? 0, lines.length);
        const rest = [...lines.slice(0, at), "new\n", ...lines.slice(at + 2)];
        expect(replaceLines(whole, [{ start: at, end: at + 2, lines: ["new\n"] }])).toBe(rest.join(""));
      }),
    );
  });
});

describe("a text of 20 MB", () => {
  const lines = Array.from(
    { length: 260_000 },
    (_, i) => `line ${i} of a file that nobody wants to read ${i * 7919}\n`,
  );
  const before = lines.join("").padEnd(20 * 1024 * 1024, "and so on; ");
  const after = before.replace("line 130000 of", "changed 130000 of");

  test("is compared, reviewed and put back in about the time of reading it", () => {
    const started = processorMs();
    const review = reviewOf({ baseline: before, newest: after, current: after });
    expect(review.hunks).toEqual([
      { baseStart: 130_001, baseCount: 1, start: 130_001, count: 1, isMixed: false },
    ]);
    expect(undoHunks(review, review.hunks) === before).toBe(true);
    const undone = undoEdit({ current: after, before, after });
    expect("text" in undone && undone.text === before).toBe(true);
    expect(diffHunks(before, after)).toHaveLength(1);
    // Taking four such texts apart takes seconds.
    expect(processorMs() - started).toBeLessThan(1_500);
  });
});
