import fc from "fast-check";
import { expect, test } from "vitest";
import { addresses } from "../../src/safety/redact/addresses.ts";
import { findAt, indexAnchors } from "../../src/safety/redact/anchors.ts";
import { assignments } from "../../src/safety/redact/assignments.ts";
import { cookies } from "../../src/safety/redact/cookies.ts";
import type { Detector, Found } from "../../src/safety/redact/found.ts";
import { literalDetectors } from "../../src/safety/redact/literals.ts";
import { passwordFiles } from "../../src/safety/redact/password-files.ts";
import { textDetectors } from "../../src/safety/redact/texts.ts";
import { tokenDetectors } from "../../src/safety/redact/tokens.ts";

const KNOWN = ["pässword-9", "(weird) value", "ΣΣ-final-value", "hunter2-secret"];
const detectors = [
  ...literalDetectors(KNOWN),
  ...tokenDetectors,
  addresses,
  ...textDetectors,
  cookies,
  passwordFiles,
  assignments,
];
const anchors = [...new Set(detectors.flatMap((detector) => detector.anchors))];

/** Says where it was asked, and by which of its anchors it may have been. */
const asked = (detector: Detector, at: number): Found => ({
  from: at,
  start: at,
  end: at,
  kind: detector.anchors.join(" "),
});
const telling = detectors.map(
  (detector): Detector => ({ ...detector, find: (_text, at, found) => found.push(asked(detector, at)) }),
);
const atDot = (_text: string, dot: number): Found => ({ from: dot, start: dot, end: dot, kind: "dot" });
const index = indexAnchors(telling);

/** One character after the other, every anchor at each of them. */
function slowly(text: string): Found[] {
  const found: Found[] = [];
  for (let i = 0; i < text.length; i++) {
    for (const detector of detectors)
      for (const anchor of detector.anchors)
        if (i > 1 && text.slice(i - 2, i - 2 + anchor.length).toLowerCase() === anchor)
          found.push(asked(detector, i - 2));
    if (text[i] === "." && text[i + 7] === ".") found.push(atDot(text, i));
  }
  return found;
}

const fragment = fc.oneof(
  fc.constantFrom(...anchors),
  fc.constantFrom(...anchors).map((anchor) => anchor.toUpperCase()),
  fc.constantFrom(...anchors).map((anchor) => anchor.slice(0, -1)),
  fc.constantFrom(...KNOWN, ".abcdef.", "...", "✓", "\u{1f600}", "\ud83d", "ß", "\0", "\n", " "),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const someText = fc.array(fragment, { maxLength: 20 }).map((parts) => parts.join(""));

test("detectors are asked where their anchors stand and nowhere else, in the order of the text", () => {
  fc.assert(
    fc.property(someText, (text) => {
      expect(findAt(text, index, atDot)).toEqual(slowly(text));
    }),
    { numRuns: 500 },
  );
});

test("the same where one part of a long text follows the other, at every place an anchor may have there", () => {
  const text = "token=password.abcdef.ghp_";
  for (const filler of ["-", "é"]) {
    const expected = slowly(filler + text);
    for (let length = 8150; length < 8200; length++) {
      const found = findAt(filler.repeat(length) + text, index, atDot);
      expect(found.map(({ start, kind }) => [start - length + 1, kind])).toEqual(
        expected.map(({ start, kind }) => [start, kind]),
      );
    }
  }
});
