import { cpSync } from "node:fs";
import { join } from "node:path";
import { load, need, needOnly, testsPass } from "../../checks.mjs";

needOnly("src/slugify.js", "test/slugify.test.js", "README.md");
const { slugify } = await load("src/slugify.js");
const CASES = [
  ["Hello big world", 9, "hello-big"],
  ["Hello big world", 10, "hello-big"],
  ["Hello big world", 8, "hello"],
  ["Hello big world", 15, "hello-big-world"],
  ["Incomprehensible", 5, "incom"],
  ["Incomprehensible words", 5, "incom"],
  ["Hello, World!", undefined, "hello-world"],
];
for (const [title, maxLength, slug] of CASES) {
  const made = maxLength === undefined ? slugify(title) : slugify(title, { maxLength });
  need(made === slug, `${title} within ${maxLength} is ${made}`);
}
need(testsPass(), "The tests fail.");

// Tests that pass without the feature test something else.
const copy = join(process.cwd(), "without");
cpSync(process.env.EVAL_WORKSPACE, copy, { recursive: true });
cpSync(join(process.env.EVAL_BEFORE, "src"), join(copy, "src"), { recursive: true });
need(!testsPass(copy), "The tests pass without the feature.");
