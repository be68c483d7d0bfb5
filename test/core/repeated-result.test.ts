import fc from "fast-check";
import { expect, test } from "vitest";
import { toMessages } from "../../src/core/conversation.ts";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import {
  type Block,
  isToolResult,
  NO_USAGE,
  plainText,
  type ToolUseBlock,
  text,
} from "../../src/core/message.ts";
import { repeatOf } from "../../src/core/repeated-result.ts";

const output = (seed: number): string =>
  Array.from({ length: 40 }, (_, i) => `line ${i} of what version ${seed} has printed`).join("\n");
const use = (id: string, command = "npm test", more: object = {}): ToolUseBlock => ({
  type: "tool_use",
  id,
  name: "Bash",
  input: { command, ...more },
});

/** A log in which commands run as the loop runs them, and what the loop would say of each. */
function world(hide?: (value: string) => string) {
  const log: AgentEvent[] = [];
  const add = (body: EventBody): void => void log.push({ seq: log.length, at: 0, agentId: MAIN, ...body });
  const env = {
    session: { events: log },
    ...(hide && { secrets: { hide } }),
  };
  add({ type: "prefix", model: "m", system: [], tools: [] });
  add({ type: "user", content: [text("Go")] });
  const run = (id: string, said: string, call = use(id), isError = false): string | undefined => {
    const sawSeq = log.length - 1;
    add({ type: "assistant", content: [call], usage: NO_USAGE, model: "m", stopReason: "tool_use", sawSeq });
    const content = [text(said)];
    const sameAs = repeatOf(call, { content, isError }, { agent: { id: MAIN }, env });
    const kept = [text(hide?.(said) ?? said)];
    const finished = { callId: id, isError, content: kept, outcome: isError ? "failed" : "done" } as const;
    add({ type: "tool.finished", ...finished, ...(sameAs !== undefined && { sameAs }) });
    return sameAs;
  };
  const results = (): Block[] => toMessages(log, MAIN).flatMap(({ content }) => content.filter(isToolResult));
  const said = (): string[] =>
    results().map((block) => (isToolResult(block) ? plainText(block.content) : ""));
  return { log, add, run, said };
}

test("the same result of the same call is a word with its end, and what differs at all is sent", () => {
  const { run, said } = world();
  expect(run("1", output(1))).toBeUndefined();
  expect(run("2", output(1), use("2", "npm test", { description: "once more" }))).toBe("1");
  expect(run("3", output(1), use("3", "npm run test"))).toBeUndefined();
  expect(run("4", output(2))).toBeUndefined();
  expect(run("5", output(1))).toBeUndefined();
  const [first, second] = said();
  expect(first).toBe(output(1));
  expect(second).toContain(
    "The result is the same, to the letter, as when you made this call last: 40 lines",
  );
  expect(second?.endsWith("line 39 of what version 1 has printed")).toBe(true);
});

test("short results, others that fail, and those that were told twice already, are sent", () => {
  const { run } = world();
  expect([run("1", "ok"), run("2", "ok")]).toEqual([undefined, undefined]);
  run("3", output(1));
  expect(run("4", output(1), use("4"), true)).toBeUndefined();
  run("5", output(1));
  expect([run("6", output(1)), run("7", output(1)), run("8", output(1)), run("9", output(1))]).toEqual([
    "5",
    "5",
    undefined,
    "8",
  ]);
});

test("what stands in the log without its secrets is compared like that", () => {
  const { run } = world((value) => value.replaceAll("hunter2", "[REDACTED]"));
  run("1", `${output(1)} hunter2`);
  expect(run("2", `${output(1)} hunter2`)).toBe("1");
  expect(run("3", `${output(1)} hunter3`)).toBeUndefined();
});

test("nothing is called the same as what was compacted away", () => {
  const { run, add, log } = world();
  run("1", output(1));
  add({ type: "compacted", summary: "s", keepFromSeq: log.length, strategy: "summarise" });
  expect(run("2", output(1))).toBeUndefined();
});

/** What happens after each other: a run of one of two commands with one of three outputs, a clearing, a compaction. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ command: fc.nat(1), version: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ clears: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ compacts: fc.constant(true) }) },
);

test("whatever runs and is cleared: each word about a result has it in full before it, and requests only grow", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { log, add, run, said } = world();
      const runs: string[] = [];
      let before: string[] = [];
      for (const [i, now] of steps.entries()) {
        if ("command" in now) {
          const id = `call_${i}`;
          const version = output(now.version);
          runs.push(id);
          run(id, version, use(id, `command ${now.command}`));
          const all = said();
          expect(all.slice(0, before.length)).toEqual(before);
          before = all;
          const last = all.at(-1) ?? "";
          if (last !== version) {
            expect(last).toContain("The result is the same");
            expect(all.slice(0, -1)).toContain(version);
          }
        } else if ("clears" in now) {
          const callId = runs[now.clears % Math.max(1, runs.length)];
          if (callId !== undefined) add({ type: "cleared", callIds: [callId], strategy: "old" });
          before = said();
        } else {
          add({ type: "compacted", summary: "s", keepFromSeq: log.length, strategy: "summarise" });
          before = said();
        }
        // After a clearing too: a word about a result is only there while the result is.
        for (const [at, shown] of before.entries()) {
          const version = /version (\d) has printed$/.exec(shown)?.[1];
          if (shown.includes("The result is the same"))
            expect(before.slice(0, at)).toContain(output(Number(version)));
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
