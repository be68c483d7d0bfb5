import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { call, gate, httpError, reply, say, think } from "../support/fake-api/replies.ts";
import { Frame, startClient } from "./stream-client.ts";
import { openTerminal, type Run } from "./terminal.ts";

const STREAM = ["--output-format", "stream-json", "--verbose"];

async function framesOf(run: Run): Promise<readonly Frame[]> {
  const { out } = await run.ended;
  return out
    .trim()
    .split("\n")
    .map((line) => Frame.parse(JSON.parse(line)));
}
const kinds = (frames: readonly Frame[]): readonly string[] =>
  frames.map(({ type, subtype }) => subtype ?? type);

test("every block of a reply is a frame of its own, of one message; results carry what came of a call", async () => {
  const terminal = await openTerminal([
    reply(think("Hm."), say("I write."), call("Write", { file_path: "a.txt", content: "x\n" }, "t1")),
    reply(call("Bash", { command: "cat a.txt" }, "t2")),
    reply(say("Done.")),
  ]);
  const frames = await framesOf(terminal.run(["-p", "Go", ...STREAM, "--permission-mode", "acceptEdits"]));
  expect(kinds(frames)).toEqual([
    ...["init", "assistant", "assistant", "assistant", "user"],
    ...["assistant", "user", "assistant", "success"],
  ]);
  const messages = frames.slice(1, 4).map((frame) => Message.parse(frame).message);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(1);
  expect(messages.map(({ content }) => content.map(({ type }) => type))).toEqual([
    ["thinking"],
    ["text"],
    ["tool_use"],
  ]);
  expect(messages.every(({ stop_reason }) => stop_reason === null)).toBe(true);
  expect(frames[4]).toMatchObject({
    message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t1" }] },
    tool_use_result: {
      type: "create",
      filePath: join(terminal.dir, "a.txt"),
      structuredPatch: [{ newLines: 1, lines: ["+x"] }],
    },
  });
  expect(frames[6]).toMatchObject({ tool_use_result: { stdout: expect.stringContaining("x"), exitCode: 0 } });
  const result = frames.at(-1);
  expect(result).toMatchObject({
    ...{ is_error: false, result: "Done.", num_turns: 3, stop_reason: "end_turn", permission_denials: [] },
    modelUsage: { "claude-opus-5-5": { contextWindow: 1_000_000, costUSD: result?.["total_cost_usd"] } },
  });
  expect(result?.["total_cost_usd"]).toBeGreaterThan(0);
  expect(new Set(frames.map(({ uuid }) => uuid)).size).toBe(frames.length);
});

test("partial messages are the events of the model's stream, every character once", async () => {
  const text = "Ein Satz mit 漢字 und \u{1f600}, ".repeat(40);
  const content = "z".repeat(3_000);
  const terminal = await openTerminal([
    reply(think("Let me think."), say(text), call("Write", { file_path: "a.txt", content }, "t1")),
    reply(say("Done.")),
  ]);
  const flags = [...STREAM, "--include-partial-messages", "--permission-mode", "acceptEdits"];
  const frames = await framesOf(terminal.run(["-p", "Go", ...flags]));
  expect(kinds(frames)[0]).toBe("init");
  const events = frames
    .filter(({ type }) => type === "stream_event")
    .map((frame) => Streamed.parse(frame).event);
  const first = events.slice(0, events.findIndex(({ type }) => type === "message_stop") + 1);
  expect(first[0]).toMatchObject({ type: "message_start" });
  expect(first.at(-2)).toMatchObject({ type: "message_delta", delta: { stop_reason: "tool_use" } });
  const joined = (key: string): string => first.map(({ delta }) => String(delta?.[key] ?? "")).join("");
  expect(joined("thinking")).toBe("Let me think.");
  expect(joined("text")).toBe(text);
  expect(JSON.parse(joined("partial_json"))).toEqual({ file_path: "a.txt", content });
  expect(first.filter(({ type }) => type === "content_block_start").map(({ index }) => index)).toEqual([
    0, 1, 2,
  ]);
  expect(first.filter(({ type }) => type === "content_block_stop").map(({ index }) => index)).toEqual([
    0, 1, 2,
  ]);
  // Deltas only: the whole stream is not much more than what was said, once as deltas and once as messages.
  expect(JSON.stringify(frames).length).toBeLessThan(40_000);
  const ids = frames
    .filter(({ type }) => type === "assistant")
    .map((frame) => Message.parse(frame).message.id);
  expect(Started.parse(events[0]).message.id).toBe(ids[0]);
});

