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

test.each(CALLS)("what %s %o suggests is understood by the rules, and allows it", (name, input) => {
  const tool = builtinTools.find(({ spec }) => spec.name === name)!;
  const rules = suggestions(tool, input).flatMap((text) => parseRule("allow", text, "test", place) ?? []);
  expect(rules).not.toEqual([]);
  for (const { kind, target } of accesses(tool, input)) {
    const isAllowed = rules.some((rule) => rule.kind === kind && rule.matches(target));
    // A folder is searched from within; what has to be allowed is what it holds.
    const holds = kind === "read" && rules.some((rule) => rule.kind === kind && rule.matches(`${target}/x`));
    expect([kind, target, isAllowed || holds]).toEqual([kind, target, true]);
  }
});

test("a suggested rule reaches no further than its folder", () => {
  const edit = builtinTools.find(({ spec }) => spec.name === "Edit")!;
  const suggested = suggestions(edit, { file_path: "src/[a]/x.ts", old_string: "a", new_string: "b" });
  const rules = suggested.flatMap((text) => parseRule("allow", text, "test", place) ?? []);
  const covers = (path: string): boolean =>
    rules.some(({ kind, matches }) => kind === "write" && matches(path));
  expect(["/w/src/[a]/y.ts", "/w/src/a/y.ts", "/w/src/x.ts", "/w/other.ts"].map(covers)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test("with several folders a suggested rule covers the one that was asked about", () => {
  const edit = builtinTools.find(({ spec }) => spec.name === "Edit")!;
  const roots = ["/w", "/other"];
  const both = { ...place, roots };
  const covers = (file_path: string, path: string): boolean =>
    edit
      .prepare({ file_path, old_string: "a", new_string: "b" }, { ...both, readable: [] })
      .suggestions.flatMap((text) => parseRule("allow", text, "test", both) ?? [])
      .some(({ kind, matches }) => kind === "write" && matches(path));
  expect(covers("/other/a.txt", "/other/a.txt")).toBe(true);
  expect(covers("/other/a.txt", "/w/a.txt")).toBe(false);
  expect(covers("/w/src/a.txt", "/w/src/b.txt")).toBe(true);
  expect(covers("/w/src/a.txt", "/other/src/b.txt")).toBe(false);
});
