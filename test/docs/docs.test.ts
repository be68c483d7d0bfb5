import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toolWorld } from "../tools/tool-world.ts";
import { countLines } from "./example-tool.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

test("the tool in CONTRIBUTING is the one that compiles", () => {
  const example = /<!-- example: (\S+) -->\n```ts\n([\s\S]*?)```/.exec(read("CONTRIBUTING.md"));
  expect(example?.[2]).toBe(read(example?.[1] ?? ""));
});

test("and it runs", async () => {
  const { run } = toolWorld({ files: { "/w/a.txt": "one\ntwo" } });
  expect((await run(countLines, { file_path: "a.txt" })).content).toBe("2 lines");
});

test("the map of the house fits on 150 lines, and every folder on it is there", () => {
  const page = read("ARCHITECTURE.md");
  expect(page.split("\n").length).toBeLessThanOrEqual(150);
  for (const [, path] of page.matchAll(/`((?:core|app|review)\/[a-z-]+\.ts)`/g))
    expect(read(`src/${path}`)).not.toBe("");
});

test("pictures in the README are there", () => {
  for (const [, path] of read("README.md").matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) {
    expect(
      readFileSync(join(root, path ?? ""))
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
  }
});
