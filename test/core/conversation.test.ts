import fc from "fast-check";
import { expect, test } from "vitest";
import { openCalls, owesReply, toMessages, toRequest } from "../../src/core/conversation.ts";
import type { AgentEvent, EventBody } from "../../src/core/event.ts";
import { type Block, isToolResult, isToolUse, type Message, NO_USAGE, text } from "../../src/core/message.ts";

/** What happens in one step of a conversation; each number picks among what is possible at that moment. */
interface Step {
  readonly calls: number;
  readonly typesWhileStreaming: boolean;
  readonly typesWhileRunning: number;
  readonly order: readonly number[];
  readonly stops: boolean;
  readonly reminds: boolean;
  readonly asksAgain: boolean;
  readonly compacts: boolean;
  readonly child: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  calls: fc.nat(3),
  typesWhileStreaming: fc.boolean(),
  typesWhileRunning: fc.nat(3),
  order: fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }),
  stops: fc.boolean(),
  reminds: fc.boolean(),
  asksAgain: fc.boolean(),
  compacts: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
  child: fc.boolean(),
});

interface Written {
  readonly log: AgentEvent[];
  /** Lengths of the log at which a request was sent, with the epoch it belongs to. */
  readonly requests: { length: number; epoch: number }[];
}

/** Writes a log as the loop writes it, with users typing, stopping and switching modes at the worst moments. */
function write(steps: readonly Step[]): Written {
  const log: AgentEvent[] = [];
  const requests: { length: number; epoch: number }[] = [];
  let epoch = 0;
  const append = (body: EventBody, agentId = "main"): void =>
    void log.push({ seq: log.length, at: 0, agentId, ...body });
  const type = (): void => append({ type: "user", content: [text(`typed at ${log.length}`)] });
  append({ type: "prefix", model: "m", system: ["s"], tools: [] });
  type();
  append({ type: "session", version: "0", cwd: "/w", roots: [], boundary: "ab12cd34" });
  for (const [round, now] of steps.entries()) {
    if (now.reminds) append({ type: "reminder", text: `mode at ${log.length}` });
    if (now.asksAgain && !owesReply(log, "main"))
      append({ type: "reminder", text: `look again at ${log.length}`, wantsReply: true });
    if (!owesReply(log, "main")) type();
    requests.push({ length: log.length, epoch });
    const sawSeq = log.length - 1;
    if (now.typesWhileStreaming) type();
    if (now.child) append({ type: "user", content: [text("for a child")] }, "main/child");
    if (now.stops) {
      append({ type: "partial", text: "I was about to", thinking: "", reason: "cancelled" });
      continue;
    }
    const calls = Array.from({ length: now.calls }, (_, i) => `call_${round}_${i}`);
    const blocks = calls.map((id) => ({ type: "tool_use", id, name: "T", input: {} }));
    append({
      type: "assistant",
      content: [text("ok"), ...blocks],
      usage: NO_USAGE,
      model: "m",
      stopReason: "end_turn",
      sawSeq,
    });
    for (const [i, callId] of calls
      .toSorted((a, b) => (now.order[calls.indexOf(a)] ?? 0) - (now.order[calls.indexOf(b)] ?? 0))
      .entries()) {
      if (i < now.typesWhileRunning) type();
      const source = { kind: "web", name: "x.example" } as const;
      const content = [text("out </data-ab12cd34>")];
      append({
        type: "tool.finished",
        callId,
        isError: false,
        content,
        ...(i > 0 && { source }),
        outcome: "done",
      });
    }
    if (now.compacts && calls.length === 0) {
      append({ type: "compacted", summary: "s", keepFromSeq: log.length, strategy: "x" });
      epoch += 1;
    }
  }
  return { log, requests };
}

