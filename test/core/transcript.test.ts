import { expect, test } from "vitest";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import { NO_USAGE, text } from "../../src/core/message.ts";
import type { Row } from "../../src/core/rows.ts";
import { Transcript } from "../../src/core/transcript.ts";

const detail = { kind: "command", command: "npm test", cwd: "/w", description: "" } as const;
const call = (id: string, name: string) => ({ type: "tool_use", id, name, input: {} });
const reply = (content: { type: string }[], sawSeq: number): EventBody => ({
  type: "assistant",
  content,
  usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 0 },
  model: "m",
  stopReason: "tool_use",
  sawSeq,
});
const asked: EventBody = {
  type: "permission.asked",
  callId: "c1",
  name: "Bash",
  title: "npm test",
  access: { kind: "execute", target: "npm test" },
  because: "no rule allows it",
  detail,
  hash: "h",
  suggestions: [],
};

/** A session with everything in it: a card, an edit, a sub-agent, a stop, an error. */
const CHILD = "main/c3";
const story: [string, EventBody][] = [
  [MAIN, { type: "prefix", model: "m", system: [], tools: [] }],
  [MAIN, { type: "user", content: [text("Fix it\nplease")] }],
  [
    MAIN,
    reply(
      [
        { type: "thinking", thinking: "hm" } as { type: string },
        text("Looking."),
        call("c1", "Bash"),
        call("c2", "Edit"),
        call("c3", "Agent"),
      ],
      1,
    ),
  ],
  [MAIN, asked],
  [MAIN, { type: "permission.decided", callId: "c1", verdict: "allow", by: "user", because: "", hash: "h" }],
  [MAIN, { type: "tool.started", callId: "c1", name: "Bash", title: "npm test", accesses: [], detail }],
  [MAIN, { type: "tool.finished", callId: "c1", isError: false, content: [text("ok")], outcome: "done" }],
  [MAIN, { type: "tool.started", callId: "c2", name: "Edit", title: "Edit a.ts", accesses: [] }],
  [
    MAIN,
    {
      type: "edit",
      editId: "c2:1",
      callId: "c2",
      path: "/w/a.ts",
      before: "x",
      after: "y",
      added: 2,
      removed: 1,
    },
  ],
  [MAIN, { type: "tool.finished", callId: "c2", isError: false, content: [text("edited")], outcome: "done" }],
  [MAIN, { type: "tool.started", callId: "c3", name: "Agent", title: "Look", accesses: [] }],
  [CHILD, { type: "agent.started", name: "explore", description: "Look", parentCallId: "c3" }],
  [CHILD, { type: "user", content: [text("look around")] }],
  [CHILD, reply([text("Reading."), call("k1", "Read")], 12)],
  [CHILD, { type: "tool.started", callId: "k1", name: "Read", title: "Read b.ts", accesses: [] }],
  [
    CHILD,
    {
      type: "tool.finished",
      callId: "k1",
      isError: true,
      content: [text("no such file")],
      outcome: "failed",
    },
  ],
  [CHILD, { type: "finished", outcome: "done" }],
  [MAIN, { type: "tool.finished", callId: "c3", isError: false, content: [text("report")], outcome: "done" }],
  [MAIN, { type: "reviewed", path: "/w/a.ts", editIds: ["c2:1"], verdict: "undone" }],
  [MAIN, { type: "mode", mode: "plan" }],
  [MAIN, { type: "finished", outcome: "failed", error: { kind: "network", message: "gone", hint: "check" } }],
];
const events: AgentEvent[] = story.map(([agentId, body], seq) => ({ seq, at: seq * 10, agentId, ...body }));
const fold = (list: readonly AgentEvent[], onto = new Transcript()): Transcript => {
  for (const event of list) onto.apply(event);
  return onto;
};
const shape = (rows: readonly Row[]): string[] =>
  rows.flatMap((row) =>
    row.kind === "tool"
      ? [`${row.name} ${row.state}`, ...shape(row.children).map((line) => `  ${line}`)]
      : [row.kind],
  );

test("the whole story becomes rows, a sub-agent's under the call that started it", () => {
  expect(shape(fold(events).rows)).toEqual([
    "prompt",
    "thinking",
    "reply",
    "Bash done",
    "Edit done",
    "Agent done",
    "  prompt",
    "  reply",
    "  Read failed",
    "finished",
  ]);
});

