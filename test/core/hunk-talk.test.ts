import { expect, test } from "vitest";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import { hunkTalk } from "../../src/core/hunk-talk.ts";
import { NO_USAGE, text } from "../../src/core/message.ts";

const log = (...bodies: readonly EventBody[]): AgentEvent[] =>
  bodies.map((body, seq) => ({ seq, at: seq, agentId: MAIN, ...body }));
const about = { thread: "t1", path: "/a.ts", line: 3, removed: "old\n", added: "new\n" };
const asks = (words: string): EventBody => ({ type: "user", content: [text(words)], about });
const says = (words: string, sawSeq: number): EventBody => ({
  type: "assistant",
  content: [text(words)],
  usage: NO_USAGE,
  model: "m",
  stopReason: "end_turn",
  sawSeq,
});
const ends: EventBody = { type: "finished", outcome: "done" };

test("a question about a hunk is answered by the last words of the turn that read it", () => {
  const [first] = hunkTalk(log(asks("why?"), says("I look.", 0), says("Because.", 0), ends));
  expect(first).toMatchObject({ about, asked: "why?", answer: { markdown: "Because.", stopped: undefined } });
});

test("a turn that ended without having seen the question leaves it open; the next one answers it", () => {
  const events = log(
    { type: "user", content: [text("do it")] },
    asks("why?"),
    says("Done.", 0),
    ends,
    says("Because.", 3),
    ends,
  );
  expect(hunkTalk(events.slice(0, 4))[0]?.answer).toBeUndefined();
  expect(hunkTalk(events)[0]?.answer?.markdown).toBe("Because.");
});

test("a turn that failed or was stopped says so instead of an answer", () => {
  const failed: EventBody = {
    type: "finished",
    outcome: "failed",
    error: { kind: "auth", message: "The key was refused.", hint: "Sign in." },
  };
  expect(hunkTalk(log(asks("why?"), failed))[0]?.answer).toMatchObject({
    markdown: "",
    stopped: "The key was refused.",
  });
  expect(hunkTalk(log(asks("why?"), { type: "finished", outcome: "cancelled" }))[0]?.answer?.stopped).toBe(
    "cancelled",
  );
});
