import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AgentWatch } from "../../src/context/cache-watch/watch.ts";
import { sinceReply } from "../../src/core/cache-watch.ts";
import { toRequest } from "../../src/core/conversation.ts";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { toBody } from "../../src/models/anthropic-request.ts";
import { sentRequest } from "../../src/models/sent-request.ts";
import { keep, out, show } from "./figures.ts";

const STEPS = 200;
const EVENTS = 10_000;
const TOKENS = 180_000;
/** Of what stands in results; the rest is calls and words. */
const RESULT_CHARS = Math.round((TOKENS * 3 * 0.95) / (STEPS * 2));

/**
 * What each request of a long session costs before it is sent, and what stays in memory of it: a log of 10,000 events and
 * 180,000 tokens in the end. Goals: 20 ms for the projection,
 * 2 ms for the watcher, and little more kept than one request.
 */
export function benchWindow(runs: number): void {
  out(
    `\nlong window (${STEPS} requests, ${TOKENS} tokens, ${EVENTS} events; ${runs} runs, medians of the last 50)`,
  );
  const row: Record<string, number> = {};
  const samples = Array.from({ length: runs }, longSession);
  for (const key of ["projectionMs", "bodyMs", "watchMs", "watchMb"] as const) {
    const values = samples.map((sample) => sample[key]);
    row[key] = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
    out(`  ${key.padEnd(14)} ${values.length > 0 ? showSmall(values) : ""}`);
  }
  keep("long window", runs, row);
}

const showSmall = (values: readonly number[]): string =>
  values.every((value) => value >= 10) ? show(values) : values.map((value) => value.toFixed(2)).join("  ");

type Times = Record<"projection" | "body" | "watch", number[]>;

function longSession(): { projectionMs: number; bodyMs: number; watchMs: number; watchMb: number } {
  const log: AgentEvent[] = [];
  const append = (body: EventBody): void =>
    void log.push({ seq: log.length, at: log.length * 1_000, agentId: MAIN, ...body });
  append({ type: "session", version: "0", cwd: "/w", roots: ["/w"], boundary: "ab12cd34" });
  append({ type: "prefix", model: "claude-opus-5-5", system: ["You are Plumb.", "Here."], tools: [] });
  const watches = [new AgentWatch()];
  const times: Times = { projection: [], body: [], watch: [] };
  for (let step = 0; step < STEPS; step += 1) {
    if (step % 20 === 0) append({ type: "user", content: [text(`Step ${step}: go on.`)] });
    for (const watch of watches) request(log, watch, times);
    answer(log, append, step);
  }
  const withWatch = heapMb();
  watches.length = 0;
  return {
    projectionMs: late(times.projection),
    bodyMs: late(times.body),
    watchMs: late(times.watch),
    watchMb: withWatch - heapMb(),
  };
}

const late = (list: readonly number[]): number => list.slice(-50).toSorted((a, b) => a - b)[25] ?? Number.NaN;

function request(log: readonly AgentEvent[], watch: AgentWatch, times: Times): void {
  const began = performance.now();
  const made = toRequest(log, MAIN, 32_000);
  const projected = performance.now();
  const body = toBody(made, "first-party");
  const built = performance.now();
  const usage = { inputTokens: 0, outputTokens: 1, cacheReadTokens: 1, cacheWriteTokens: 1 };
  const since = sinceReply(log, MAIN);
  watch.take({ sent: sentRequest(body, {}), at: log.length * 1_000, usage, cacheMiss: undefined, since });
  times.projection.push(projected - began);
  times.body.push(built - projected);
  times.watch.push(performance.now() - built);
}

/** Two calls and what they brought, and as much around them as a window writes down. */
function answer(log: readonly AgentEvent[], append: (body: EventBody) => void, step: number): void {
  const ids = [1, 2].map((n) => `toolu_${step}_${n}`);
  const calls = ids.map((id) => ({
    type: "tool_use",
    id,
    name: "Read",
    input: { file_path: `/w/${id}.ts` },
  }));
  append({
    type: "assistant",
    content: [{ type: "thinking", thinking: "", signature: "s".repeat(200) }, text("I look."), ...calls],
    usage: { inputTokens: 0, outputTokens: 100, cacheReadTokens: 1, cacheWriteTokens: 1 },
    model: "claude-opus-5-5",
    stopReason: "tool_use",
    sawSeq: log.length - 1,
  });
  for (const callId of ids) {
    append({ type: "tool.started", callId, name: "Read", title: callId, accesses: [] });
    const content = [text(`${callId} const value = compute(value);\n`.repeat(200).slice(0, RESULT_CHARS))];
    const source = { kind: "workspace", name: "" } as const;
    append({ type: "tool.finished", callId, isError: false, content, source, outcome: "done" });
  }
  while (log.length < ((step + 1) * EVENTS) / STEPS) append({ type: "notice", kind: "info", text: "Noted." });
}

function heapMb(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
