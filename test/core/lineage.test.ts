import fc from "fast-check";
import { expect, test } from "vitest";
import { toMessages } from "../../src/core/conversation.ts";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { lineageOf } from "../../src/core/lineage.ts";
import { isToolResult, isToolUse, NO_USAGE, text } from "../../src/core/message.ts";

const CHILD = "main/call_fork";

function writer() {
  const log: AgentEvent[] = [];
  const append = (body: EventBody, agentId = "main"): number =>
    log.push({ seq: log.length, at: 0, agentId, ...body }) - 1;
  const reply = (calls: readonly string[], agentId = "main"): number =>
    append(
      {
        type: "assistant",
        content: [text("ok"), ...calls.map((id) => ({ type: "tool_use", id, name: "T", input: {} }))],
        usage: NO_USAGE,
        model: "m",
        stopReason: "tool_use",
        sawSeq: log.length - 1,
      },
      agentId,
    );
  const finish = (callId: string, agentId = "main"): number =>
    append(
      { type: "tool.finished", callId, isError: false, content: [text(`of ${callId}`)], outcome: "done" },
      agentId,
    );
  return { log, append, reply, finish };
}

const aStep = fc.record({
  calls: fc.nat(3),
  compacts: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  steers: fc.boolean(),
});

test("a fork begins with what its parent had sent, answers every call, and grows only at its end", () => {
  fc.assert(
    fc.property(
      fc.array(aStep, { maxLength: 6 }),
      fc.integer({ min: 0, max: 2 }),
      fc.array(fc.boolean(), { maxLength: 5 }),
      (before, siblings, after) => {
        const { log, append, reply, finish } = writer();
        append({ type: "user", content: [text("Begin.")] });
        for (const [n, step] of before.entries()) {
          const ids = Array.from({ length: step.calls }, (_, i) => `call_${n}_${i}`);
          reply(ids);
          if (step.steers) append({ type: "user", content: [text(`Mind ${n}.`)] });
          for (const id of ids) finish(id);
          if (step.compacts && ids.length === 0)
            append({ type: "compacted", summary: "s", keepFromSeq: log.length, strategy: "x" });
          append({ type: "user", content: [text(`Go on, ${n}.`)] });
        }
        const parent = toMessages(log, "main");
        const ids = ["call_fork", ...Array.from({ length: siblings }, (_, i) => `call_beside_${i}`)];
        const seq = reply(ids);
        for (const id of ids.slice(1)) finish(id);
        append(
          {
            type: "agent.started",
            name: "fork",
            description: "d",
            parentCallId: "call_fork",
            fork: { from: "main", seq },
          },
          CHILD,
        );
        append({ type: "user", content: [text("The task.")] }, CHILD);
        const first = toMessages(log, CHILD);
        expect(first.slice(0, parent.length)).toEqual(parent);
        const last = first.at(-1)?.content ?? [];
        expect(last.filter(isToolResult).map((block) => block.tool_use_id)).toEqual(ids);
        expect(last.at(-1)).toEqual(text("The task."));
        expect(first.at(-2)?.content.filter(isToolUse)).toHaveLength(ids.length);
        let sent = first;
        for (const [n, isParents] of after.entries()) {
          const owner = isParents ? "main" : CHILD;
          reply([`later_${n}`], owner);
          finish(`later_${n}`, owner);
          const next = toMessages(log, CHILD);
          expect(next.slice(0, sent.length)).toEqual(sent);
          sent = next;
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test("an agent that is no fork has its own events and nothing else", () => {
  const { log, append } = writer();
  append({ type: "user", content: [text("Begin.")] });
  append({ type: "agent.started", name: "explore", description: "d", parentCallId: "c" }, CHILD);
  append({ type: "user", content: [text("Search.")] }, CHILD);
  expect(lineageOf(log, CHILD).map(({ agentId }) => agentId)).toEqual([CHILD, CHILD]);
  expect(toMessages(log, CHILD)).toEqual([{ role: "user", content: [text("Search.")] }]);
});

test("a fork that summarises leaves all that it was forked with behind, and its parent as it was", () => {
  const { log, append, reply, finish } = writer();
  append({ type: "user", content: [text("Begin.")] });
  const seq = reply(["call_fork"]);
  const fork = { from: "main", seq };
  append({ type: "agent.started", name: "fork", description: "d", parentCallId: "call_fork", fork }, CHILD);
  append({ type: "user", content: [text("The task.")] }, CHILD);
  reply(["call_1"], CHILD);
  finish("call_1", CHILD);
  const before = toMessages(log, "main");
  append({ type: "compacted", summary: "All is known.", keepFromSeq: log.length, strategy: "x" }, CHILD);
  append({ type: "user", content: [text("Go on.")] }, CHILD);
  expect(toMessages(log, CHILD)).toEqual([
    { role: "user", content: [text("Summary of the conversation so far:\nAll is known."), text("Go on.")] },
  ]);
  expect(toMessages(log, "main")).toEqual(before);
});
