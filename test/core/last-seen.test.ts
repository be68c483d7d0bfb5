import fc from "fast-check";
import { expect, test } from "vitest";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import { heldFile, knownFiles, lastSeen } from "../../src/core/last-seen.ts";
import {
  afterChanges,
  coversRange,
  joinRanges,
  type LineChange,
  missingFrom,
} from "../../src/core/line-ranges.ts";
import type { Seen } from "../../src/core/seen.ts";

function logOf() {
  const log: AgentEvent[] = [];
  const add = (body: EventBody, agentId = MAIN): void =>
    void log.push({ seq: log.length, at: 0, agentId, ...body });
  return {
    log,
    add,
    shows: (callId: string, seen: Omit<Seen, "path" | "isPartial"> & Partial<Seen>, agentId = MAIN) =>
      add(
        {
          type: "tool.finished",
          callId,
          isError: false,
          content: [],
          outcome: "done",
          seen: [{ path: "/a", isPartial: false, ...seen }],
        },
        agentId,
      ),
    held: (path = "/a", agentId = MAIN) =>
      heldFile(path, agentId, log).texts.map(({ hash, lines }) => ({ hash, lines })),
  };
}

test("ranges of one text add up, and those of another one make it a stale copy", () => {
  const { shows, held } = logOf();
  shows("1", { hash: "A", lines: [[1, 10]] });
  shows("2", { hash: "A", lines: [[5, 20]] });
  shows("3", { hash: "A", lines: [[40, 50]] });
  expect(held()).toEqual([
    {
      hash: "A",
      lines: [
        [1, 20],
        [40, 50],
      ],
    },
  ]);
  shows("4", { hash: "B", lines: [[1, 2]] });
  expect(held().map(({ hash }) => hash)).toEqual(["B", "A"]);
});

test("an edit takes what is known along, and what it puts in place of known lines is known", () => {
  const { shows, held } = logOf();
  shows("1", { hash: "A", lines: [[1, 10]] });
  shows("2", { hash: "B", from: { hash: "A", changes: [[5, 1, 5, 3]] } });
  expect(held()[0]).toEqual({ hash: "B", lines: [[1, 12]] });
  shows("3", { hash: "C", from: { hash: "B", changes: [[20, 1, 20, 1]] } });
  expect(held()[0]).toEqual({ hash: "C", lines: [[1, 12]] });
});

test("what was cleared or compacted away is not there any more, and neither is what was only a change of it", () => {
  const { add, shows, held, log } = logOf();
  shows("1", { hash: "A", lines: [[1, 10]], lineCount: 10 });
  shows("2", { hash: "B", lines: [[4, 6]], lineCount: 10, from: { hash: "A", changes: [[5, 1, 5, 1]] } });
  expect(held()[0]).toEqual({ hash: "B", lines: [[1, 10]] });
  expect(lastSeen("/a", MAIN, log)?.isPartial).toBe(false);
  add({ type: "cleared", callIds: ["1"], strategy: "old" });
  expect(held()).toEqual([{ hash: "B", lines: [[4, 6]] }]);
  expect(lastSeen("/a", MAIN, log)).toMatchObject({ hash: "B", isPartial: true });
  add({ type: "compacted", summary: "", keepFromSeq: log.length, strategy: "s" });
  expect(held()).toEqual([]);
  expect(lastSeen("/a", MAIN, log)).toBeUndefined();
  expect(knownFiles(MAIN, log).size).toBe(0);
});

test("a record that does not say what it shows, as those of older logs, counts for nothing", () => {
  const { shows, held } = logOf();
  shows("1", { hash: "A" });
  expect(held()).toEqual([]);
});

test("what one agent has read no other one has, and a file that is moved takes along what was seen of it", () => {
  const { add, shows, held, log } = logOf();
  shows("1", { hash: "A", lines: [[1, 10]] }, "main/x");
  expect(held()).toEqual([]);
  add({ type: "moved", from: "/a", to: "/b" });
  expect(held("/a", "main/x")).toEqual([]);
  expect(held("/b", "main/x")).toEqual([{ hash: "A", lines: [[1, 10]] }]);
  expect(lastSeen("/b", "main/x", log)?.path).toBe("/b");
});

test("a fork has before it what it was forked from had then, and goes its own way", () => {
  const { add, shows, held } = logOf();
  shows("1", { hash: "A", lines: [[1, 10]] });
  shows("2", { hash: "A", lines: [[11, 20]] });
  const fork = { from: MAIN, seq: 0 };
  const started = { name: "fork", description: "", parentCallId: "3", fork } as const;
  add({ type: "agent.started", ...started }, "main/3");
  expect(held("/a", "main/3")).toEqual([{ hash: "A", lines: [[1, 10]] }]);
  shows("4", { hash: "B", lines: [[1, 5]] }, "main/3");
  expect(held()).toEqual([{ hash: "A", lines: [[1, 20]] }]);
});

const range = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 9 }))
  .map(([first, more]): [number, number] => [first, first + more]);

test("what is covered and what is missing add up to the range", () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 6 }), range, (ranges, wanted) => {
      const joined = joinRanges(ranges);
      const missing = new Set(missingFrom(joined, wanted).flatMap(([a, b]) => numbers(a, b)));
      for (const line of numbers(...wanted))
        expect(coversRange(joined, [line, line])).toBe(!missing.has(line));
      expect(missing.size === 0).toBe(coversRange(joined, wanted));
    }),
  );
});

test("known lines are known by their new numbers after any changes", () => {
  const edit = fc.tuple(
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 0, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
  );
  fc.assert(
    fc.property(fc.array(range, { maxLength: 5 }), fc.array(edit, { maxLength: 5 }), (ranges, edits) => {
      const old = numbers(1, 60).map((line) => `old ${line}`);
      const now: string[] = [];
      const changes: LineChange[] = [];
      let at = 0;
      for (const [skip, gone, come] of edits) {
        now.push(...old.slice(at, at + skip));
        at += skip;
        if (gone + come > 0) changes.push([at + 1, gone, now.length + 1, come]);
        now.push(...numbers(1, come).map((line) => `new ${changes.length}.${line}`));
        at += gone;
      }
      now.push(...old.slice(at));
      const joined = joinRanges(ranges);
      const known = new Set(afterChanges(joined, changes).flatMap(([a, b]) => numbers(a, b)));
      for (const [index, line] of now.entries()) {
        if (!line.startsWith("old ")) continue;
        const before = Number(line.slice(4));
        expect(known.has(index + 1), line).toBe(coversRange(joined, [before, before]));
      }
    }),
  );
});

const numbers = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
