import { expect, test } from "vitest";
import { type AgentEvent, type EventBody, MAIN } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { Transcript } from "../../src/core/transcript.ts";

let seq = 0;
const event = (body: EventBody, agentId: string = MAIN): AgentEvent => {
  seq += 1;
  return { seq, at: 0, agentId, ...body };
};
const compacted = (summary: string, more: object = {}): EventBody => ({
  ...{ type: "compacted", summary, keepFromSeq: 0, strategy: "summarise" },
  ...more,
});
function rowsOf(...events: AgentEvent[]) {
  const transcript = new Transcript();
  for (const one of events) transcript.apply(one);
  return transcript.rows;
}

test("room that was made is a row with what it saved, how, and what stays word for word", () => {
  const kept = [text("The plan:\nRound once."), { type: "image", source: {} }, text("x".repeat(500))];
  const made = compacted("Short.", { kept, tokensBefore: 900, tokensAfter: 100, focus: "names" });
  expect(rowsOf(event(made))).toMatchObject([
    {
      ...{ kind: "compaction", strategy: "summarise", summary: "Short.", results: 0, canEdit: true },
      ...{ tokensBefore: 900, tokensAfter: 100, focus: "names" },
      kept: ["The plan:\nRound once.", "x".repeat(200)],
    },
  ]);
  expect(rowsOf(event({ type: "cleared", callIds: ["a", "b"], strategy: "clear" }))).toMatchObject([
    { kind: "compaction", summary: "", results: 2, canEdit: false },
  ]);
});

test("other words for a summary are in its own row, not in one more, even with rows behind it", () => {
  const rows = rowsOf(
    event(compacted("First.")),
    event(compacted("Second.", { tokensBefore: 9, tokensAfter: 5 })),
    event({ type: "cleared", callIds: ["a"], strategy: "user" }),
    event({ type: "user", content: [text("On.")] }),
    event(compacted("Mine.", { strategy: "edited" })),
  );
  expect(rows.map((row) => (row.kind === "compaction" ? row.summary : row.kind))).toEqual([
    "First.",
    "Mine.",
    "",
    "prompt",
  ]);
  expect(rows[1]).toMatchObject({ isEdited: true, tokensAfter: 5, strategy: "summarise" });
});

test("of a sub-agent the summary stays its own, and without a row to change there is a new one", () => {
  const edited = compacted("Mine.", { strategy: "edited" });
  expect(rowsOf(event(compacted("Theirs."), "main/c1"), event(edited))).toMatchObject([
    { summary: "Theirs." },
    { summary: "Mine." },
  ]);
});

test("how full the window is counts from then on, for the main agent's own", () => {
  const transcript = new Transcript();
  transcript.apply(event(compacted("A.", { tokensBefore: 900, tokensAfter: 120 })));
  transcript.apply(event(compacted("B.", { tokensBefore: 90, tokensAfter: 12 }), "main/c1"));
  transcript.apply(event({ type: "cleared", callIds: ["a"], strategy: "user" }));
  expect(transcript.status.contextTokens).toBe(120);
});

test("that the conversation is being summarised is said until anything else happens to the main agent", () => {
  const transcript = new Transcript();
  transcript.applyLive({ type: "room", agentId: "main/c1" });
  expect(transcript.status.isMakingRoom).toBeUndefined();
  for (const end of ["event", "delta"]) {
    transcript.applyLive({ type: "room", agentId: MAIN });
    expect(transcript.status.isMakingRoom).toBe(true);
    transcript.apply(event({ type: "notice", kind: "info", text: "" }, "main/c1"));
    expect(transcript.status.isMakingRoom).toBe(true);
    if (end === "event") transcript.apply(event(compacted("A.")));
    else transcript.applyLive({ type: "text", agentId: MAIN, delta: "On" });
    expect(transcript.status.isMakingRoom).toBeUndefined();
  }
});

test("a summary of an older log, and one of nothing, are rows as well", () => {
  expect(rowsOf(event(compacted("")))).toMatchObject([{ kind: "compaction", summary: "", canEdit: false }]);
});
