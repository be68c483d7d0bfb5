import fc from "fast-check";
import picomatch from "picomatch";
import { expect, test } from "vitest";
import { globsOverlap } from "../../src/safety/glob-overlap.ts";

test.each([
  ["/p/.env", "/p/.en?", true],
  ["/p/.env", "/p/.e*", true],
  ["/p/.env", "/p/*.md", false],
  ["/p/**/.env", "/p/a/b/.[e]nv", true],
  ["/p/**/*.pem", "/p/x/*.p?m", true],
  ["/p/secrets", "/p/sec*/a", true],
  ["/p/secrets", "/p/*", true],
  ["/p/src/*.ts", "/p/src/*.md", false],
  ["/p/a/b", "/p/a", false],
])("%s and %s: %s", (pattern, path, expected) => {
  expect(globsOverlap(pattern, path)).toBe(expected);
});

test("whatever matches both, they overlap", () => {
  const piece = fc.constantFrom("a", "b", "?", "*", "ab");
  const glob = fc
    .array(
      fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("").replaceAll(/\*+/g, "*")),
      { minLength: 1, maxLength: 3 },
    )
    .map((segments) => `/${segments.join("/")}`);
  const path = fc
    .array(fc.stringMatching(/^[ab]{1,3}$/), { minLength: 1, maxLength: 3 })
    .map((segments) => `/${segments.join("/")}`);
  fc.assert(
    fc.property(glob, glob, path, (one, other, file) => {
      fc.pre(picomatch(one)(file) && picomatch(other)(file));
      expect(globsOverlap(one, other)).toBe(true);
    }),
    { numRuns: 500, maxSkipsPerRun: 1_000 },
  );
});
