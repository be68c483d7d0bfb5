import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  importsIn,
  looksLikePath,
  pieces,
  plainLines,
  withoutComments,
} from "../../../src/app/instructions/markdown.ts";

describe("imports", () => {
  test.each<[string, string, string[]]>([
    ["a line of its own", "@README.md", ["README.md"]],
    ["in a sentence, which ends no path", "See @docs/a.md, and @b.md.", ["docs/a.md", "b.md"]],
    ["in brackets and quotes", '(@a.md) "@b.md"', ["a.md", "b.md"]],
    [
      "from home, from the root, from above",
      "@~/x.md @/etc/y.md @../z.md",
      ["~/x.md", "/etc/y.md", "../z.md"],
    ],
    ["with a blank in it", "@my\\ notes.md", ["my notes.md"]],
    ["with other scripts in it", "@ドキュメント/規則.md", ["ドキュメント/規則.md"]],
    ["each once", "@a.md @a.md", ["a.md"]],
    ["without what is after #", "@a.md#rules", ["a.md"]],
    ["no address of a person", "mail dev@example.com", []],
    ["not in a code span", "Use `@a.md` here", []],
    ["not in a code span of several backticks", "``x ` @a.md``", []],
    ["not in a fence", "```\n@a.md\n```\n@b.md", ["b.md"]],
    ["not in a fence of tildes", "~~~md\n@a.md\n```\n@c.md\n~~~\n@b.md", ["b.md"]],
    ["not in a fence that never ends", "```\n@a.md", []],
    ["after a longer fence that holds a shorter one", "````\n```\n@a.md\n```\n````\n@b.md", ["b.md"]],
    ["after a backtick that stands alone", "a ` b @a.md", ["a.md"]],
    ["where a span cannot reach over a blank line", "a ` b\n\n@a.md `", ["a.md"]],
    ["in a list that is indented", "- x\n    - @a.md", ["a.md"]],
    ["bare signs are none", "@ @. @/ x", [".", "/"]],
  ])("%s", (_name, text, paths) => {
    expect(importsIn(text)).toEqual(paths);
  });

  test("that are missing are worth a word only where a file was meant", () => {
    expect(["./a", "../a", "~/a", "/a", "a.md", "docs/a.txt"].filter(looksLikePath)).toHaveLength(6);
    expect(["angular/core", "param", "everyone", "types/node"].filter(looksLikePath)).toEqual([]);
  });
});

describe("comments for people", () => {
  test.each([
    ["that begin a line go, with their line", "a\n<!-- x -->\nb", "a\nb"],
    ["go over several lines", "a\n<!-- x\ny\n\nz -->\nb", "a\nb"],
    ["go at the very beginning", "<!-- x -->\na", "a"],
    ["leave what follows them", "<!-- x --> a", " a"],
    ["go, one after another", "<!-- x --><!-- y -->\na", "a"],
    ["stay within a line", "a <!-- x --> b", "a <!-- x --> b"],
    ["stay in a fence", "```\n<!-- x -->\n```", "```\n<!-- x -->\n```"],
    ["stay in a code span", "Write\n`<!-- x -->`", "Write\n`<!-- x -->`"],
    ["stay when they never end", "a\n<!-- x\nb", "a\n<!-- x\nb"],
    ["end also behind what looks like code", "<!-- a `b\n```\nc --> d\ne", " d\ne"],
  ])("%s", (_name, text, rest) => {
    expect(withoutComments(text)).toBe(rest);
  });

  test("hold no imports", () => {
    expect(importsIn(withoutComments("<!-- @a.md -->\n@b.md"))).toEqual(["b.md"]);
  });
});

test("lines end in one way, whatever wrote them", () => {
  expect(plainLines("\uFEFFa\r\nb\rc\nd")).toBe("a\nb\nc\nd");
});

test("nothing is lost when a text is taken apart, and it takes no longer for odd texts", () => {
  const odd = fc.array(
    fc.constantFrom("`", "``", "```", "~~~", "\n", "\n\n", " ", "x", "<!--", "-->", "@a"),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(
      odd,
      (parts) =>
        pieces(parts.join(""))
          .map(({ text }) => text)
          .join("") === parts.join(""),
    ),
  );
  // What looks back again and again would never end here.
  const many = Array.from({ length: 20_000 }, (_, i) => "`".repeat((i % 50) + 1)).join(" a ");
  importsIn(withoutComments(many));
  importsIn(withoutComments("<!--".repeat(50_000)));
  importsIn(withoutComments("\n<!--".repeat(20_000)));
  expect(importsIn(`@${"#".repeat(1_000_000)}/`)).toEqual([]);
  expect(importsIn(`@a${")".repeat(1_000_000)}x`)).toEqual([]);
});