test("status adds up what is not a row", () => {
  expect(fold(events).status).toMatchObject({
    title: "Fix it",
    mode: "plan",
    total: { inputTokens: 20, outputTokens: 10, cacheReadTokens: 200 },
    contextTokens: 115,
    pendingEdits: [],
    openQuestions: [],
  });
});

test("a view that gets a snapshot at any moment and the events after it ends where the host is", () => {
  const whole = fold(events);
  for (let cut = 0; cut <= events.length; cut += 1) {
    const host = fold(events.slice(0, cut));
    const snapshot = structuredClone({ rows: host.rows, status: host.status });
    const view = fold(events.slice(cut), Transcript.from(snapshot.rows, snapshot.status));
    expect({ cut, rows: view.rows, status: view.status }).toEqual({
      cut,
      rows: whole.rows,
      status: whole.status,
    });
  }
});

test("an open card is there until it is decided", () => {
  const open = fold(events.slice(0, 4));
  expect(open.status.openQuestions).toEqual(["c1"]);
  expect(open.rows.find((row) => row.key === "c1")).toMatchObject({
    state: "asking",
    approval: { hash: "h", detail },
  });
});

test("a streamed reply becomes the durable one in place, under the same key", () => {
  const transcript = fold(events.slice(0, 2));
  transcript.applyLive({ type: "thinking", agentId: MAIN, delta: "hm" });
  transcript.applyLive({ type: "text", agentId: MAIN, delta: "Look" });
  transcript.applyLive({ type: "text", agentId: MAIN, delta: "ing." });
  const key = transcript.rows.at(-1)?.key;
  expect(transcript.rows.at(-1)).toMatchObject({ kind: "reply", markdown: "Looking.", isStreaming: true });
  fold(events.slice(2, 3), transcript);
  expect(transcript.rows.find((row) => row.kind === "reply")).toMatchObject({
    key,
    markdown: "Looking.",
    isStreaming: false,
  });
  expect(transcript.rows.filter((row) => row.kind === "reply" || row.kind === "thinking")).toHaveLength(2);
});

test("an attempt that failed takes back what it showed, calls it was still writing included", () => {
  const transcript = fold(events.slice(0, 2));
  transcript.applyLive({ type: "text", agentId: MAIN, delta: "half" });
  transcript.applyLive({
    type: "call",
    agentId: MAIN,
    callId: "c9",
    name: "Write",
    preview: "Write a",
    chars: 3,
  });
  transcript.applyLive({ type: "discarded", agentId: MAIN });
  expect(transcript.rows.filter((row) => row.kind !== "notice").map((row) => row.kind)).toEqual(["prompt"]);
});

test("older rows can be put in front while new ones arrive", () => {
  const whole = fold(events);
  const view = Transcript.from(structuredClone(whole.rows.slice(4)), whole.status);
  view.prepend(structuredClone(whole.rows.slice(0, 4)));
  fold(
    [
      {
        seq: 99,
        at: 0,
        agentId: MAIN,
        type: "tool.finished",
        callId: "c2",
        isError: true,
        content: [text("late")],
        outcome: "failed",
      },
    ],
    view,
  );
  expect(view.rows.find((row) => row.key === "c2")).toMatchObject({ state: "failed" });
  expect(view.rows).toHaveLength(whole.rows.length);
});

test("events nobody knows change nothing", () => {
  const before = fold(events);
  const rows = [...before.rows];
  before.apply({ seq: 100, at: 0, agentId: MAIN, type: "unknown", was: "telepathy" });
  before.apply({
    seq: 101,
    at: 0,
    agentId: MAIN,
    type: "tool.finished",
    callId: "nope",
    isError: false,
    content: [],
    outcome: "done",
  });
  expect(before.rows).toEqual(rows);
  expect(NO_USAGE.inputTokens).toBe(0);
});

test("a command stays whole beside how it ended", () => {
  const view = new Transcript();
  const command = `echo ${"x".repeat(500)}`;
  const base = { at: 0, agentId: MAIN, callId: "c" } as const;
  const cutTitle = command.slice(0, 200);
  view.apply({
    ...base,
    seq: 1,
    type: "tool.started",
    name: "Bash",
    title: cutTitle,
    accesses: [],
    detail: { ...detail, command },
  });
  view.apply({
    ...base,
    seq: 2,
    type: "tool.finished",
    isError: false,
    content: [],
    outcome: "done",
    detail: { kind: "exit", code: 0 },
  });
  expect(view.rows[0]).toMatchObject({ title: cutTitle, command, detail: { kind: "exit" } });
});
