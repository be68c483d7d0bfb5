import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { applyEach, applyEdit, type EditError, mainLineEnd } from "../../src/review/apply-edit.ts";
import { processorMs } from "../support/processor-time.ts";

interface Case {
  id: string;
  before: string;
  old: string;
  new: string;
  replaceAll: boolean;
  edits?: { old: string; new: string; replaceAll: boolean }[];
  bom: boolean;
  expected: { result?: string; error?: EditError["kind"]; hint?: string; count?: number; index?: number };
  why: string;
}
const corpus: Case[] = readFileSync(new URL("../corpora/edit-apply.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

test.each(corpus.map((each) => [each.id, each.why, each] as const))("%s: %s", (_id, _why, each) => {
  const result = applyEdit(each.before, each.edits ?? [each], { hasBom: each.bom });
  if ("error" in result) {
    const { lines: _, ...error } = result.error;
    const { error: kind, ...rest } = each.expected;
    expect(error).toEqual({ kind, ...rest });
  } else {
    expect({ result: result.text }).toEqual(each.expected);
  }
});

test("edit by edit the corpus comes out the same, and after a failure the others are still made", () => {
  for (const each of corpus) {
    const edits = each.edits ?? [each];
    const whole = applyEdit(each.before, edits, { hasBom: each.bom });
    const { text, replaced, failed } = applyEach(each.before, edits, { hasBom: each.bom });
    if ("text" in whole) expect({ text, replaced, failed }, each.id).toEqual({ ...whole, failed: [] });
    else {
      const { index = 0, ...error } = whole.error;
      expect(failed[0], each.id).toMatchObject({ index, error });
      const others = edits.filter((_edit, at) => failed.every((one) => one.index !== at));
      const rest = applyEdit(each.before, others, { hasBom: each.bom });
      if (others.length > 0)
        expect({ text }, each.id).toEqual({ text: "text" in rest ? rest.text : undefined });
      else expect(text, each.id).toBe(each.before);
    }
  }
});

const replace = (before: string, old: string, inserted: string) =>
  applyEdit(before, [{ old, new: inserted, replaceAll: false }], { hasBom: false });
const hintOf = (before: string, old: string): string | undefined => {
  const result = replace(before, old, "something else");
  return "error" in result ? result.error.hint : "found";
};

test.each([
  ["eol", "a\rb", "a\nb"],
  ["trailing-whitespace", "let a = 1;  \nlet b;", "let a = 1;\nlet b;"],
  ["whitespace", "if (x) {\n\treturn;", "if(x) {\n  return;"],
  ["quotes", "it’s", "it's"],
  ["dash", "1 — 2", "1 -- 2"],
  ["invisible", "pass\u200Bword", "password"],
  ["invisible", "password", "pass\u00ADword"],
  ["unicode", "cafe\u0301", "caf\u00E9"],
  ["case", "const Name", "const name"],
  ["escaped", "a &lt; b", "a < b"],
  ["escaped", "a < b", "a &#60; b"],
  ["escaped", 'say "x"', 'say \\"x\\"'],
  ["line-numbers", "  one\n  two\n", "1\t  one\n2\t  two"],
  [undefined, "alpha", "omega"],
  [undefined, "&#9999999;", "x"],
])("a failed search is explained by %s", (hint, before, old) => {
  expect(hintOf(before, old)).toBe(hint);
});

test("several matches are named by their lines", () => {
  expect(replace("a\r\nb\r\na\r\n", "a", "c")).toEqual({
    error: { kind: "multiple-matches", count: 2, lines: [1, 3] },
  });
});

test("a failed search names the line that was probably meant", () => {
  const before = "import x\n\nfunction total(items: Item[]) {\n  return items.length;\n}\n";
  expect(replace(before, "function total(item: Item[]) {\n  return items.size;", "y")).toEqual({
    error: { kind: "not-found", lines: [3] },
  });
});

test("a lone half of a character matches nothing, so no character is ever cut in two", () => {
  expect(replace("x\u{1D54F}y", "\uD835", "a")).toEqual({ error: { kind: "not-found" } });
  expect(replace("x\u{1D54F}y", "\uDD4Fy", "a")).toEqual({ error: { kind: "not-found" } });
});

test("a file with a NUL is refused before anything else", () => {
  expect(replace("a\0b", "", "x")).toEqual({ error: { kind: "binary" } });
});

test("a CRLF file stays CRLF when an earlier edit removed its line ends", () => {
  const edits = [
    { old: "a\nb", new: "ab", replaceAll: false },
    { old: "ab", new: "a\nc", replaceAll: false },
  ];
  expect(applyEdit("a\r\nb", edits, { hasBom: false })).toEqual({ text: "a\r\nc", replaced: 2 });
});

test("the number of replacements is told", () => {
  expect(applyEdit("a a a", [{ old: "a", new: "b", replaceAll: true }], { hasBom: false })).toEqual({
    text: "b b b",
    replaced: 3,
  });
});

const pieces = fc.array(fc.constantFrom("a", "b", "\n", "\r\n", "\r", "$&", "\u{1D54F}", " "), {
  maxLength: 30,
});
const texts = pieces.map((parts) => parts.join(""));

test("whatever is replaced, everything before and after the place keeps its bytes", async () => {
  await fc.assert(
    fc.property(texts, texts, texts, (head, old, tail) => {
      // A join that makes a new CRLF out of two halves is another text than the three parts.
      fc.pre(!`${head}|${old}|${tail}`.includes("\r|") && old !== "");
      const result = replace(`${head}${old}${tail}`, old, "@");
      if ("error" in result) return result.error.kind === "multiple-matches";
      return result.text === `${head}@${tail}`;
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

test("with LF only, replacing all is what splitting and joining is", async () => {
  const unix = texts.map((text) => text.replaceAll("\r", ""));
  await fc.assert(
    fc.property(unix, unix, unix, (before, old, inserted) => {
      fc.pre(old !== "" && old !== inserted && before.includes(old));
      const result = applyEdit(before, [{ old, new: inserted, replaceAll: true }], { hasBom: false });
      return "text" in result && result.text === before.split(old).join(inserted);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});

test("a tie between line ends is LF and one line has none", () => {
  expect([mainLineEnd("a\r\nb\n"), mainLineEnd("a\r\nb\r\nc\n"), mainLineEnd("a")]).toEqual([
    "\n",
    "\r\n",
    undefined,
  ]);
});

test("ten megabytes of repetition are searched, edited and explained without a noticeable wait", () => {
  const before = "abcdefghi\n".repeat(1_000_000);
  const started = processorMs();
  expect(replace(before, "Abcdefghj", "x")).toMatchObject({ error: { kind: "not-found" } });
  expect(replace(before, "i\nabc", "x")).toMatchObject({
    error: { kind: "multiple-matches", count: 999_999 },
  });
  expect(processorMs() - started).toBeLessThan(8_000);
});
