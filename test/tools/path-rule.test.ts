import { beforeAll, expect, test } from "vitest";
import { parseRule } from "../../src/safety/rules.ts";
import { loadShell } from "../../src/safety/shell/late.ts";
import { builtinTools } from "../../src/tools/index.ts";
import { memoryPaths } from "../support/memory-host.ts";
import { toolWorld } from "./tool-world.ts";

beforeAll(loadShell);

const place = { cwd: "/w", roots: ["/w"], home: "/home/me", paths: memoryPaths, isCaseInsensitive: false };
const { accesses, suggestions } = toolWorld();

const CALLS: [string, Record<string, unknown>][] = [
  ["Edit", { file_path: "src/a.ts", old_string: "a", new_string: "b" }],
  ["Edit", { file_path: "app/[id]/{x}/(y)/a b.ts", old_string: "a", new_string: "b" }],
  ["Edit", { file_path: "a*b\\c.ts", old_string: "a", new_string: "b" }],
  ["Edit", { file_path: ".github/workflows/ci.yml", old_string: "a", new_string: "b" }],
  ["Write", { file_path: "README.md", content: "" }],
  ["Write", { file_path: "/data/other/deep/x.txt", content: "" }],
  ["Read", { file_path: "config/.env.local" }],
  ["Read", { file_path: "/usr/include/sys/types.h" }],
  ["Grep", { pattern: "x", path: "/usr/include" }],
  ["Glob", { pattern: "/usr/include/**/*.h" }],
  ["Bash", { command: "npm run build -- --mode=production" }],
  ["WebFetch", { url: "https://docs.example:8443/x" }],
  ["WebFetch", { url: "http://localhost:3000/" }],
];

test.each(CALLS)("what %s %o suggests is understood by the rules, and allows it", async (name, input) => {
  const tool = builtinTools.find(({ spec }) => spec.name === name)!;
  const choices = await suggestions(tool, input);
  expect(choices).not.toEqual([]);
  for (const texts of choices) {
    const rules = texts.flatMap((text) => parseRule("allow", text, "test", place) ?? []);
    for (const { kind, target } of accesses(tool, input)) {
      const isAllowed = rules.some((rule) => rule.kind === kind && rule.matches(target));
      expect([texts, kind, target, isAllowed]).toEqual([texts, kind, target, true]);
    }
  }
});

test("a suggested rule reaches no further than its folder", async () => {
  const edit = builtinTools.find(({ spec }) => spec.name === "Edit")!;
  const suggested = await suggestions(edit, {
    file_path: "src/[a]/x.ts",
    old_string: "a",
    new_string: "b",
  });
  const rules = suggested.flat().flatMap((text) => parseRule("allow", text, "test", place) ?? []);
  const covers = (path: string): boolean =>
    rules.some(({ kind, matches }) => kind === "write" && matches(path));
  expect(["/w/src/[a]/y.ts", "/w/src/a/y.ts", "/w/src/x.ts", "/w/other.ts"].map(covers)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test("with several folders a suggested rule covers the one that was asked about", async () => {
  const edit = builtinTools.find(({ spec }) => spec.name === "Edit")!;
  const roots = ["/w", "/other"];
  const both = { ...place, roots };
  const covers = async (file_path: string, path: string): Promise<boolean> => {
    const { suggestions } = toolWorld({ roots });
    const choices = await suggestions(edit, { file_path, old_string: "a", new_string: "b" });
    return choices
      .flat()
      .flatMap((text) => parseRule("allow", text, "test", both) ?? [])
      .some(({ kind, matches }) => kind === "write" && matches(path));
  };
  expect(await covers("/other/a.txt", "/other/a.txt")).toBe(true);
  expect(await covers("/other/a.txt", "/w/a.txt")).toBe(false);
  expect(await covers("/w/src/a.txt", "/w/src/b.txt")).toBe(true);
  expect(await covers("/w/src/a.txt", "/other/src/b.txt")).toBe(false);
});
