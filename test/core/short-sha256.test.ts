import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import { shortSha256 } from "../../src/core/short-sha256.ts";

const real = (value: Uint8Array | string): string => createHash("sha256").update(value).digest("hex");

test("a short text has the hash that everybody else works out, whatever its length", () => {
  for (let length = 0; length < 300; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256);
    expect(shortSha256(bytes)).toBe(real(bytes));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => {
      expect(shortSha256(bytes)).toBe(real(bytes));
    }),
  );
});

test("short and long texts are hashed alike", async () => {
  for (const text of [
    "",
    "abc",
    "ä€😀".repeat(500),
    "x".repeat(8_192),
    "y".repeat(8_193),
    "z".repeat(100_000),
  ])
    expect(await sha256(text)).toBe(real(text));
});
