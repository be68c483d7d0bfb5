import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import { countChanges, diffDetail, diffHunks } from "../../src/review/diff.ts";
import { processorMs } from "../support/processor-time.ts";

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`);

test("a change is shown with three lines of context and bound to both texts", async () => {
  const before = `${numbered(9).join("\n")}\n`;
  const after = before.replace("line 5\n", "LINE 5\n");
  expect(await diffDetail({ path: "/w/a.txt", before, after })).toEqual({
    kind: "diff",
    path: "/w/a.txt",
    op: "modify",
    added: 1,
    removed: 1,
    hunks: [
      {
        oldStart: 2,
        oldLines: 7,
        newStart: 2,
        newLines: 7,
        lines: [" line 2", " line 3", " line 4", "-line 5", "+LINE 5", " line 6", " line 7", " line 8"],
      },
    ],
    hiddenLines: 0,
    beforeHash: await sha256(before),
    afterHash: await sha256(after),
  });
});

test("a created file is all additions and has no hash before", async () => {
  expect(await diffDetail({ path: "/w/a", before: undefined, after: "a\nb" })).toMatchObject({
    op: "create",
    added: 2,
    removed: 0,
    hunks: [{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 2, lines: ["+a", "+b"] }],
    beforeHash: "",
  });
});

test("a deleted file is all removals and has no hash after", async () => {
  expect(await diffDetail({ path: "/w/a", before: "a\n", after: undefined })).toMatchObject({
    op: "delete",
    added: 0,
    removed: 1,
    hunks: [{ oldStart: 1, oldLines: 1, newStart: 0, newLines: 0, lines: ["-a"] }],
    afterHash: "",
  });
});

test("an empty file that appears is a creation without lines", async () => {
  expect(await diffDetail({ path: "/w/a", before: undefined, after: "" })).toMatchObject({
    op: "create",
    added: 0,
    hunks: [],
    afterHash: await sha256(""),
  });
});

test("what is too long to show is cut and counted", async () => {
  const after = [`${"x".repeat(600)}`, ...numbered(999)].join("\n");
  const detail = await diffDetail({ path: "/w/a", before: undefined, after });
  expect(detail.hiddenLines).toBe(600);
  expect(detail.added).toBe(1_000);
  expect(detail.hunks[0]?.lines).toHaveLength(400);
  expect(detail.hunks[0]?.newLines).toBe(400);
  expect(detail.hunks[0]?.lines[0]).toBe(`+${"x".repeat(499)}…`);
});

test("carriage returns and the missing last newline are no lines of their own", () => {
  expect(diffHunks("a\r\nb", "a\r\nc").flatMap(({ lines }) => lines)).toEqual([" a\r", "-b", "+c"]);
});

test("two big files with nothing in common are compared in a moment", async () => {
  const before = numbered(100_000).join("\n");
  const after = before.replaceAll("line", "row");
  const started = processorMs();
  expect(await diffDetail({ path: "/w/a", before, after })).toMatchObject({
    added: 100_000,
    removed: 100_000,
  });
  expect(processorMs() - started).toBeLessThan(4_000);
});

test("a big rewrite in the middle keeps what stands around it", () => {
  const around = numbered(10);
  const old = Array.from({ length: 3_000 }, (_, index) => `old ${index}`);
  const now = Array.from({ length: 3_000 }, (_, index) => `new ${index}`);
  const text = (middle: string[]): string => [...around, ...middle, ...around].join("\n");
  expect(countChanges(text(old), text(now))).toEqual({ added: 3_000, removed: 3_000 });
  expect(diffHunks(text(old), text(now))[0]).toMatchObject({ oldStart: 8, oldLines: 3_006, newLines: 3_006 });
});

const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 });

test("the hunks lead from one text to the other, whatever the texts are", async () => {
  await fc.assert(
    fc.property(lines, lines, (old, now) => {
      const [before, after] = [old, now].map((each) => each.map((line) => `${line}\n`).join(""));
      const rebuilt: string[] = [];
      let next = 1;
      for (const hunk of diffHunks(before ?? "", after ?? "")) {
        rebuilt.push(...old.slice(next - 1, Math.max(next, hunk.oldStart) - 1));
        // A hunk without old lines stands after the line it names.
        if (hunk.oldLines === 0) rebuilt.push(...old.slice(Math.max(next, hunk.oldStart) - 1, hunk.oldStart));
        rebuilt.push(...hunk.lines.filter((line) => !line.startsWith("-")).map((line) => line.slice(1)));
        next = Math.max(hunk.oldStart + hunk.oldLines, hunk.oldLines === 0 ? hunk.oldStart + 1 : 1);
      }
      rebuilt.push(...old.slice(next - 1));
      expect(rebuilt).toEqual(now);
    }),
    { seed: 3, numRuns: 1_000 },
  );
});
