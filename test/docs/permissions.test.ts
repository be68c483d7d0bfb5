import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { plumb } from "../cli/plumb.ts";

const page = readFileSync(new URL("../../docs/permissions.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/<!-- example: (.+) -->\n```\n([\s\S]+?)\n```/g)].map(
  ([, args = "", text = ""]) => ({ args, lines: text.split("\n") }),
);

test("there are examples of every question", () => {
  expect(examples).toHaveLength(4);
});

test.each(examples)(
  "the shipped program answers `plumb $args` as the page says",
  { timeout: 30_000 },
  ({ args, lines }) => {
    const questions = lines.filter((_line, at) => at % 2 === 0);
    const answers = lines.filter((_line, at) => at % 2 === 1).map((line): unknown => JSON.parse(line));
    const { code, out } = plumb(args.split(" "), questions.join("\n"));
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
    ).toMatchObject(answers);
    expect(out).not.toContain("hunter2");
  },
);
