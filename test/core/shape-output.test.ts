import { expect, test } from "vitest";
import { plainText, text } from "../../src/core/message.ts";
import { ReplyRoom } from "../../src/core/reply-room.ts";
import { shapeOutput } from "../../src/core/shape-output.ts";
import type { ToolOutput } from "../../src/core/tool.ts";
import { memoryHost } from "../support/memory-host.ts";

const LIMITS = {
  maxOutputChars: 10_000,
  previewEnds: { head: 2_000, tail: 1_000 },
  brings: "file text",
} as const;
const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `this is line ${i + 1}`).join("\n");

function world() {
  const { host, blobs } = memoryHost();
  const shape = async (output: ToolOutput, room = new ReplyRoom(), hide?: (text: string) => string) => {
    const secrets = hide && { ready: async () => undefined, hide, restore: (written: string) => written };
    const { content, seen } = await shapeOutput(output, LIMITS, { host, ...(secrets && { secrets }) }, room);
    return { said: plainText(content), seen, content };
  };
  return { shape, blobs };
}

test("what fits stays as it is, and nothing is a word about it", async () => {
  const { shape } = world();
  expect((await shape({ content: "one" })).said).toBe("one");
  expect((await shape({ content: " \n" })).said).toBe("(no output)");
});

test("of what is too long both ends are shown in whole lines, with what is left out and how to read on", async () => {
  const { shape, blobs } = world();
  const all = lines(2_000);
  const { said } = await shape({ content: all });
  const [head = "", note = "", tail = ""] = said.split(/\n(?=\[…)|(?<=…\])\n/);
  const [, left, chars, offset] =
    /^\[… (\d+) of 2000 lines, (\d+) of \d+ characters are left out here\. All of it is in \S+: Read it from offset=(\d+),/.exec(
      note,
    ) ?? [];
  expect(head.endsWith(`this is line ${Number(offset) - 1}`)).toBe(true);
  expect(tail.startsWith(`this is line ${Number(offset) + Number(left)}\n`)).toBe(true);
  expect(tail.endsWith("this is line 2000")).toBe(true);
  expect(Number(chars)).toBe(all.length - head.length - tail.length);
  expect(head.length).toBeLessThanOrEqual(2_000);
  expect(tail.length).toBeLessThanOrEqual(1_000);
  expect([...blobs.values()]).toEqual([all]);
});

test("one endless line is cut within, and no character is torn", async () => {
  const { shape } = world();
  const { said } = await shape({ content: "😀".repeat(20_000) });
  expect(said.isWellFormed()).toBe(true);
  expect(said.length).toBeLessThan(3_300);
});

test("secrets are taken out before anything is cut or saved", async () => {
  const { shape, blobs } = world();
  const all = `${"x".repeat(1_990)} PRIVATE-KEY ${"y ".repeat(10_000)}`;
  const { said } = await shape({ content: all }, undefined, (value) =>
    value.replace("PRIVATE-KEY", "[GONE]"),
  );
  expect(said).not.toContain("PRIV");
  expect([...blobs.values()].join("")).not.toContain("PRIVATE-KEY");
});

test("a tool that can go on with more shortens its own result", async () => {
  const { shape, blobs } = world();
  const shorter = (maxChars: number): ToolOutput => ({ content: `the first ${maxChars} characters` });
  expect((await shape({ content: lines(2_000), shorter })).said).toBe("the first 10000 characters");
  expect(blobs.size).toBe(0);
});

test("when a result is cut nobody says any more which lines of a file it shows", async () => {
  const { shape } = world();
  const seen = [{ path: "/a", hash: "h", isPartial: false, lines: [[1, 2_000] as const], lineCount: 2_000 }];
  expect((await shape({ content: lines(2_000), seen })).seen).toEqual([
    { path: "/a", hash: "h", isPartial: true },
  ]);
  expect((await shape({ content: "short", seen })).seen).toEqual(seen);
});

test("many results of one reply share their room, and each of them shows something", async () => {
  const { shape } = world();
  const room = new ReplyRoom();
  const sizes: number[] = [];
  const shorter = (maxChars: number): ToolOutput => ({ content: "z".repeat(maxChars) });
  for (let i = 0; i < 100; i += 1) {
    const { said } = await shape({ content: "z".repeat(30_000), shorter }, room);
    sizes.push(said.length);
  }
  expect(sizes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 10_000));
  expect(Math.min(...sizes)).toBe(4_000);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(600_000);
});

test("pictures are left as they are", async () => {
  const { shape } = world();
  const image = {
    type: "image",
    source: { type: "base64", media_type: "image/png", data: "A".repeat(90_000) },
  };
  expect((await shape({ content: [image, text("ok")] })).content).toEqual([image, text("ok")]);
});
