import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineAfter, type ThreeWay, undoEdit } from "../../src/review/three-way.ts";

const textOf = (result: ThreeWay): string => ("text" in result ? result.text : "conflict");
const change = (lines: readonly string[], from: number, gone: number, put: readonly string[]): string[] => [
  ...lines.slice(0, from),
  ...put,
  ...lines.slice(from + gone),
];
const anyText = fc
  .array(
    fc.tuple(fc.constantFrom("a", "b", "", "longer line", "ü"), fc.constantFrom("\n", "\r\n", "\n\n", "")),
    { maxLength: 12 },
  )
  .map((lines) => lines.flat().join(""));
const someLines = (letters: readonly string[]) => fc.array(fc.constantFrom(...letters), { maxLength: 3 });

/** A file in two halves, an edit of an agent in one of them and a change of a person in the other. */
function twoHalves(letters: readonly string[], distance: number) {
  return fc
    .record({
      upper: fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }),
      lower: fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }),
      agent: fc.tuple(fc.nat(8), fc.nat(3), someLines(letters)),
      person: fc.tuple(fc.nat(8), fc.nat(3), someLines(letters)),
      isBelow: fc.boolean(),
      lineEnd: fc.constantFrom("\n", "\r\n"),
    })
    .map(({ upper, lower, agent, person, isBelow, lineEnd }) => {
      const between = Array.from({ length: distance }, (_, i) => `between ${i}`);
      const join = (a: readonly string[], b: readonly string[]): string =>
        [...a, ...between, ...b].join(lineEnd);
      const [first, second] = isBelow ? [person, agent] : [agent, person];
      const newUpper = change(upper, ...first);
      const newLower = change(lower, ...second);
      return {
        before: join(upper, lower),
        after: isBelow ? join(upper, newLower) : join(newUpper, lower),
        current: join(newUpper, newLower),
        expected: isBelow ? join(newUpper, lower) : join(upper, newLower),
      };
    });
}

