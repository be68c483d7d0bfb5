import { describe, expect, test } from "vitest";
import type { Clock } from "../../src/core/ports.ts";
import { aborted, never } from "./world.ts";

export function describeClock(name: string, clock: Clock): void {
  describe(`clock: ${name}`, () => {
    test("time passes while it sleeps", async () => {
      const before = clock.now();
      await clock.sleep(20, never());
      expect(clock.now() - before).toBeGreaterThanOrEqual(19);
    });

    test("a cancelled sleep rejects with the reason at once", async () => {
      await expect(clock.sleep(1_000_000, aborted())).rejects.toThrow("stopped");
    });
  });
}
