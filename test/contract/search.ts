import { describe, expect, test } from "vitest";
import type { Search } from "../../src/core/ports.ts";
import { aborted, collect, never, type World } from "./world.ts";

export function describeSearch(name: string, make: () => Promise<{ search: Search; world: World }>): void {
  describe(`search: ${name}`, () => {
    test("lines come one by one, relative to the folder", async () => {
      const { search, world } = await make();
      await world.put("a.txt", "needle ü one\r\nother\nneedle two");
      const lines = await collect(
        search.ripgrep(["--line-number", "needle"], { cwd: world.path("") }, never()),
      );
      expect(lines).toEqual(["a.txt:1:needle ü one", "a.txt:3:needle two"]);
    });

    test("no match is an empty answer, not an error", async () => {
      const { search, world } = await make();
      await world.put("a.txt", "hay");
      expect(await collect(search.ripgrep(["needle"], { cwd: world.path("") }, never()))).toEqual([]);
    });

    test("a wrong pattern is told in ripgrep's own words", async () => {
      const { search, world } = await make();
      await world.put("a.txt", "hay");
      await expect(collect(search.ripgrep(["("], { cwd: world.path("") }, never()))).rejects.toMatchObject({
        kind: "invalid_input",
        message: expect.stringContaining("unclosed group"),
      });
    });

    test("a folder that does not exist is not found", async () => {
      const { search, world } = await make();
      await expect(
        collect(search.ripgrep(["x"], { cwd: world.path("none") }, never())),
      ).rejects.toMatchObject({ kind: "not_found" });
    });

    test("a very long line is cut instead of filling the memory", async () => {
      const { search, world } = await make();
      await world.put("min.js", `needle${"x".repeat(3 * 1024 * 1024)}\nneedle`);
      const lines = await collect(
        search.ripgrep(["--no-line-number", "needle"], { cwd: world.path("") }, never()),
      );
      expect(lines.map((line) => line.length)).toEqual([1024 * 1024, "min.js:needle".length]);
    });

    test("an early return ends the search", async () => {
      const { search, world } = await make();
      await world.put("many.txt", "needle\n".repeat(500_000));
      for await (const line of search.ripgrep(["needle"], { cwd: world.path("") }, never())) {
        expect(line).toBe("many.txt:needle");
        break;
      }
    });

    test("a cancelled search rejects with the reason, before it begins and while it runs", async () => {
      const { search, world } = await make();
      await world.put("many.txt", "needle\n".repeat(500_000));
      await expect(collect(search.ripgrep(["needle"], { cwd: world.path("") }, aborted()))).rejects.toThrow(
        "stopped",
      );
      const controller = new AbortController();
      const reading = async (): Promise<void> => {
        for await (const _ of search.ripgrep(["needle"], { cwd: world.path("") }, controller.signal)) {
          controller.abort(new Error("stopped by the test"));
        }
      };
      await expect(reading()).rejects.toThrow("stopped");
    });
  });
}
