import fc from "fast-check";
import type { Token } from "marked";
import { beforeAll, expect, test } from "vitest";
import { complete } from "../../webview/src/markdown/complete.ts";
import { mendWith } from "../../webview/src/markdown/mend.ts";
import { MarkdownStream, parse } from "../../webview/src/markdown/stream.ts";

beforeAll(() => mendWith(complete));

const DOCUMENTS = [
  "# Title\n\nA paragraph with **bold**, `code` and [a link](src/a.ts).\nSecond line.\n\nAnother\n===\n\ntext",
  "1. one\n2. two\n   - nested\n\n   still two\n3. three\n\n2\n\nafter",
  "```ts\nconst a = 1;\n\n``\nnot closed yet\n```\nafter\n\n~~~\n```\n~~~\nend",
  "| a | b |\n|---|:-:|\n| 1 | `|` |\n| 2 |\n\ntext\n| x | y |\n|--|--|\n| 1 | 2 |\n",
  "> quote\n> more\nlazy\n\n> - list\n>   - deep\n\n---\n\n* * *\n- [ ] todo\n- [x] done\n",
  "[ref][r] and ![image][r]\n\ntext\n\n[r]: https://a.example 'title'\n\n[late]\n\n[late]: b.md\n",
  "<div>\nraw *html*\n\n</div>\n\n<!-- a\n\ncomment -->\n\ntext <b>x</b>\n\n    indented\n\n    code\n",
  "a\r\nb\r\n\r\n- c\r- d\r\n\r\n```\r\nx\r\n```\r\n",
  "- a\n\n- b\n\n\n- c\n      code\n\n  para\n\nend *open **both",
  "```\nnever closed\n# not a heading\n",
];

const drawn = (tokens: readonly Token[]): unknown =>
  JSON.parse(
    JSON.stringify(
      tokens.filter((token) => token.type !== "space"),
      // Blank lines between blocks belong to nobody in particular; what is drawn does not change with them.
      (key, value: unknown) => (key === "raw" && typeof value === "string" ? value.trimEnd() : value),
    ),
  );

const cuts = (text: string): fc.Arbitrary<number[]> =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: text.length }), { maxLength: 12 })
    .map((at) => at.toSorted((a, b) => a - b));

const anyDocument = fc.oneof(
  fc.constantFrom(...DOCUMENTS),
  fc
    .array(
      fc.constantFrom(
        ...DOCUMENTS.flatMap((text) => text.split(/(?<=\n)/)),
        "\n",
        "  ",
        "2",
        "```\n",
        "> ",
        "- ",
      ),
      { maxLength: 24 },
    )
    .map((lines) => lines.join("")),
);

test("however a reply was cut into pieces, the finished reply is the whole parsed at once", () => {
  fc.assert(
    fc.property(
      anyDocument.chain((text) => cuts(text).map((at) => ({ text, at }))),
      ({ text, at }) => {
        const stream = new MarkdownStream();
        for (const end of at) stream.update(text.slice(0, end), true);
        expect(drawn(stream.update(text, false).tokens)).toEqual(drawn(parse(text).tokens));
      },
    ),
    { numRuns: 300 },
  );
});

test("before it is finished, a reply that ends with a line is drawn like the whole, whatever was committed", () => {
  fc.assert(
    fc.property(
      // Definitions that come late change earlier links only when the reply is finished; an unclosed fence is drawn without its last line.
      anyDocument
        .filter((text) => !text.includes("]:") && !text.includes("\r"))
        .chain((text) => cuts(text).map((at) => ({ text, at }))),
      ({ text, at }) => {
        const whole = `${text}\n\nend of the reply\n`;
        const stream = new MarkdownStream();
        for (const end of at) stream.update(whole.slice(0, end), true);
        const { tokens } = stream.update(whole, true);
        const expected = parse(whole).tokens;
        if (expected.at(-1)?.type !== "paragraph") return;
        expect(drawn(tokens)).toEqual(drawn(expected));
      },
    ),
    { numRuns: 300 },
  );
});

test("a block that was followed by another is never parsed again", () => {
  const stream = new MarkdownStream();
  const [first] = stream.update("# One\n\ntext\n\nmore\n", true).tokens;
  const later = stream.update("# One\n\ntext\n\nmore\n\nand **more", true).tokens;
  expect(later[0]).toBe(first);
});

test("half-typed markup is drawn as what it is about to be", () => {
  const types = (text: string): string[] => {
    const [block] = new MarkdownStream().update(text, true).tokens;
    return block && "tokens" in block ? (block.tokens ?? []).map((token: Token) => token.type) : [];
  };
  expect(types("some **bold")).toEqual(["text", "strong"]);
  expect(types("a [link](https://exa")).not.toContain("link");
});

test("text that does not continue what was there starts again", () => {
  const stream = new MarkdownStream();
  stream.update("# Old\n\ntext\n", true);
  expect(drawn(stream.update("new\n", true).tokens)).toEqual(drawn(parse("new\n").tokens));
});
