import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeRecord } from "../../src/app/session-file.ts";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { ANSWER } from "../webview/harness/texts.ts";

export const LONG = { title: "A long afternoon", lastWords: "That was the last step." };

/** A log as the agent writes it: turns with a prompt, three calls that printed something, an answer. */
function longLog(events: number, cwd: string): AgentEvent[] {
  const log: AgentEvent[] = [];
  const start = Date.now() - 3_600_000;
  const add = (body: EventBody): void => {
    log.push({ seq: log.length, at: start + log.length * 40, agentId: MAIN, ...body });
  };
  const say = (content: Extract<EventBody, { type: "assistant" }>["content"], stopReason: string): void =>
    add({
      type: "assistant",
      content,
      usage: { inputTokens: 40, outputTokens: 300, cacheReadTokens: 20_000, cacheWriteTokens: 400 },
      model: "claude-sonnet-5",
      stopReason,
      sawSeq: log.length - 1,
    });
  add({ type: "session", version: "0.0.0", cwd, roots: [cwd] });
  add({ type: "prefix", model: "claude-sonnet-5", system: [], tools: [] });
  add({ type: "title", title: LONG.title });
  const output = Array.from({ length: 40 }, (_, i) => `${i + 1}\tconst value${i} = compute(${i});`).join(
    "\n",
  );
  while (log.length < events - 12) {
    add({ type: "user", content: [text(`Step ${log.length}: look into it and tell me what you find.`)] });
    const callIds = [1, 2, 3].map((n) => `toolu_${log.length}_${n}`);
    const calls = callIds.map((id) => ({
      type: "tool_use",
      id,
      name: "Bash",
      input: { command: "head -40 a.js" },
    }));
    say([text("I will look."), ...calls], "tool_use");
    for (const callId of callIds) {
      add({ type: "tool.started", callId, name: "Bash", title: "head -40 a.js", accesses: [] });
      add({ type: "tool.finished", callId, isError: false, content: [text(output)], outcome: "done" });
    }
    say([text(ANSWER)], "end_turn");
    add({ type: "finished", outcome: "done" });
  }
  add({ type: "user", content: [text("Is that all?")] });
  while (log.length < events - 2) add({ type: "notice", kind: "info", text: "A note." });
  say([text(LONG.lastWords)], "end_turn");
  add({ type: "finished", outcome: "done" });
  return log;
}

/** Puts a stored conversation of this many events where the editor will find it. */
export function storeLongSession(
  { workspace, plumbHome }: { workspace: string; plumbHome: string },
  events: number,
): void {
  const folder = join(plumbHome, "projects", workspaceKey(workspace), "sessions");
  mkdirSync(folder, { recursive: true });
  const lines = longLog(events, workspace).map(encodeRecord);
  writeFileSync(join(folder, "0000-long-afternoon.jsonl"), lines.join(""));
}
