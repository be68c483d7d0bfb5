import fc from "fast-check";
import { expect, test } from "vitest";
import { exactText } from "../../src/review/editor-text.ts";

/** What an editor makes of a text: one line end, no byte order mark. */
function shown(text: string): string {
  const bare = text.replace(/^\uFEFF/, "");
  const crlf = (bare.match(/\r\n/g) ?? []).length;
  const alone = (bare.match(/\r(?!\n)/g) ?? []).length;
  const all = (bare.match(/\r\n|\r|\n/g) ?? []).length;
  return bare.replaceAll(/\r\n|\r|\n/g, crlf + alone > all / 2 ? "\r\n" : "\n");
}

const text = fc
  .array(fc.constantFrom("a", "b\r\n", "c\n", "\n", "\r\n", "é🙂", "\r", "word "), { maxLength: 30 })
  .map((parts) => parts.join(""));

test("a proposal that nobody changed is the proposal, byte for byte", () => {
  fc.assert(
    fc.property(text, fc.boolean(), (bare, hasMark) => {
      const proposed = (hasMark ? "\uFEFF" : "") + bare;
      expect(exactText(proposed, shown(proposed))).toBe(proposed);
    }),
  );
});

test("one line that is changed leaves the line ends of the others alone", () => {
  const proposed = "\uFEFFone\r\ntwo\nthree\r\nfour\n";
  expect(exactText(proposed, shown(proposed).replace("two", "2"))).toBe("\uFEFFone\r\n2\nthree\r\nfour\n");
});

test("a file with one kind of line end is what the editor shows, other line ends included", () => {
  expect(exactText("a\r\nb\r\n", "a\nB\n")).toBe("a\nB\n");
  expect(exactText("a\nb", "")).toBe("");
});

test("what cannot be told apart from its line ends is refused, not guessed", () => {
  expect(exactText("a\rb\r\nc\n", "a\nX\r\nc\n".replaceAll("\r\n", "\n"))).toBeUndefined();
});
