import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createOutputCleaner } from "../../../src/hosts/node/output-cleaner.ts";

function clean(...chunks: readonly string[]): string {
  const cleaner = createOutputCleaner();
  return chunks.map((chunk) => cleaner.push(chunk)).join("") + cleaner.end();
}

test.each([
  ["colours", "\u001B[1;31mred\u001B[0m", "red"],
  ["cursor movements", "a\u001B[2K\u001B[10;5Hb\u001B[?25l", "ab"],
  ["a title", "\u001B]0;window\u0007x", "x"],
  ["a link", "\u001B]8;;https://example.com\u001B\\text\u001B]8;;\u001B\\", "text"],
  ["a device string", "\u001BPq#0;2\u001B\\x", "x"],
  ["character sets and keypad modes", "\u001B(B\u001B=\u001B>x", "x"],
  ["eight-bit sequences", "\u009B31mx", "x"],
  ["bells and NULs", "a\u0007\u0000b\u007F", "ab"],
  ["overstriking", "N\bNA\bAM\bM", "NAM"],
  ["Windows line ends", "a\r\nb\r\n", "a\nb\n"],
  ["tabs and line ends stay", "a\tb\n\n", "a\tb\n\n"],
  ["an unfinished sequence at the end", "x\u001B[31", "x"],
])("%s", (_what, text, expected) => {
  expect(clean(text)).toBe(expected);
});

test("of a progress bar only the last state is left", () => {
  expect(clean("\r10%\r50%\r100%\ndone\n")).toBe("100%\ndone\n");
  expect(clean("10", "%\r5", "0%\r", "100%", "\n", "done\n")).toBe("10\n100%\ndone\n");
  expect(clean("working\r       \r")).toBe("working");
});

test("an endless line that rewrites itself does not fill the memory", () => {
  const cleaner = createOutputCleaner();
  let length = 0;
  for (let index = 0; index < 1000; index += 1) length += cleaner.push(`\r${"x".repeat(1000)}`).length;
  expect(length).toBe(0);
  expect(cleaner.end()).toBe("x".repeat(1000));
});

test("it makes no difference where the chunks are cut", () => {
  const part = fc.constantFrom(
    "a",
    "ü🙂",
    "\n",
    "\r\n",
    "\t",
    "\u001B[31m",
    "\u001B]0;t\u0007",
    "\u001B(B",
    "\u0007",
  );
  void fc.assert(
    fc.property(fc.array(part), fc.array(fc.nat()), (parts, cuts) => {
      const text = parts.join("");
      const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted(
        (a, b) => a - b,
      );
      const chunks = places.slice(1).map((place, index) => text.slice(places[index], place));
      expect(clean(...chunks)).toBe(clean(text));
    }),
  );
});

test("it never throws and leaves no control character, whatever comes", () => {
  const char = fc.constantFrom(
    "\u001B",
    "[",
    "]",
    "P",
    "\\",
    "\u0007",
    "\u009C",
    "\r",
    "\n",
    "\b",
    "3",
    "m",
    "x",
  );
  void fc.assert(
    fc.property(fc.array(fc.string({ unit: char })), (chunks) => {
      expect(clean(...chunks)).not.toMatch(/(?![\n\t])\p{Cc}/u);
    }),
  );
});
