import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeRecord } from "../../src/app/session-file.ts";
import { AgentEvent } from "../../src/core/event.ts";
import { workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { reply, say } from "../support/fake-api/replies.ts";
import { type ScriptedUi, send, startScripted } from "./support/scripted.ts";

const line = (seq: number, body: Record<string, unknown>): string =>
  encodeRecord(AgentEvent.parse({ seq, at: Date.now() - 60_000 + seq, agentId: "main", ...body }));
const asked = (seq: number, words: string): string =>
  line(seq, { type: "user", content: [{ type: "text", text: words }], origin: "user" });
const answered = (seq: number, words: string): string =>
  line(seq, {
    type: "assistant",
    content: [{ type: "text", text: words }],
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
    model: "claude-test",
    stopReason: "end_turn",
    sawSeq: seq - 1,
    durationMs: 1,
  });
const done = (seq: number): string => line(seq, { type: "finished", outcome: "done" });
/** How every log begins. */
const titled = (title: string): string =>
  line(0, { type: "session", version: "0.0.1", cwd: "/", roots: [] }) + line(1, { type: "title", title });

const WHOLE =
  titled("Torn chat") + asked(11, "the torn question") + answered(12, "the torn answer") + done(13);
const TORN = '{"v":1,"crc":"00';
const LOGS = {
  torn: WHOLE + TORN,
  damaged:
    titled("Healthy in parts") +
    asked(11, "the healthy question") +
    answered(12, "lost answer").replace("lost", "l0st") +
    "not a record at all\n" +
    answered(14, "the healthy answer") +
    done(15),
  future: `${titled("Future chat")}${asked(11, "asked of the future")}{"v":9,"crc":"00000000","event":{"seq":2}}\n`,
  garbage: "\u0000\u0001 nothing of this is a session\n\u0002\n",
  empty: "",
};

let it: ScriptedUi;
let sessions = "";
beforeAll(async () => {
  it = await startScripted({
    prepare: ({ workspace, plumbHome }) => {
      sessions = join(plumbHome, "projects", workspaceKey(workspace), "sessions");
      mkdirSync(sessions, { recursive: true });
      for (const [id, text] of Object.entries(LOGS)) writeFileSync(join(sessions, `${id}.jsonl`), text);
    },
  });
});
afterAll(() => it.ui.stop());
const content = (id: string): string => readFileSync(join(sessions, `${id}.jsonl`), "utf8");

async function history(): Promise<FrameLocator> {
  const panel = await it.ui.openPanel();
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.history"));
  await panel.getByRole("main", { name: "History" }).waitFor();
  await panel.getByText("Torn chat").waitFor();
  return panel;
}

async function openFrom(title: string): Promise<FrameLocator> {
  const panel = await history();
  await panel.getByText(title).click();
  return panel;
}

test("the history names what can be named, and says which conversation is damaged from its beginning", async () => {
  const panel = await history();
  for (const title of ["Torn chat", "Healthy in parts", "Future chat", "Damaged conversation"])
    await panel.getByText(title).waitFor();
  await it.ui.shot("sessions-list");
});

test("a log with a torn end opens with all that is whole, goes on, and keeps what was torn off", async () => {
  const panel = await openFrom("Torn chat");
  await panel.getByText("the torn answer").waitFor();
  it.plan(reply(say("It goes on.")));
  await send(panel, "Go on");
  await panel.getByText("It goes on.").waitFor();
  await it.ui.shot("sessions-torn");
  expect(content("torn").startsWith(WHOLE)).toBe(true);
  expect(readFileSync(join(sessions, "torn.jsonl.torn"), "utf8")).toContain(TORN);
});

test("damaged records are said to be damaged, once, and stay in the file; the healthy ones are shown", async () => {
  let panel = await openFrom("Healthy in parts");
  await panel.getByText("the healthy question").waitFor();
  await panel.getByText("the healthy answer").waitFor();
  await panel.getByText("damaged and cannot be shown (records: 2)").waitFor();
  await it.ui.shot("sessions-damaged");
  expect(content("damaged").startsWith(LOGS.damaged)).toBe(true);
  await openFrom("Torn chat");
  await panel.getByText("the torn answer").waitFor();
  panel = await openFrom("Healthy in parts");
  await panel.getByText("the healthy answer").waitFor();
  await expect.poll(() => panel.getByText("damaged and cannot be shown").count()).toBe(1);
});

test("a conversation of a newer Plumb can be read, is never written, and leads to a new chat", async () => {
  const panel = await openFrom("Future chat");
  await panel.getByText("asked of the future").waitFor();
  await panel.getByText("It was written by a newer version of Plumb.").waitFor();
  await it.ui.shot("sessions-future");
  expect(content("future")).toBe(LOGS.future);
  await panel.locator(".banner").getByRole("button", { name: "New chat" }).click();
  await panel.getByText("What shall we work on?").waitFor();
});

test("a conversation of which nothing can be read says so and keeps its file", async () => {
  const panel = await openFrom("Damaged conversation");
  await panel.getByText("damaged and cannot be shown").waitFor();
  await it.ui.shot("sessions-garbage");
  expect(content("garbage").startsWith(LOGS.garbage)).toBe(true);
});
