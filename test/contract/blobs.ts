import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import type { Blobs } from "../../src/core/ports.ts";

export function describeBlobs(name: string, make: () => Promise<Blobs>): void {
  describe(`blobs: ${name}`, () => {
    test.each([[""], ["plain\r\ntext"], ["ü 🙂 \u0000"]])("%j comes back under its hash", async (text) => {
      const blobs = await make();
      const hash = await blobs.put(text);
      expect(hash).toBe(await sha256(text));
      expect(await blobs.get(hash)).toBe(text);
    });

    test("putting the same text many times at once is putting it once", async () => {
      const blobs = await make();
      const hashes = await Promise.all(Array.from({ length: 20 }, () => blobs.put("same")));
      expect(new Set(hashes).size).toBe(1);
      expect(await blobs.get(hashes[0] ?? "")).toBe("same");
    });

    test("an unknown hash has no text, nor has something that is no hash", async () => {
      const blobs = await make();
      expect(await blobs.get("0".repeat(64))).toBeUndefined();
      expect(await blobs.get("../../etc/passwd")).toBeUndefined();
    });
  });
}
