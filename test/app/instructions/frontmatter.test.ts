import { describe, expect, test } from "vitest";
import { splitHead } from "../../../src/app/instructions/frontmatter.ts";

const pathsOf = (head: string): readonly string[] | undefined =>
  splitHead(`---\n${head}\n---\nBody`).head.paths;

describe("the head of a rule", () => {
  test.each<[string, string, string[] | undefined]>([
    ["one glob", "paths: src/**/*.ts", ["src/**/*.ts"]],
    ["one in quotes", 'paths: "src/**/*.ts"', ["src/**/*.ts"]],
    ["with commas", "paths: src/*.ts, lib/*.ts", ["src/*.ts", "lib/*.ts"]],
    ["commas in braces", "paths: src/*.{ts,tsx}, lib/*.ts", ["src/*.{ts,tsx}", "lib/*.ts"]],
    ["commas in quotes around all", "paths: 'a.ts, b.ts'", ["a.ts", "b.ts"]],
    ["a list in a line", "paths: [a.ts, 'b,c.ts', \"d.ts\"]", ["a.ts", "b,c.ts", "d.ts"]],
    ["a list of lines", "paths:\n  - a.ts\n  - 'b.ts' # why\n- c.ts", ["a.ts", "b.ts", "c.ts"]],
    ["a list with a remark and a blank line in it", "paths:\n  # x\n\n  - a.ts", ["a.ts"]],
    ["that begins with a star", "globs: **/*.ts,*.tsx", ["**/*.ts", "*.tsx"]],
    ["globs of Copilot", 'applyTo: "**/*.py"', ["**/*.py"]],
    ["that is empty says that it is about no files", "paths: []", []],
    ["empty globs", "globs:", []],
    ["of other keys only", "title: x\ntags:\n  - a", undefined],
    ["keys after the list end it", "paths:\n  - a.ts\ntags:\n  - b", ["a.ts"]],
  ])("%s", (_name, head, paths) => {
    expect(pathsOf(head)).toEqual(paths);
  });

  test("is taken off, and only at the beginning", () => {
    expect(splitHead("---\npaths: a\n---\nBody\n---\nmore").body).toBe("Body\n---\nmore");
    expect(splitHead("---\n---\nBody").body).toBe("Body");
    expect(splitHead("Body\n---\npaths: a\n---").body).toBe("Body\n---\npaths: a\n---");
    expect(splitHead("---\nnever ends").body).toBe("---\nnever ends");
    expect(splitHead("").body).toBe("");
  });

  test("says whether the rule always counts", () => {
    expect(splitHead("---\nalwaysApply: true\n---\n").head.alwaysApply).toBe(true);
    expect(splitHead("---\nalwaysApply: false\nglobs:\n---\n").head).toEqual({
      paths: [],
      alwaysApply: false,
    });
    expect(splitHead("x").head.alwaysApply).toBeUndefined();
  });
});