/** The rules of the Messages API that a history can break. */
function violations(messages: readonly Message[]): string[] {
  const found: string[] = [];
  if (messages[0]?.role !== "user") found.push("does not start with the user");
  for (const [i, message] of messages.entries()) {
    const previous = messages[i - 1];
    if (message.content.length === 0) found.push(`message ${i} is empty`);
    if (previous?.role === message.role) found.push(`two ${message.role} messages in a row at ${i}`);
    const asked =
      previous?.role === "assistant" ? previous.content.filter(isToolUse).map((block) => block.id) : [];
    const answered =
      message.role === "user" ? message.content.filter(isToolResult).map((block) => block.tool_use_id) : [];
    if (asked.toSorted().join() !== answered.toSorted().join())
      found.push(`asked [${asked}] but answered [${answered}] at ${i}`);
    const firstOther = message.content.findIndex((block) => !isToolResult(block));
    const lastResult = message.content.findLastIndex(isToolResult);
    if (message.role === "user" && firstOther >= 0 && lastResult > firstOther)
      found.push(`text before a result at ${i}`);
  }
  if (messages.at(-1)?.content.some(isToolUse)) found.push("ends with an open call");
  return found;
}

const flat = (messages: readonly Message[]): string[] =>
  messages.flatMap(({ role, content }) => content.map((block: Block) => JSON.stringify({ role, block })));

test("every prefix of every log is a conversation the provider accepts", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { log } = write(steps);
      for (let end = 2; end <= log.length; end += 1)
        expect(violations(toMessages(log.slice(0, end), "main"))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("the prefix law: a request begins with every block of the ones sent before it in its epoch", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 12 }), (steps) => {
      const { log, requests } = write(steps);
      for (const [i, later] of requests.entries()) {
        const earlier = requests[i - 1];
        if (!earlier || earlier.epoch !== later.epoch) continue;
        const before = toRequest(log.slice(0, earlier.length), "main", 1);
        const after = toRequest(log.slice(0, later.length), "main", 1);
        expect(after.system).toEqual(before.system);
        expect(flat(after.messages).slice(0, flat(before.messages).length)).toEqual(flat(before.messages));
      }
    }),
    { numRuns: 300 },
  );
});

test("a request always ends with something of the user's", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const { log, requests } = write(steps);
      for (const { length } of requests)
        expect(toMessages(log.slice(0, length), "main").at(-1)?.role).toBe("user");
    }),
  );
});

const stamp = (bodies: readonly EventBody[]): AgentEvent[] =>
  bodies.map((body, seq) => ({ seq, at: 0, agentId: "main", ...body }));
const call = { type: "tool_use", id: "c1", name: "Bash", input: {} };
const reply = (content: Block[], sawSeq: number): EventBody => ({
  type: "assistant",
  content,
  usage: NO_USAGE,
  model: "m",
  stopReason: "tool_use",
  sawSeq,
});

test("a log cut off in the middle of a call answers it as interrupted", () => {
  const messages = toMessages(stamp([{ type: "user", content: [text("go")] }, reply([call], 0)]), "main");
  expect(messages.at(-1)).toMatchObject({
    role: "user",
    content: [{ type: "tool_result", tool_use_id: "c1", is_error: true }],
  });
});

test("blocks of the model are replayed verbatim, unknown ones and empty thinking included", () => {
  const blocks = [
    { type: "thinking", thinking: "", signature: "sig" },
    { type: "novel", x: { y: [1] } },
    text("hi"),
  ];
  const messages = toMessages(stamp([{ type: "user", content: [text("go")] }, reply(blocks, 0)]), "main");
  expect(messages[1]?.content).toEqual(blocks);
});

test("what is typed while the model streams is answered by the next reply, not lost", () => {
  const log = stamp([
    { type: "user", content: [text("one")] },
    { type: "user", content: [text("two")] },
    reply([text("answer")], 0),
  ]);
  expect(owesReply(log, "main")).toBe(true);
  expect(toMessages(log, "main").map((message) => message.role)).toEqual(["user", "assistant", "user"]);
});

test("open calls are those of the newest reply without a result", () => {
  const other = { ...call, id: "c2" };
  const log = stamp([
    { type: "user", content: [text("go")] },
    reply([call, other], 0),
    { type: "tool.finished", callId: "c1", isError: false, content: [text("ok")], outcome: "done" },
  ]);
  expect(openCalls(log, "main").map(({ id }) => id)).toEqual(["c2"]);
});
