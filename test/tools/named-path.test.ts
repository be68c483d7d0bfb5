import { expect, test } from "vitest";
import { diagnostics } from "../../src/tools/diagnostics.ts";
import { edit } from "../../src/tools/edit.ts";
import { glob } from "../../src/tools/glob.ts";
import { grep } from "../../src/tools/grep.ts";
import { read } from "../../src/tools/read.ts";
import { write } from "../../src/tools/write.ts";
import { toolWorld } from "./tool-world.ts";

const AMBIGUOUS = ["~", "~/notes.txt", "~root/x", "file:///etc/passwd", "https://example.com/x", " "];

test.each(AMBIGUOUS)("%j is no name of a file in the workspace, for no tool", (path) => {
  const { place } = toolWorld();
  for (const [tool, input] of [
    [read, { file_path: path }],
    [write, { file_path: path, content: "" }],
    [edit, { file_path: path, old_string: "a", new_string: "b" }],
    [diagnostics, { path }],
    [grep, { pattern: "x", path }],
    [glob, { pattern: "*", path }],
  ] as const) {
    expect(() => tool.prepare(input, place)).toThrow(expect.objectContaining({ kind: "invalid_input" }));
  }
});

test("a name that begins with a tilde can be said, and a search without a path is in the workspace", () => {
  const { place } = toolWorld();
  expect(read.prepare({ file_path: "./~$a.txt" }, place).accesses).toEqual([
    { kind: "read", target: "/w/~$a.txt" },
  ]);
  expect(grep.prepare({ pattern: "x", path: "" }, place).accesses).toEqual([{ kind: "read", target: "/w" }]);
});
