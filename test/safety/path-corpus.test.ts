import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";
import { checkPath, PathQuestion } from "../../src/safety/check/check-path.ts";

const Case = PathQuestion.extend({
  id: z.string(),
  why: z.string(),
  expected: z.enum(["inside", "outside", "protected"]),
});

const cases = readFileSync(new URL("../corpora/path-safety.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => Case.parse(JSON.parse(line)));

test.each(cases)("$id: $op $path is $expected ($why)", (entry) => {
  const { place, reasons } = checkPath(entry);
  expect(place).toBe(entry.expected);
  expect(reasons.length > 0).toBe(place !== "inside");
});