test("an attempt that fails is told, and the next one begins anew", async () => {
  const terminal = await openTerminal([httpError(529), reply(say("Now."))]);
  const frames = await framesOf(terminal.run(["-p", "Go", ...STREAM, "--include-partial-messages"]));
  expect(frames.find(({ subtype }) => subtype === "api_retry")).toMatchObject({
    attempt: 1,
    error: "overloaded",
    retry_delay_ms: expect.any(Number),
  });
  expect(frames.at(-1)).toMatchObject({ result: "Now." });
});

test("json prints the result alone, also when it is an error, and when nothing could begin", async () => {
  const terminal = await openTerminal([reply(say("Hello."))]);
  const { out, code } = await terminal.run(["-p", "Hi", "--output-format", "json"]).ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ type: "result", subtype: "success", result: "Hello." });
  const failed = await terminal.run(["-p", "Hi", "--output-format", "json"], {
    env: { ANTHROPIC_API_KEY: "invalid" },
  }).ended;
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.out)).toMatchObject({
    ...{ is_error: true, subtype: "error_during_execution", terminal_reason: "api_error" },
    errors: [expect.stringContaining("valid API key")],
  });
  const none = await terminal.run(["-p", "Hi", "--output-format", "json"], { env: { ANTHROPIC_API_KEY: "" } })
    .ended;
  expect(none.code).toBe(1);
  expect(JSON.parse(none.out)).toMatchObject({ is_error: true, startup_failure_reason: "no_key" });
});

test("SIGINT in the middle of a reply: what was said so far and a result are printed; a second one ends at once", async () => {
  const { promise: never } = Promise.withResolvers<void>();
  const terminal = await openTerminal(() => reply(say("Half a sen"), gate(never), say("tence.")));
  const client = startClient(terminal, ["--include-partial-messages"]);
  client.say("Go");
  await client.next("stream_event");
  client.kill("SIGINT");
  expect((await client.ended).code).toBe(130);
  const aborted = client.frames.find(({ aborted: is }) => is === true);
  expect(aborted).toMatchObject({ type: "assistant" });
  expect(JSON.stringify(aborted)).toContain("Half a sen");
  expect(client.frames.find(({ isSynthetic }) => isSynthetic)).toMatchObject({
    message: { content: [{ text: "[Request interrupted by user]" }] },
  });
  expect(client.frames.findLast(({ type }) => type === "result")).toMatchObject({
    subtype: "error_during_execution",
  });

  const stubborn = terminal.run(["-p", "Go", "--permission-mode", "bypass"]);
  await terminal.api.request(1);
  stubborn.child.kill("SIGINT");
  stubborn.child.kill("SIGINT");
  expect((await stubborn.ended).code).toBe(130);
});

test("a reader that goes away leaves no command behind", async () => {
  const { promise: held, resolve: open } = Promise.withResolvers<void>();
  const terminal = await openTerminal([
    reply(call("Bash", { command: "echo $$ > pid; sleep 600", run_in_background: true })),
    reply(gate(held), say("Nobody reads this. ".repeat(5_000))),
  ]);
  const pid = (): number => Number(existsSync(path) ? readFileSync(path, "utf8") : "");
  const path = join(terminal.dir, "pid");
  const run = terminal.run(["-p", "Go", ...STREAM, "--permission-mode", "bypass"]);
  await terminal.api.request(1);
  await expect.poll(pid, { timeout: 60_000 }).toBeGreaterThan(0);
  run.child.stdout?.destroy();
  open();
  expect(await run.ended).toMatchObject({ code: 0, err: "" });
  expect(() => process.kill(pid(), 0)).toThrow("ESRCH");
});

