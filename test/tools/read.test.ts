import { expect, test } from "vitest";
import { AgentError } from "../../src/core/errors.ts";
import { sha256 } from "../../src/core/hash.ts";
import type { FileSystem } from "../../src/core/ports.ts";
import { read } from "../../src/tools/read.ts";
import { toolRunner, toolWorld } from "./tool-world.ts";

test("lines are numbered, whatever ends them", async () => {
  const { say } = toolWorld({ files: { "/w/a.txt": "one\r\ntwo\n\nfour" } });
  expect(await say(read, { file_path: "a.txt" })).toBe("1\tone\n2\ttwo\n3\t\n4\tfour");
});

test("the text in the editor wins over the disk, and the model is told that it is unsaved", async () => {
  const { say } = toolWorld({ files: { "/w/a.txt": "old" }, unsaved: { "/w/a.txt": "new" } });
  expect(await say(read, { file_path: "/w/a.txt" })).toBe(
    "1\tnew\n[The editor holds unsaved changes of this file; this is its text.]",
  );
});

test("a file that was never saved can be read", async () => {
  const { say } = toolWorld({ unsaved: { "/w/new.txt": "draft" } });
  expect(await say(read, { file_path: "new.txt" })).toContain("1\tdraft");
});

test("a byte order mark is not shown", async () => {
  const { say } = toolWorld({ files: { "/w/a.txt": "\uFEFFone" } });
  expect(await say(read, { file_path: "a.txt" })).toBe("1\tone");
});

test("a long file is read in pages that say how to go on", async () => {
  const { say } = toolWorld({ files: { "/w/a.txt": "x\n".repeat(4_500) } });
  const first = await say(read, { file_path: "a.txt" });
  expect(first.endsWith("2000\tx\n[Lines 1-2000 of 4500. Go on: call Read with offset=2001.]")).toBe(true);
  expect(await say(read, { file_path: "a.txt", offset: 4_499 })).toBe("4499\tx\n4500\tx");
  expect(await say(read, { file_path: "a.txt", offset: 2, limit: 1 })).toBe(
    "2\tx\n[Lines 2-2 of 4500. Go on: call Read with offset=3.]",
  );
});

test("a page holds at most 60,000 characters, and long lines are cut", async () => {
  const { run, say } = toolWorld({ files: { "/w/a.txt": `${"y".repeat(3_000)}\n`.repeat(100) } });
  const text = await say(read, { file_path: "a.txt" });
  expect(text.length).toBeLessThan(61_000);
  expect(text.split("\n")[0]).toBe(`1\t${"y".repeat(2_000)}… [line cut after 2000 characters]`);
  expect(text).toMatch(/\[Lines 1-(\d+) of 100\. Go on: call Read with offset=/);
  expect((await run(read, { file_path: "a.txt" })).seen?.[0]?.isPartial).toBe(true);
});

test("an empty file, and a range past the end, are said in words", async () => {
  const { say } = toolWorld({ files: { "/w/empty": "", "/w/a.txt": "one\n" } });
  expect(await say(read, { file_path: "empty" })).toBe("[empty is empty.]");
  expect(await say(read, { file_path: "a.txt", offset: 9 })).toBe(
    "[Nothing there: a.txt has 1 lines, so line 9 is past its end.]",
  );
});

test("what was read is remembered, and whether it was all of it", async () => {
  const { run, seen } = toolWorld({ files: { "/w/a.txt": "1\n2\n3\n" } });
  const hash = await sha256("1\n2\n3\n");
  await run(read, { file_path: "a.txt", limit: 2 });
  expect(seen.get("/w/a.txt")).toMatchObject({ path: "/w/a.txt", hash, isPartial: true });
  await run(read, { file_path: "a.txt" });
  expect(seen.get("/w/a.txt")).toMatchObject({ path: "/w/a.txt", hash, isPartial: false });
  await run(read, { file_path: "a.txt", limit: 1 });
  expect(seen.get("/w/a.txt")?.isPartial).toBe(false);
});

test("folders, devices, missing and binary files are refused with what to do instead", async () => {
  const { fail } = toolWorld({
    files: { "/w/src/a": "x", "/w/bin": new Uint8Array([1, 0, 2, 255]) },
    devices: ["/w/pipe"],
  });
  expect(await fail(read, { file_path: "src" })).toBe(
    "invalid_input: src is a folder. List it with Glob and a pattern.",
  );
  expect(await fail(read, { file_path: "pipe" })).toBe(
    "unreadable: pipe is a pipe, socket or device, not a file.",
  );
  expect(await fail(read, { file_path: "none" })).toBe("not_found: /w/none does not exist.");
  expect(await fail(read, { file_path: "bin" })).toBe(
    "unreadable: bin is a binary file (4 bytes), so it cannot be read as text.",
  );
});

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : part)),
  );