describe("undoing an edit", () => {
  test("right after it gives the text from before, byte for byte", () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        expect(undoEdit({ current: after, before, after })).toEqual({ text: before });
      }),
    );
  });

  test("keeps what the user changed elsewhere", () => {
    fc.assert(
      fc.property(twoHalves(["p", "q", "r", "s", "t"], 3), ({ expected, ...texts }) => {
        expect(undoEdit(texts)).toEqual({ text: expected });
      }),
      { numRuns: 1000 },
    );
  });

  test("among repeated lines never guesses: it is right, or it is a conflict", () => {
    fc.assert(
      fc.property(twoHalves(["a", "b", ""], 0), ({ expected, ...texts }) => {
        // Texts that are equal to one of the two leave nothing to merge, whatever the user did to get there.
        fc.pre(texts.current !== texts.before && texts.current !== texts.after);
        // Of an empty text nobody can say whether it has no line or an empty one.
        fc.pre(texts.current !== "" && texts.before !== "" && texts.after !== "");
        const result = undoEdit(texts);
        if ("text" in result) expect(result.text).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });

  test("can itself be undone", () => {
    fc.assert(
      fc.property(twoHalves(["p", "q", "r", "s", "t"], 3), ({ before, after, current }) => {
        const undone = textOf(undoEdit({ current, before, after }));
        expect(undoEdit({ current: undone, before: after, after: before })).toEqual({ text: current });
      }),
    );
  });

  test("of several stacked edits, newest first, gives what was there at the beginning", () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 2, maxLength: 6 }), (versions) => {
        let current = versions.at(-1) ?? "";
        for (let i = versions.length - 1; i > 0; i -= 1) {
          current = textOf(undoEdit({ current, before: versions[i - 1] ?? "", after: versions[i] ?? "" }));
        }
        expect(current).toBe(versions[0]);
      }),
    );
  });

  test("from under a newer one that touched other lines leaves the newer one", () => {
    const undone = undoEdit({ before: "a\nb\nc\nd", after: "A\nb\nc\nd", current: "A\nb\nc\nD" });
    expect(undone).toEqual({ text: "a\nb\nc\nD" });
  });

  test("whose lines the user has changed since is a conflict that shows both sides", () => {
    const result = undoEdit({ before: "1\nold\n3", after: "1\nnew\n3", current: "0\n1\nmine\n3" });
    expect(result).toEqual({ conflict: { hunks: [{ line: 3, current: "mine", wanted: "old" }] } });
  });

  test("is all or nothing: one hunk in conflict leaves the other alone", () => {
    const result = undoEdit({ before: "a\n1\n2\n3\nb", after: "A\n1\n2\n3\nB", current: "A\n1\n2\n3\nmine" });
    expect(result).toEqual({ conflict: { hunks: [{ line: 5, current: "mine", wanted: "b" }] } });
  });

  test("of an inserted copy of what is there already does not take the wrong copy away", () => {
    const block = "if (x) {\n  go();\n}";
    const result = undoEdit({
      before: `${block}\nend`,
      after: `${block}\n${block}\nend`,
      current: `if (x) {\n  go(1);\n}\n${block}\nend`,
    });
    expect(result).toHaveProperty("conflict");
  });

  test("that the user has taken back by hand already changes nothing", () => {
    expect(undoEdit({ before: "a\nb\nc\nd", after: "a\nB\nc\nd", current: "a\nb\nc\nmine" })).toEqual({
      text: "a\nb\nc\nmine",
    });
  });

  test("skips the hunk the user took back and still does the others", () => {
    const result = undoEdit({
      before: "a\nb\nc\nd\ne\nf",
      after: "a\nB\nB2\nc\nd\ne\nF",
      current: "a\nb\nc\nd\ne\nF",
    });
    expect(result).toEqual({ text: "a\nb\nc\nd\ne\nf" });
  });

  test("in a file converted to CRLF since puts CRLF lines back", () => {
    const result = undoEdit({ before: "a\nb\nc\n", after: "a\nc\n", current: "a\r\nc\r\n" });
    expect(result).toEqual({ text: "a\r\nb\r\nc\r\n" });
  });

  test("that only changed line ends changes them back and keeps the user's text", () => {
    const result = undoEdit({ before: "a\r\nb\r\n", after: "a\nb\n", current: "a\nb\nmine\n" });
    expect(result).toEqual({ text: "a\r\nb\r\nmine\r\n" });
  });

  test("that added the last line break takes only that away", () => {
    expect(undoEdit({ before: "a\nb\nc", after: "a\nb\nc\n", current: "A\nb\nc\n" })).toEqual({
      text: "A\nb\nc",
    });
  });

  test("that created the file and was changed since is a conflict, not an empty file", () => {
    expect(undoEdit({ before: "", after: "one\ntwo\n", current: "one\nmine\n" })).toHaveProperty("conflict");
  });

  test("in a file of 50,000 lines, all of them different now, ends in time in a conflict", () => {
    const lines = (word: string): string =>
      Array.from({ length: 50_000 }, (_, i) => `${word} ${i}`).join("\n");
    const result = undoEdit({ before: "x", after: lines("a"), current: lines("b") });
    expect(result).toHaveProperty("conflict");
  });
});

describe("keeping an edit", () => {
  test("moves the baseline by what it changed and leaves other pending edits out of it", () => {
    expect(baselineAfter({ baseline: "a\nb\nc", before: "A\nb\nc", after: "A\nb\nC" })).toBe("a\nb\nC");
  });

  test("of everything, in order, gives what is there", () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 2, maxLength: 6 }), (versions) => {
        let baseline = versions[0] ?? "";
        for (let i = 1; i < versions.length; i += 1) {
          baseline = baselineAfter({ baseline, before: versions[i - 1] ?? "", after: versions[i] ?? "" });
        }
        expect(baseline).toBe(versions.at(-1));
      }),
    );
  });

  test("that lies on top of one not kept leaves the baseline there, and only there", () => {
    expect(baselineAfter({ baseline: "one", before: "two", after: "three" })).toBe("one");
    const change = { before: "two\nb\nc\nd", after: "three\nb\nc\nD" };
    expect(baselineAfter({ baseline: "one\nb\nc\nd", ...change })).toBe("one\nb\nc\nD");
  });
});
