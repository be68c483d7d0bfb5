import { describe, expect, test } from "vitest";
import { AgentEvent } from "../../src/core/event.ts";
import type { InstructionCopy } from "../../src/core/events/context.ts";
import { Instructions } from "../../src/core/instructions.ts";

const copy = (path: string, hash: string, tokens = 10): InstructionCopy => ({
  ...{ path, scope: "project", hash, tokens, because: "session start" },
});
const given = (seq: number, files: InstructionCopy[], more: object = {}): AgentEvent => ({
  ...{ seq, at: seq, agentId: "main", type: "instructions", cause: "start", files },
  ...more,
});

describe("which instructions an agent has got", () => {
  test("are those it got last, with what a copy costs and how often it was put", () => {
    const instructions = Instructions.of(
      [
        given(3, [copy("/w/CLAUDE.md", "a", 7), copy("/w/sub/CLAUDE.md", "b", 5)]),
        given(9, [copy("/w/CLAUDE.md", "c", 8)]),
      ],
      "main",
    );
    expect(instructions.files).toEqual([
      { ...copy("/w/CLAUDE.md", "c", 8), seq: 9, copies: 2 },
      { ...copy("/w/sub/CLAUDE.md", "b", 5), seq: 3, copies: 1 },
    ]);
    expect(instructions.tokens).toBe(13);
  });

  test("no longer hold a file that was taken back", () => {
    const instructions = Instructions.of(
      [given(1, [copy("/w/CLAUDE.md", "a")]), given(2, [copy("/w/CLAUDE.md", "", 0)])],
      "main",
    );
    expect(instructions.files).toEqual([]);
  });

  test("keep what was left out until somebody says something else about it", () => {
    const left = [{ path: "/w/x.md", because: "it is no text" }];
    const log = [given(1, [copy("/w/CLAUDE.md", "a")], { left }), given(2, [copy("/w/CLAUDE.md", "b")])];
    expect(Instructions.of(log, "main").left).toEqual(left);
    expect(Instructions.of([...log, given(3, [], { left: [] })], "main").left).toEqual([]);
  });

  test("are each agent's own", () => {
    const log = [given(1, [copy("/w/CLAUDE.md", "a")], { agentId: "main/call" })];
    expect(Instructions.of(log, "main").files).toEqual([]);
    expect(Instructions.of(log, "main/call").files).toHaveLength(1);
  });

  test("are read from the log of a newer Plumb as well", () => {
    const event = given(1, [copy("/w/CLAUDE.md", "a")], { cause: "something new", more: 1 });
    expect(AgentEvent.parse(event)).toMatchObject({ type: "instructions", cause: "something new" });
  });
});
