import { describe, expect, test } from "vitest";
import type { Paths } from "../../src/core/ports.ts";

/** For the paths of a Unix file system. */
export function describePaths(name: string, paths: Paths): void {
  describe(`paths: ${name}`, () => {
    test.each([
      ["/proj", "/proj/src/a.ts", "src/a.ts"],
      ["/proj", "/proj", ""],
      ["/proj", "/proj2/a", undefined],
      ["/proj", "/", undefined],
      ["/proj", "/proj/..", undefined],
      ["/proj", "/proj/..hidden", "..hidden"],
      ["/proj/", "/proj/a", "a"],
      ["/", "/etc/passwd", "etc/passwd"],
    ])("of root %s, %s is %s", (root, path, expected) => {
      expect(paths.within(root, path)).toBe(expected);
    });

    test("a relative path is resolved against its base, an absolute one stands for itself", () => {
      expect(paths.resolve("/proj", "../x/./y")).toBe("/x/y");
      expect(paths.resolve("/proj", "/etc")).toBe("/etc");
      expect(paths.join("/proj", "a", "../b")).toBe("/proj/b");
      expect([paths.basename("/a/b.ts"), paths.dirname("/a/b.ts")]).toEqual(["b.ts", "/a"]);
    });
  });
}
