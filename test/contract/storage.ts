import { describe, expect, test } from "vitest";
import type { Storage } from "../../src/core/ports.ts";

/** `make` gives two independent adapters of the same place, as two programs would have. */
export function describeStorage(name: string, make: () => Promise<readonly [Storage, Storage]>): void {
  describe(`storage: ${name}`, () => {
    test("lines are there as soon as they are appended, in order", async () => {
      const [storage, other] = await make();
      const log = await storage.openLog("s1");
      log.append('{"n":1}\n');
      log.append('{"n":"ü 🙂"}\n');
      expect(await other.readLog("s1")).toBe('{"n":1}\n{"n":"ü 🙂"}\n');
      await log.flush();
      await log.close();
    });

    test("a log that does not exist is not found", async () => {
      const [storage] = await make();
      await expect(storage.readLog("none")).rejects.toMatchObject({ kind: "not_found" });
    });

    test("one writes, the other is told so until it is closed", async () => {
      const [storage, other] = await make();
      const log = await storage.openLog("s1");
      await expect(other.openLog("s1")).rejects.toMatchObject({ kind: "locked" });
      await expect(storage.openLog("s1")).rejects.toMatchObject({ kind: "locked" });
      await expect(other.removeLog("s1")).rejects.toMatchObject({ kind: "locked" });
      log.append("first\n");
      await log.close();
      const next = await other.openLog("s1");
      next.append("second\n");
      await next.close();
      expect(await storage.readLog("s1")).toBe("first\nsecond\n");
    });

    test("of many that open the same log at once, exactly one may", async () => {
      const [storage, other] = await make();
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? storage : other).openLog("race")),
      );
      const opened = results.filter((result) => result.status === "fulfilled");
      expect(opened).toHaveLength(1);
      await opened[0]?.value.close();
    });

    test("a closed log takes nothing more, and closing twice is closing once", async () => {
      const [storage] = await make();
      const log = await storage.openLog("s1");
      await log.close();
      await log.close();
      expect(() => log.append("late\n")).toThrow(expect.objectContaining({ kind: "storage" }));
    });

    test("logs are listed with both their ends, and whether someone writes them", async () => {
      const [storage, other] = await make();
      const small = await storage.openLog("small");
      small.append("only line\n");
      await small.close();
      const large = await storage.openLog("large");
      large.append(`begin ${"ü".repeat(20_000)}`);
      large.append("end\n");
      const listed = await other.listLogs();
      const byId = new Map(listed.map((entry) => [entry.id, entry]));
      expect([...byId.keys()].toSorted()).toEqual(["large", "small"]);
      expect(byId.get("small")).toMatchObject({ head: "only line\n", tail: "only line\n", isLocked: false });
      const { head, tail, isLocked, sizeBytes } = byId.get("large")!;
      expect([head.startsWith("begin ü"), tail.endsWith("ü\nend\n"), isLocked]).toEqual([true, true, true]);
      expect(sizeBytes).toBe(40_000 + "begin \nend\n".length);
      expect([head, tail].map((part) => new TextEncoder().encode(part).length <= 8192)).toEqual([true, true]);
      await large.close();
    });

    test("nothing is listed where nothing was written", async () => {
      const [storage] = await make();
      expect(await storage.listLogs()).toEqual([]);
    });

    test("a removed log is gone", async () => {
      const [storage] = await make();
      const log = await storage.openLog("s1");
      log.append("x\n");
      await log.close();
      await storage.removeLog("s1");
      expect(await storage.listLogs()).toEqual([]);
      await expect(storage.readLog("s1")).rejects.toMatchObject({ kind: "not_found" });
    });

    test("documents are replaced whole, and a missing one is undefined", async () => {
      const [storage, other] = await make();
      expect(await storage.readDocument("rules")).toBeUndefined();
      await storage.writeDocument("rules", '{"a":1}');
      await storage.writeDocument("rules", '{"b":2}');
      expect(await other.readDocument("rules")).toBe('{"b":2}');
    });

    test.each([["../x"], ["a/b"], [""], [".hidden"], ["x".repeat(300)]])(
      "%j is no name for a log or a document",
      async (bad) => {
        const [storage] = await make();
        await expect(storage.writeDocument(bad, "x")).rejects.toMatchObject({ kind: "invalid_input" });
        await expect(storage.openLog(bad)).rejects.toMatchObject({ kind: "invalid_input" });
        await expect(storage.readLog(bad)).rejects.toMatchObject({ kind: "invalid_input" });
      },
    );
  });
}