test("a sub-agent's messages name the call they belong to, and what it cost is counted", async () => {
  const terminal = await openTerminal(({ body }) => {
    const text = JSON.stringify(body.messages);
    if (text.includes("Look around.") && !text.includes('"Ask somebody"'))
      return reply(say("Nothing there."));
    return body.messages.length === 1
      ? reply(call("Agent", { subagent_type: "explore", description: "look", prompt: "Look around." }, "t1"))
      : reply(say("Asked."));
  });
  const frames = await framesOf(terminal.run(["-p", "Ask somebody", ...STREAM]));
  expect(frames.find(({ subtype }) => subtype === "task_started")).toMatchObject({ tool_use_id: "t1" });
  expect(frames.filter((frame) => frame["parent_tool_use_id"] === "t1")).not.toEqual([]);
  expect(frames.find(({ subtype }) => subtype === "task_notification")).toMatchObject({
    status: "completed",
  });
  expect(frames.filter(({ type }) => type === "result")).toHaveLength(1);
  expect(frames.at(-1)).toMatchObject({ result: "Asked.", num_turns: 2 });
});

test("a structured answer is what fits the schema; what does not goes back, and that has an end", async () => {
  const schema = JSON.stringify({
    type: "object",
    properties: { count: { type: "integer" }, names: { type: "array", items: { type: "string" } } },
    required: ["count"],
    additionalProperties: false,
  });
  const terminal = await openTerminal([
    reply(call("StructuredOutput", { count: "three" }, "t1")),
    reply(say("Three, I think.")),
    reply(call("StructuredOutput", { count: 3, names: ["a"] }, "t2")),
  ]);
  const args = ["-p", "Count", "--json-schema", schema];
  const frames = await framesOf(terminal.run([...args, ...STREAM]));
  expect(frames.filter(({ type }) => type === "result")).toHaveLength(1);
  expect(frames.at(-1)?.["errors"]).toBeUndefined();
  expect(frames.at(-1)).toMatchObject({
    subtype: "success",
    structured_output: { count: 3, names: ["a"] },
    result: '{"count":3,"names":["a"]}',
  });
  // Once it is there, nothing more is asked of the model.
  expect(terminal.api.requests).toHaveLength(3);
  expect(JSON.stringify(terminal.api.requests[1]?.body.messages.at(-1))).toContain("does not fit the schema");

  const stubborn = await openTerminal(() => reply(say("No.")));
  const { out, code } = await stubborn.run([...args, "--output-format", "json"]).ended;
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    subtype: "error_max_structured_output_retries",
    terminal_reason: "structured_output_retry_exhausted",
    is_error: true,
  });
  expect(stubborn.api.requests).toHaveLength(6);
});

test("as text the structured answer is printed alone; a schema that cannot be checked ends the program before it asks", async () => {
  const terminal = await openTerminal([
    reply(say("Here it comes."), call("StructuredOutput", { ok: true }, "t1")),
  ]);
  const file = join(terminal.dir, "schema.json");
  writeFileSync(file, JSON.stringify({ type: "object", properties: { ok: { type: "boolean" } } }));
  const { out } = await terminal.run(["-p", "Go", "--json-schema", file]).ended;
  expect(JSON.parse(out)).toEqual({ ok: true });
  for (const schema of ["{", "nowhere.json", '{"type":"array"}', '{"type":"object","if":{}}']) {
    const { code, err } = await terminal.run(["-p", "Go", "--json-schema", schema]).ended;
    expect({ schema, code }).toEqual({ schema, code: 1 });
    expect(err).toContain("--json-schema");
  }
  expect(terminal.api.requests).toHaveLength(1);
  expect(existsSync(file)).toBe(true);
});

const Message = z.looseObject({
  message: z.looseObject({
    id: z.string(),
    content: z.array(z.looseObject({ type: z.string() })),
    stop_reason: z.unknown(),
  }),
});
const Streamed = z.looseObject({
  event: z.looseObject({
    type: z.string(),
    index: z.number().optional(),
    delta: z.record(z.string(), z.unknown()).optional(),
  }),
});
const Started = z.looseObject({ message: z.looseObject({ id: z.string() }) });
