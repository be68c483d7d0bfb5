import { expect, test } from "vitest";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { NO_USAGE } from "../../src/core/message.ts";
import {
  agentWord,
  errorWord,
  finishWord,
  idWord,
  modelWord,
  toolWord,
} from "../../src/telemetry/safe-words.ts";
import { SessionFold } from "../../src/telemetry/session-fold.ts";

test("a tool is called by its name if it is one of ours that the agent had", () => {
  const known = new Set(["Read", "mcp__CANARY__look"]);
  expect(toolWord("Read", known)).toBe("Read");
  expect(toolWord("mcp__CANARY__look", known)).toBe("mcp");
  expect(toolWord("mcp__CANARY__other", known)).toBe("_OTHER");
  expect(toolWord("the text of CANARY.txt", known)).toBe("_OTHER");
});

test.each([
  ["claude-opus-5-5", "claude-opus-5-5"],
  ["vendor/model:70b@1.2", "vendor/model:70b@1.2"],
  ["/home/CANARY/model.gguf", "_OTHER"],
  ["C:\\CANARY\\model", "_OTHER"],
  ["~/CANARY", "_OTHER"],
  ["a/b/c/CANARY", "_OTHER"],
  ["CANARY with words", "_OTHER"],
  ["x".repeat(101), "_OTHER"],
])("the model %s is %s", (model, word) => {
  expect(modelWord(model)).toBe(word);
});

test("names of agents, kinds of errors, reasons and identifiers are from closed lists, or look like what they are", () => {
  expect(agentWord("CANARY-reviewer")).toBe("custom");
  expect([errorWord("overloaded"), errorWord("cancelled"), errorWord("no such file CANARY")]).toEqual([
    ...["overloaded", "cancelled", "_OTHER"],
  ]);
  expect([finishWord("end_turn"), finishWord("because of CANARY")]).toEqual(["end_turn", "_OTHER"]);
  expect([idWord("toolu_01A"), idWord("CANARY has words")]).toEqual(["toolu_01A", undefined]);
});

/** A log in which every word that is not ours is a canary. */
function hostileLog(): AgentEvent[] {
  const child = "main/CANARY call";
  const usage = { ...NO_USAGE, inputTokens: 1 };
  const bodies: readonly [string, EventBody][] = [
    ["main", { type: "user", content: [{ type: "text", text: "CANARY" }] }],
    ["main", { type: "prefix", model: "/CANARY/model", effort: "CANARY", system: ["CANARY"], tools: [] }],
    [
      "main",
      {
        ...{ type: "assistant", usage, model: "/CANARY/model", stopReason: "CANARY!", sawSeq: 0 },
        content: [{ type: "tool_use", id: "CANARY call", name: "CANARY", input: { a: "CANARY" } }],
        messageId: "CANARY message",
      },
    ],
    ["main", { type: "tool.started", callId: "CANARY call", name: "CANARY", title: "CANARY", accesses: [] }],
    [child, { type: "agent.started", name: "CANARY", description: "CANARY", parentCallId: "CANARY call" }],
    [child, { type: "partial", text: "CANARY", thinking: "CANARY", reason: "failed" }],
    [
      child,
      { type: "finished", outcome: "failed", error: { kind: "CANARY", message: "CANARY", hint: "CANARY" } },
    ],
    [
      "main",
      {
        ...{ type: "tool.finished", callId: "CANARY call", isError: true, outcome: "failed" },
        ...{ content: [{ type: "text", text: "CANARY" }], errorKind: "CANARY" },
      },
    ],
    [
      "main",
      {
        type: "classified",
        command: "CANARY",
        cwd: "CANARY",
        isHarmless: true,
        reason: "CANARY",
        model: "CANARY m",
        usage,
      },
    ],
    ["main", { type: "spent", model: "CANARY m", usage, because: "CANARY" }],
    ["main", { type: "compacted", summary: "CANARY", keepFromSeq: 0, strategy: "CANARY", usage }],
    ["main", { type: "finished", outcome: "done" }],
  ];
  return bodies.map(([agentId, body], seq) => ({ seq, at: 1_000 + seq, agentId, ...body }));
}

test("whatever stands in a log, nothing of it is told but what is from closed lists", () => {
  const fold = new SessionFold({
    ...{ sessionId: "CANARY session", provider: "anthropic", priceOf: () => undefined },
  });
  const signals = hostileLog().flatMap((event) => fold.apply(event));
  const told = JSON.stringify(
    signals.map((signal) => ("span" in signal ? { ...signal, span: "", parent: "" } : signal)),
  );
  expect(signals.length).toBeGreaterThan(15);
  expect(told).not.toContain("CANARY");
  // Each span that begins ends, once.
  const of = (type: "begin" | "end") =>
    signals.flatMap((signal) => (signal.type === type ? signal.span : []));
  expect(of("end").toSorted()).toEqual(of("begin").toSorted());
});

test("a log that begins in the middle of something, or has the end of what never began, breaks nothing", () => {
  const options = { sessionId: "s", provider: "anthropic", priceOf: () => undefined };
  const log = hostileLog();
  for (let from = 0; from < log.length; from += 1) {
    const fold = new SessionFold(options);
    fold.recall(log.slice(0, from));
    const signals = [...log.slice(from).flatMap((event) => fold.apply(event)), ...fold.end(5_000)];
    const of = (type: "begin" | "end") =>
      signals.flatMap((signal) => (signal.type === type ? signal.span : []));
    expect(of("end").toSorted()).toEqual(of("begin").toSorted());
    for (const signal of signals)
      if (signal.type === "measure") expect(signal.value).toBeGreaterThanOrEqual(0);
  }
});
