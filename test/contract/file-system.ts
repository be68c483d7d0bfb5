import { describe, expect, test } from "vitest";
import type { FileSystem } from "../../src/core/ports.ts";
import { aborted, never, utf8, type World } from "./world.ts";

export function describeFileSystem(
  name: string,
  make: () => Promise<{ fs: FileSystem; world: World }>,
): void {
  describe(`file system: ${name}`, () => {
    test("a file has a size, a folder is a folder, and what is missing is not found", async () => {
      const { fs, world } = await make();
      await world.put("folder/a.txt", "hello");
      expect(await fs.stat(world.path("folder/a.txt"))).toMatchObject({ kind: "file", sizeBytes: 5 });
      expect(await fs.stat(world.path("folder"))).toMatchObject({ kind: "directory" });
      await expect(fs.stat(world.path("none"))).rejects.toMatchObject({ kind: "not_found" });
    });

    test("a file is read whole or in part, and a range past its end is empty", async () => {
      const { fs, world } = await make();
      await world.put("a.bin", new Uint8Array([0, 1, 2, 255, 4]));
      const read = async (range?: { offset: number; length: number }) => [
        ...(await fs.read(world.path("a.bin"), never(), range)),
      ];
      expect(await read()).toEqual([0, 1, 2, 255, 4]);
      expect(await read({ offset: 1, length: 2 })).toEqual([1, 2]);
      expect(await read({ offset: 3, length: 100 })).toEqual([255, 4]);
      expect(await read({ offset: 9, length: 1 })).toEqual([]);
    });

    test("reading what is missing is not found", async () => {
      const { fs, world } = await make();
      await expect(fs.read(world.path("none"), never())).rejects.toMatchObject({ kind: "not_found" });
    });

    test("a folder lists its entries, files apart from folders", async () => {
      const { fs, world } = await make();
      await world.put("top/a.txt", "a");
      await world.put("top/b/c.txt", "c");
      const entries = await fs.list(world.path("top"), never());
      expect(entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
        { name: "a.txt", isDirectory: false },
        { name: "b", isDirectory: true },
      ]);
    });

    test("the canonical path of something that does not exist yet is where it would be created", async () => {
      const { fs, world } = await make();
      await world.put("folder/a.txt", utf8("a"));
      const folder = await fs.canonical(world.path("folder"));
      expect(await fs.canonical(world.path("folder/new/deep.txt"))).toBe(
        world.path("folder/new/deep.txt").replace(world.path("folder"), folder),
      );
    });

    test("a cancelled read or listing rejects with the reason", async () => {
      const { fs, world } = await make();
      await world.put("folder/a.txt", "a");
      await expect(fs.read(world.path("folder/a.txt"), aborted())).rejects.toThrow("stopped");
      await expect(fs.list(world.path("folder"), aborted())).rejects.toThrow("stopped");
    });
  });
}