const png = (width: number): Uint8Array =>
  bytes([0x89], "PNG\r\n", [0x1a, 0x0a, 0, 0, 0, 13], "IHDR", [
    0,
    0,
    width >> 8,
    width & 255,
    0,
    0,
    0,
    2,
    8,
    6,
  ]);
const images: Record<string, Uint8Array> = {
  "image/png": png(3),
  "image/gif": bytes("GIF89a", [3, 0, 2, 0, 0, 0]),
  "image/webp": bytes("RIFF", [0, 0, 0, 0], "WEBPVP8X", [10, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0]),
  "image/jpeg": bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 9, 8, 0, 2, 0, 3, 1, 0, 0]),
};

test.each(Object.entries(images))("%s is known by its bytes and shown as an image", async (type, data) => {
  const { run } = toolWorld({ files: { "/w/picture.dat": data } });
  const source = { type: "base64", media_type: type, data: Buffer.from(data).toString("base64") };
  expect((await run(read, { file_path: "picture.dat" })).content).toEqual([{ type: "image", source }]);
});

test("an image the provider would refuse is refused before it spoils the conversation", async () => {
  const { fail } = toolWorld({
    files: { "/w/wide.png": png(9_000), "/w/cut.png": png(3).slice(0, 14), "/w/fat.png": fat() },
  });
  expect(await fail(read, { file_path: "wide.png" })).toMatch(/^unreadable: wide\.png is too big to look at/);
  expect(await fail(read, { file_path: "fat.png" })).toMatch(/^unreadable: fat\.png is too big to look at/);
  expect(await fail(read, { file_path: "cut.png" })).toMatch(/^unreadable: cut\.png is a binary file/);
});

function fat(): Uint8Array {
  const data = new Uint8Array(5 * 1024 * 1024 + 1);
  data.set(png(3));
  return data;
}

/** A file of any size that exists only while it is read. */
function endlessFile(lineAt: (line: number) => string, sizeBytes: number) {
  const world = toolWorld();
  let readBytes = 0;
  const width = lineAt(1).length;
  const fs: FileSystem = {
    ...world.host.fs,
    stat: async () => ({ kind: "file", sizeBytes, modifiedMs: 0 }),
    async read(_path, _signal, { offset, length } = { offset: 0, length: sizeBytes }) {
      const size = Math.max(0, Math.min(length, sizeBytes - offset));
      readBytes += size;
      const first = Math.floor(offset / width);
      let text = "";
      for (let line = first; text.length < size + width; line += 1) text += lineAt(line + 1);
      return new TextEncoder().encode(text.slice(offset % width, (offset % width) + size));
    },
  };
  const open = async (): Promise<never> => {
    throw new AgentError("unreadable", "more than 50 MB");
  };
  const runner = toolRunner({ ...world.host, fs, documents: { ...world.host.documents, open } });
  return { ...runner, readBytes: () => readBytes };
}

test("a file of 2 GB is read in ranges, and no further than the page needs", async () => {
  const { run, say, readBytes } = endlessFile((line) => `${String(line).padStart(9, "0")}\n`, 2_000_000_000);
  const text = await say(read, { file_path: "log", offset: 300_000, limit: 2 });
  expect(text).toBe(
    "300000\t000300000\n300001\t000300001\n[Lines 300000-300001. Go on: call Read with offset=300002.]",
  );
  expect(readBytes()).toBeLessThan(6_000_000);
  expect((await run(read, { file_path: "log" })).seen).toBeUndefined();
});

test("one line of 60 MB is cut and not kept", async () => {
  const { say } = endlessFile(() => "z".repeat(1_000), 60_000_000);
  expect(await say(read, { file_path: "min.js" })).toBe(
    `1\t${"z".repeat(2_000)}… [line cut after 2000 characters]`,
  );
});

test("reading inside the workspace needs no rule; secrets and other places get the narrowest that helps", async () => {
  const { suggestions } = toolWorld();
  const rules = (file_path: string) => suggestions(read, { file_path });
  expect(await rules("src/a.ts")).toEqual([]);
  expect(await rules(".env")).toEqual([["Read(/.env)"]]);
  expect(await rules("/usr/include/stdio.h")).toEqual([
    ["Read(//usr/include/stdio.h)"],
    ["Read(//usr/include/**)"],
  ]);
  expect(await rules("/etc/hosts")).toEqual([["Read(//etc/hosts)"]]);
  expect((await rules("/data/[x]/y/a*.txt")).at(-1)).toEqual(["Read(//data/\\[x\\]/y/**)"]);
});

test("the title says what is read", () => {
  const { title } = toolWorld();
  expect(title(read, { file_path: "/w/src/a.ts" })).toBe("Read src/a.ts");
  expect(title(read, { file_path: "/etc/hosts", offset: 5, limit: 10 })).toBe("Read /etc/hosts, lines 5-14");
});
