import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSession, encodeRecord } from "../../src/app/session-file.ts";
import type { AgentEvent } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";

const said = (seq: number, value: string): AgentEvent => ({
  seq,
  at: 1,
  agentId: "main",
  type: "user",
  content: [text(value)],
});
const log = [said(0, "grüße 👋"), said(1, 'line\nbreak "quoted"'), said(2, "end")];
const file = log.map(encodeRecord).join("");

test("what was written is read back, whatever it holds", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (values) => {
      const events = values.map((value, seq) => said(seq, value.toWellFormed()));
      expect(decodeSession(events.map(encodeRecord).join("")).events).toEqual(events);
    }),
  );
});

test("a log cut at any byte keeps every whole record and says where the torn tail begins", () => {
  const bytes = Buffer.from(file);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const { events, isTorn, damaged } = decodeSession(bytes.subarray(0, cut).toString("utf8"));
    const whole = bytes.subarray(0, cut).lastIndexOf(10) + 1;
    expect({ count: events.length, isTorn, damaged }).toEqual({
      count: bytes.subarray(0, cut).filter((byte) => byte === 10).length,
      isTorn: whole < cut,
      damaged: 0,
    });
  }
});

test("a damaged record in the middle is skipped, the rest is read", () => {
  const lines = file.split("\n");
  const damaged = [lines[0], lines[1]?.replace("break", "brake"), lines[2], ""].join("\n");
  expect(decodeSession(damaged)).toMatchObject({
    damaged: 1,
    isTorn: false,
    events: [{ seq: 0 }, { seq: 2 }],
  });
});

test("a record of an unknown type is kept as one, so that numbers go on from it", () => {
  const json = JSON.stringify({ seq: 3, at: 1, agentId: "main", type: "telepathy", thought: 1 });
  expect(decodeSession(file + encodeRecord(JSON.parse(json))).events.at(-1)).toEqual({
    seq: 3,
    at: 1,
    agentId: "main",
    type: "unknown",
    was: "telepathy",
  });
});

test("a file of a newer version is readable and marked as such", () => {
  expect(decodeSession(file + file.replaceAll('{"v":1,', '{"v":2,'))).toMatchObject({
    isNewer: true,
    events: log,
  });
});

test("of two records with one number the first counts", () => {
  expect(decodeSession(file + encodeRecord(said(1, "second writer"))).events).toEqual(log);
});
