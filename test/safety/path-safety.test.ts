import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldSpelling, toSlashes } from "../../src/safety/fold-path.ts";
import { hostOf } from "../../src/safety/hosts.ts";
import { expandHome, refusePath } from "../../src/safety/path-safety.ts";
import { isProtectedForWriting, isSecret } from "../../src/safety/protected-files.ts";

describe("spelling", () => {
  test.each(["src/👩‍💻.md", "docs/❤️.md", "日本語.ts", "a b/c.ts", "...", "a~1.txt"])(
    "%s is an ordinary name",
    (path) => {
      expect(refusePath(path, "linux")).toBeUndefined();
    },
  );

  test("a hidden character is refused in a new name and accepted in one that is there", () => {
    expect(refusePath("src/a\u202eb.ts", "linux", { use: "write" })).toContain("cannot be seen");
    expect(refusePath("src/a\u202eb.ts", "linux", { use: "read" })).toBeUndefined();
  });

  test("a network path is refused unless the workspace lies there", () => {
    expect(refusePath("\\\\server\\share\\a", "win32")).toContain("network");
    expect(
      refusePath("\\\\server\\share\\p\\a", "win32", { roots: ["\\\\server\\share\\p"] }),
    ).toBeUndefined();
    expect(refusePath("\\\\server\\share\\p2\\a", "win32", { roots: ["\\\\server\\share\\p"] })).toContain(
      "network",
    );
  });

  test("Windows paths become paths with slashes", () => {
    expect(toSlashes("C:\\Users\\dev")).toBe("/c/Users/dev");
    expect(toSlashes("\\\\?\\C:\\Users")).toBe("/c/Users");
    expect(toSlashes("\\\\?\\UNC\\server\\share")).toBe("//server/share");
    expect(toSlashes("/a\\b")).toBe("/a\\b");
  });

  test("the home folder is put in only for a tilde that stands alone", () => {
    expect(["~", "~/a", "~b", "a/~", "$HOME"].map((path) => expandHome(path, "/h"))).toEqual([
      "/h",
      "/h/a",
      "~b",
      "a/~",
      "$HOME",
    ]);
  });

  test("nothing here fails, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("darwin", "linux", "win32", undefined),
        (path, platform) => {
          refusePath(path, platform);
          isProtectedForWriting(path);
          isSecret(path);
          foldSpelling(path);
          hostOf(path);
        },
      ),
    );
  });
});

describe("protected files", () => {
  test("stay protected in every spelling that some disk takes for the same file", () => {
    const spellings = fc
      .constantFrom(".git/config", ".vscode/tasks.json", ".env", "AGENTS.md", ".github/workflows/x.yml")
      .chain((path) =>
        fc
          .array(fc.constantFrom("upper", "invisible", "dot", "backslash", "deeper", "around"), {
            maxLength: 4,
          })
          .map((changes) => changes.reduce(respell, path)),
      );
    fc.assert(
      fc.property(spellings, (path) => {
        expect(`${path} ${isProtectedForWriting(path)}`).toBe(`${path} true`);
      }),
    );
  });

  test("every secret is protected from writing as well", () => {
    const name = fc.constantFrom(
      ".env",
      ".env.local",
      "id_rsa",
      "a.pem",
      ".aws/x",
      ".ssh/y",
      "prod.tfvars",
      "README.md",
      ".env.example",
      "x.pub",
    );
    fc.assert(
      fc.property(name, (path) => {
        expect(!isSecret(path) || isProtectedForWriting(path)).toBe(true);
      }),
    );
  });
});

function respell(path: string, change: string): string {
  if (change === "upper") return path.toUpperCase();
  if (change === "invisible") return path.replace(/[a-z]/i, "$&\u200d");
  if (change === "dot") return path.replace("/", "./");
  if (change === "backslash") return path.replace("/", "\\");
  if (change === "deeper") return `packages/a/${path}`;
  return `src/../${path}`;
}

test("a URL names a host only when every reader agrees which", () => {
  expect(hostOf("https://EXAMPLE.com./a")).toBe("example.com");
  for (const url of [
    "https://a.example\\@b.example/",
    "https://u:p@b.example/",
    "ftp://a.example",
    "javascript:1",
    "",
    "https://a .example",
  ])
    expect(hostOf(url)).toBeUndefined();
});
