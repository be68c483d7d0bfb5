import fc from "fast-check";
import { expect, test } from "vitest";
import { Estimator } from "../../src/context/estimate.ts";
import { contextParts } from "../../src/context/parts.ts";
import { toRequest } from "../../src/core/conversation.ts";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";

const MODEL = "claude-opus-5-5";

interface Step {
  readonly says: string;
  readonly reads: readonly number[];
  readonly lines: number;
  readonly what: "counts" | "counts nothing" | "compacts" | "changes model" | "remind" | "stops";
}
const step: fc.Arbitrary<Step> = fc.record({
  says: fc.string({ minLength: 1, maxLength: 400, unit: "grapheme" }),
  reads: fc.array(fc.nat(4), { maxLength: 4 }),
  lines: fc.nat(300),
  what: fc.constantFrom(
    "counts",
    "counts",
    "counts",
    "counts nothing",
    "compacts",
    "changes model",
    "remind",
    "stops",
  ),
});

function write(steps: readonly Step[]): AgentEvent[] {
  const log: AgentEvent[] = [];
  const append = (body: EventBody): void =>
    void log.push({ seq: log.length, at: 0, agentId: "main", ...body });
  const tools = [{ name: "Read", description: "Reads a file.", input_schema: { type: "object" } }];
  const system = [
    "You are an agent.",
    'Here.\n<instructions path="/w/AGENTS.md">\nBe short.\n</instructions>',
  ];
  append({ type: "prefix", model: MODEL, system, tools });
  for (const [round, { says, reads, lines, what }] of steps.entries()) {
    append({ type: "user", content: [text(says)] });
    if (what === "remind") append({ type: "reminder", text: "Plan mode is on." });
    if (what === "changes model") append({ type: "prefix", model: "claude-opus-4-5", system, tools });
    if (what === "stops") {
      append({ type: "partial", text: "I was", thinking: "", reason: "cancelled" });
      continue;
    }
    const calls = reads.map((file, i) => ({ id: `call_${round}_${i}`, path: `/w/${file}.ts` }));
    const input = what === "counts nothing" ? 0 : 4000 + 500 * round + lines;
    append({
      type: "assistant",
      content: [
        text("Looking."),
        ...calls.map(({ id, path }) => ({ type: "tool_use", id, name: "Read", input: { file_path: path } })),
      ],
      usage: {
        inputTokens: 7,
        cacheReadTokens: input,
        cacheWriteTokens: 0,
        outputTokens: input === 0 ? 0 : 40,
      },
      model: MODEL,
      stopReason: "end_turn",
      sawSeq: log.length - 1,
    });
    for (const { id, path } of calls) {
      append({
        type: "tool.started",
        callId: id,
        name: "Read",
        title: `Read ${path}`,
        accesses: [{ kind: "read", target: path }],
      });
      append({
        type: "tool.finished",
        callId: id,
        isError: false,
        content: [text("const x = 1;\n".repeat(lines + 1))],
        outcome: "done",
      });
    }
    if (what === "compacts" && calls.length === 0)
      append({ type: "compacted", summary: "All went well.", keepFromSeq: log.length, strategy: "x" });
  }
  append({ type: "user", content: [text("And now?")] });
  return log;
}

const total = (parts: readonly { tokens: number }[]): number =>
  parts.reduce((sum, { tokens }) => sum + tokens, 0);

test("the parts of the window add up to the estimate of the whole, whatever happened", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
      const log = write(steps);
      const request = toRequest(log, "main", 1);
      const { tokens, countedTokens, parts } = contextParts(log, request);
      expect(total(parts)).toBe(tokens);
      expect(tokens).toBe(Estimator.of(log).next("main", request).tokens);
      expect(tokens).toBeGreaterThanOrEqual(countedTokens);
      expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
      for (const part of parts) {
        expect(part.tokens).toBeGreaterThanOrEqual(0);
        expect(part.dropTokens).toBeLessThanOrEqual(part.tokens);
        expect(part.dropTokens > 0 ? part.canDrop : true).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

test("the whole is what the provider counted with the last reply, and what came since on top", () => {
  const log = write([{ says: "Read it", reads: [], lines: 0, what: "counts" }]);
  const { tokens, countedTokens } = contextParts(log, toRequest(log, "main", 1));
  expect(countedTokens).toBe(7 + 4000 + 40);
  expect(tokens - countedTokens).toBeGreaterThan(0);
  expect(tokens - countedTokens).toBeLessThan(20);
});

test("says whose text it is: files by their paths, with the results that belong to them", () => {
  const log = write([
    { says: "Read them", reads: [1, 2, 1], lines: 100, what: "counts" },
    { says: "Good", reads: [], lines: 0, what: "counts" },
  ]);
  const { parts } = contextParts(log, toRequest(log, "main", 1));
  expect(parts.map(({ group, label, callIds }) => [group, label, callIds.length])).toEqual([
    ["tools", "Read", 0],
    ["system", "System prompt", 0],
    ["instructions", "/w/AGENTS.md", 0],
    ["files", "/w/1.ts", 2],
    ["files", "/w/2.ts", 1],
    ["conversation", "Read them", 0],
    ["conversation", "Replies", 0],
    ["conversation", "Good", 0],
    ["conversation", "And now?", 0],
  ]);
  const [twice, once] = parts.filter(({ group }) => group === "files");
  expect((twice?.tokens ?? 0) / (once?.tokens ?? 1)).toBeCloseTo(2, 1);
  expect(twice).toMatchObject({ canDrop: true, canPin: true, isPinned: false });
  expect(twice?.dropTokens).toBeGreaterThan((twice?.tokens ?? 0) * 0.8);
});

test("what is pinned cannot be dropped, and what is a note by now neither", () => {
  const log = write([
    { says: "Read them", reads: [1, 2], lines: 10, what: "counts" },
    { says: "Good", reads: [], lines: 0, what: "counts" },
  ]);
  const mark = (body: EventBody): void => void log.push({ seq: log.length, at: 0, agentId: "main", ...body });
  mark({ type: "pinned", target: "call_0_0", isPinned: true });
  mark({ type: "pinned", target: 1, isPinned: true });
  mark({ type: "cleared", callIds: ["call_0_1"], strategy: "user" });
  const { parts } = contextParts(log, toRequest(log, "main", 1));
  const by = (label: string) => parts.find((part) => part.label === label);
  expect(by("/w/1.ts")).toMatchObject({ isPinned: true, canDrop: false, dropTokens: 0 });
  expect(by("/w/2.ts")).toMatchObject({ isPinned: false, canDrop: false, canPin: false });
  expect(by("Read them")).toMatchObject({ isPinned: true, canPin: true, canDrop: false, seq: 1 });
});
