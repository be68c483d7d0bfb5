import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import type { Documents } from "../../src/core/ports.ts";
import { aborted, never, utf8, type World } from "./world.ts";

/** What every adapter of `Documents` promises, for files that no editor holds unsaved. */
export function describeDocuments(
  name: string,
  make: () => Promise<{ documents: Documents; world: World }>,
): void {
  describe(`documents: ${name}`, () => {
    test("text comes as it stands, with its own line ends, and the hash is that of the text", async () => {
      const { documents, world } = await make();
      await world.put("a.txt", "one\r\ntwo\nthree — ü 🙂");
      const file = await documents.open(world.path("a.txt"), never());
      expect(file).toEqual({
        text: "one\r\ntwo\nthree — ü 🙂",
        hasBom: false,
        hash: await sha256("one\r\ntwo\nthree — ü 🙂"),
        isDirty: false,
      });
    });

    test("an empty file is a file", async () => {
      const { documents, world } = await make();
      await world.put("empty", "");
      expect(await documents.open(world.path("empty"), never())).toMatchObject({ text: "", hasBom: false });
    });

    test("a byte order mark is kept through a change and never part of the text", async () => {
      const { documents, world } = await make();
      await world.put("bom.txt", "\uFEFFold\r\n");
      const file = await documents.open(world.path("bom.txt"), never());
      expect(file).toMatchObject({ text: "old\r\n", hasBom: true });
      const saved = await documents.save(world.path("bom.txt"), "new\r\n", file.hash, never());
      expect(saved).toEqual({ text: "new\r\n", hasBom: true, hash: await sha256("new\r\n"), isDirty: false });
      expect(await world.bytes("bom.txt")).toEqual(utf8("\uFEFFnew\r\n"));
    });

    test.each([
      ["a NUL", new Uint8Array([65, 0, 66])],
      ["Latin-1", new Uint8Array([0x63, 0x61, 0x66, 0xe9])],
      ["a cut character", new Uint8Array([65, 0xe2, 0x82])],
    ])("a file with %s is unreadable rather than damaged", async (_what, bytes) => {
      const { documents, world } = await make();
      await world.put("odd", bytes);
      await expect(documents.open(world.path("odd"), never())).rejects.toMatchObject({ kind: "unreadable" });
    });

    test("a file of more than 50 MB is unreadable, and it is said what can be done with it", async () => {
      const { documents, world } = await make();
      await world.put("big.txt", "x".repeat(50 * 1024 * 1024 + 1));
      await expect(documents.open(world.path("big.txt"), never())).rejects.toMatchObject({
        kind: "unreadable",
        message: expect.stringMatching(/at most 50 MB can be read at once.*change it with a command/),
      });
    });

    test("a folder is unreadable, and what is missing is not found", async () => {
      const { documents, world } = await make();
      await world.put("folder/file", "x");
      await expect(documents.open(world.path("folder"), never())).rejects.toMatchObject({
        kind: "unreadable",
      });
      await expect(documents.open(world.path("none"), never())).rejects.toMatchObject({ kind: "not_found" });
    });

    test("a new file is created together with its parents", async () => {
      const { documents, world } = await make();
      const saved = await documents.save(world.path("a/b/c.txt"), "hello\n", undefined, never());
      expect(saved).toMatchObject({ text: "hello\n", hash: await sha256("hello\n") });
      expect(await world.bytes("a/b/c.txt")).toEqual(utf8("hello\n"));
    });

    test("creating a file that exists is refused, and it keeps its content", async () => {
      const { documents, world } = await make();
      await world.put("there.txt", "theirs");
      await expect(documents.save(world.path("there.txt"), "mine", undefined, never())).rejects.toMatchObject(
        { kind: "stale" },
      );
      expect(await world.bytes("there.txt")).toEqual(utf8("theirs"));
    });

    test("a change of a file that is something else now is refused", async () => {
      const { documents, world } = await make();
      await world.put("a.txt", "one");
      const { hash } = await documents.open(world.path("a.txt"), never());
      await world.put("a.txt", "two");
      await expect(documents.save(world.path("a.txt"), "mine", hash, never())).rejects.toMatchObject({
        kind: "stale",
      });
      expect(await world.bytes("a.txt")).toEqual(utf8("two"));
    });

    test("a change of a file that was deleted meanwhile is refused, and it stays deleted", async () => {
      const { documents, world } = await make();
      const gone = await sha256("gone");
      await expect(documents.save(world.path("a.txt"), "mine", gone, never())).rejects.toMatchObject({
        kind: "stale",
      });
      expect(await world.bytes("a.txt")).toBeUndefined();
    });

    test("saving what is there already succeeds", async () => {
      const { documents, world } = await make();
      await world.put("a.txt", "same");
      const { hash } = await documents.open(world.path("a.txt"), never());
      expect((await documents.save(world.path("a.txt"), "same", hash, never())).hash).toBe(hash);
    });

    test("a file that comes back has the form it is given", async () => {
      const { documents, world } = await make();
      await documents.save(world.path("bom.txt"), "x\n", undefined, never(), { hasBom: true });
      expect(await world.bytes("bom.txt")).toEqual(utf8("\uFEFFx\n"));
    });

    test("a file or a folder is moved, with the folders on the way, and over nothing", async () => {
      const { documents, world } = await make();
      for (const name of ["a.txt", "b.txt", "dir/c.txt"]) await world.put(name, name);
      await expect(documents.move(world.path("a.txt"), world.path("b.txt"), never())).rejects.toMatchObject({
        kind: "stale",
      });
      await expect(documents.move(world.path("a.txt"), world.path("dir"), never())).rejects.toMatchObject({
        kind: "stale",
      });
      await expect(documents.move(world.path("none"), world.path("x"), never())).rejects.toMatchObject({
        kind: "not_found",
      });
      expect(await documents.move(world.path("a.txt"), world.path("x/y/z.txt"), never())).toEqual([]);
      await documents.move(world.path("dir"), world.path("other"), never());
      expect(await world.bytes("a.txt")).toBeUndefined();
      expect(await world.bytes("b.txt")).toEqual(utf8("b.txt"));
      expect(await world.bytes("x/y/z.txt")).toEqual(utf8("a.txt"));
      expect(await world.bytes("other/c.txt")).toEqual(utf8("dir/c.txt"));
    });

    test("a file is removed only while it is what it was", async () => {
      const { documents, world } = await make();
      await world.put("a.txt", "one");
      const old = await sha256("zero");
      await expect(documents.remove(world.path("a.txt"), old, never())).rejects.toMatchObject({
        kind: "stale",
      });
      await documents.remove(world.path("a.txt"), await sha256("one"), never());
      expect(await world.bytes("a.txt")).toBeUndefined();
    });

    test("a cancelled change does not happen", async () => {
      const { documents, world } = await make();
      await world.put("a.txt", "one");
      const { hash } = await documents.open(world.path("a.txt"), never());
      await expect(documents.save(world.path("a.txt"), "two", hash, aborted())).rejects.toThrow("stopped");
      await expect(documents.save(world.path("b.txt"), "two", undefined, aborted())).rejects.toThrow(
        "stopped",
      );
      expect(await world.bytes("a.txt")).toEqual(utf8("one"));
      expect(await world.bytes("b.txt")).toBeUndefined();
    });
  });
}

/** For adapters that other tasks or programs may use at the same moment. */
export function describeDocumentRaces(
  name: string,
  make: () => Promise<{ documents: Documents; world: World }>,
): void {
  describe(`races for documents: ${name}`, () => {
    test("of two changes from the same base one wins and the other is told", async () => {
      const { documents, world } = await make();
      await world.put("a.txt", "one");
      const { hash } = await documents.open(world.path("a.txt"), never());
      const results = await Promise.allSettled(
        ["two", "three"].map((text) => documents.save(world.path("a.txt"), text, hash, never())),
      );
      expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      const winner = results[0]?.status === "fulfilled" ? "two" : "three";
      expect(await world.bytes("a.txt")).toEqual(utf8(winner));
    });
  });
}
