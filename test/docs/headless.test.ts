import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openTerminal } from "../cli/terminal.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";

const page = readFileSync(new URL("../../docs/headless.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/<!-- example: (.+) -->\n```\n([\s\S]+?)\n```/g)].map(
  ([, args = "", text = ""]) => ({ args, lines: text.split("\n").map((line): unknown => JSON.parse(line)) }),
);
/** Words, of which those in quotes or braces are one. */
const split = (args: string): string[] =>
  [...args.matchAll(/"([^"]*)"|(\{.*\})|(\S+)/g)].map(
    ([, quoted, json, plain]) => quoted ?? json ?? plain ?? "",
  );

test("there are examples of every output", () => {
  expect(examples).toHaveLength(3);
});

test.each(examples)("the shipped program answers `plumb $args` as the page says", async ({ args, lines }) => {
  const isCount = args.includes("How many?");
  const terminal = await openTerminal(
    isCount
      ? [reply(call("StructuredOutput", { count: 3 }))]
      : [reply(call("Read", { file_path: "a.txt" })), reply(say("It says A."))],
  );
  writeFileSync(join(terminal.dir, "a.txt"), "A");
  const { code, out } = await terminal.run(split(args)).ended;
  expect(code).toBe(0);
  const printed = out
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(printed).toMatchObject(lines);
});

test("every flag that the program offers is on the page, and no other", async () => {
  const terminal = await openTerminal([]);
  const { out } = await terminal.run(["--help"]).ended;
  const offered = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = ""]) => flag);
  expect(offered.length).toBeGreaterThan(25);
  const own = ["--version", "--help"];
  expect(offered.filter((flag) => !own.includes(flag) && !page.includes(flag) && flag !== "--print")).toEqual(
    [],
  );
});
