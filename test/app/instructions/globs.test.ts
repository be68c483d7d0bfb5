import { describe, expect, test } from "vitest";
import { globMatcher } from "../../../src/app/instructions/globs.ts";

const matches = (glob: string | string[], path: string): boolean | undefined =>
  globMatcher([glob].flat())?.(path);

describe("a glob", () => {
  test.each<[string, string, boolean]>([
    ["src/**/*.ts", "src/a.ts", true],
    ["src/**/*.ts", "src/a/b/c.ts", true],
    ["src/**/*.ts", "lib/src/a.ts", false],
    ["src/*.ts", "src/a/b.ts", false],
    ["**/*.ts", "a.ts", true],
    ["**/*.ts", "x/y/a.ts", true],
    ["**", "x/y", true],
    ["*.ts", "x/y/a.ts", true],
    ["/*.ts", "x/a.ts", false],
    ["./a.ts", "a.ts", true],
    ["./a.ts", "x/a.ts", false],
    ["src/", "src/x/y", true],
    ["src/**", "src", false],
    ["src/**/", "src/a/b", true],
    ["a?c.md", "abc.md", true],
    ["a?c.md", "ac.md", false],
    ["[ab]x", "ax", true],
    ["[!ab]x", "cx", true],
    ["[!ab]x", "ax", false],
    ["[a-c]x", "bx", true],
    ["[]]x", "]x", true],
    ["src/*.{ts,tsx}", "src/a.tsx", true],
    ["{src,test/{unit,e2e}}/*.ts", "test/e2e/a.ts", true],
    ["{src}/*.ts", "{src}/a.ts", true],
    ["a[b.ts", "a[b.ts", false],
    ["[", "[", false],
    ["", "a", false],
    ["src\\*.ts", "src/a.ts", true],
    ["*.ts", "A.TS", false],
    ["docs/*.md", "docs/日本.md", true],
    ["?.md", "😀.md", true],
    ["**/**/a", "a", true],
  ])("%s and %s: %s", (glob, path, expected) => {
    expect(matches(glob, path)).toBe(expected);
  });

  test("that is malformed leaves the others alone", () => {
    expect(matches(["[", "*.ts"], "a.ts")).toBe(true);
  });

  test("ignores case where the file system does", () => {
    expect(globMatcher(["SRC/*.TS"], true)?.("src/a.ts")).toBe(true);
  });

  // Without the limits these two would never end.
  test("that would become thousands is no glob, and costs nothing", () => {
    expect(globMatcher(["{a,b}".repeat(30)])).toBeUndefined();
    expect(globMatcher([`{${"a,".repeat(5_000)}b}`])).toBeUndefined();
    expect(globMatcher(["{".repeat(2_000)])).toBeDefined();
    expect(globMatcher(Array.from({ length: 900 }, () => `${"x".repeat(9_000)}{a,b}`))).toBeUndefined();
  });

  test("cannot be made slow", () => {
    expect(matches(`${"*a".repeat(60)}b`, "a".repeat(255))).toBe(false);
    expect(matches(`${"**/a/".repeat(60)}b`, "a/".repeat(400))).toBe(false);
  });
});
