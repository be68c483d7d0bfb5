import { describe, expect, test } from "vitest";
import { type Candidate, Given, POINTER } from "../../../src/app/instructions/given.ts";
import type { EventBody } from "../../../src/core/event.ts";

const file = (path: string, hash: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{ path, scope: "project", hash, tokens: 100, because: "of the workspace", isTouched: false },
  ...more,
});
const usage = (inputTokens: number) => ({
  inputTokens,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
});
const reply = (tokens: number): EventBody => ({
  ...{ type: "assistant", content: [], usage: usage(tokens), model: "m", stopReason: "end_turn", sawSeq: 0 },
});
const user: EventBody = { type: "user", content: [] };
const given = (cause: string, ...files: Candidate[]): EventBody => ({ type: "instructions", cause, files });
const compacted: EventBody = { type: "compacted", summary: "s", keepFromSeq: 0, strategy: "summarise" };

function stateAfter(...bodies: EventBody[]): Given {
  const state = new Given();
  for (const [seq, body] of bodies.entries()) state.apply({ seq, at: 0, agentId: "main", ...body });
  return state;
}
const due = (state: Given, now: Candidate[], isWhole = true) =>
  state
    .due(now, isWhole)
    .map(({ cause, files }) => [cause, files.map(({ path, hash }) => `${path}=${hash}`)]);

const a = file("a", "1");
const b = file("b", "1");

describe("instructions are put", () => {
  test("not again while nothing happened", () => {
    expect(due(stateAfter(user, given("start", a, b), reply(5_000)), [a, b])).toEqual([]);
  });
  test("when they changed, came or went", () => {
    const state = stateAfter(user, given("start", a, b), reply(5_000));
    expect(due(state, [file("a", "2"), file("c", "1")])).toEqual([["changed", ["b=", "a=2", "c=1"]]]);
    const told = stateAfter(user, given("start", a, b), given("changed", file("a", "2"), file("b", "")));
    expect(due(told, [file("a", "2")])).toEqual([]);
  });
  test("but are not taken back where a file could not be looked at", () => {
    expect(due(stateAfter(given("start", a)), [], false)).toEqual([]);
  });
  test("when something below them was touched", () => {
    const nested = file("sub/a", "1", { isTouched: true });
    expect(due(stateAfter(given("start", a)), [a, nested])).toEqual([["touched", ["sub/a=1"]]]);
    expect(due(stateAfter(given("start", a), given("touched", nested)), [a, nested])).toEqual([]);
  });
  test("after a compaction, once", () => {
    const state = stateAfter(given("start", a, b), reply(90_000), compacted);
    expect(due(state, [a, b])).toEqual([["compacted", ["a=1", "b=1"]]]);
    expect(due(stateAfter(given("start", a), compacted, given("compacted", a), reply(4_000)), [a])).toEqual(
      [],
    );
  });
  test("once 30,000 tokens have passed since their last copy, each for itself", () => {
    expect(due(stateAfter(given("start", a), reply(29_999)), [a])).toEqual([]);
    expect(due(stateAfter(given("start", a), reply(30_000)), [a])).toEqual([["again", ["a=1"]]]);
    const later = stateAfter(given("start", a), reply(20_000), given("touched", b), reply(31_000));
    expect(due(later, [a, b])).toEqual([["again", ["a=1"]]]);
    const again = stateAfter(given("start", a), reply(30_000), given("again", a), reply(59_000));
    expect(due(again, [a])).toEqual([]);
    expect(due(stateAfter(given("start", a), reply(30_000), given("again", a), reply(60_000)), [a])).toEqual([
      ["again", ["a=1"]],
    ]);
  });
  test("more rarely when they are long", () => {
    const long = file("a", "1", { tokens: 8_000 });
    expect(due(stateAfter(given("start", long), reply(79_000)), [long])).toEqual([]);
    expect(due(stateAfter(given("start", long), reply(80_000)), [long])).toEqual([["again", ["a=1"]]]);
  });
});

describe("a line points to them", () => {
  test("behind each further message of a person, unless they are put there", () => {
    expect(stateAfter(user, given("start", a)).pointer).toBeUndefined();
    const second = [user, given("start", a), reply(5_000), user];
    expect(stateAfter(...second).pointer).toEqual(["a"]);
    expect(stateAfter(...second, given("changed", a)).pointer).toBeUndefined();
    expect(stateAfter(...second, { type: "reminder", text: `${POINTER} a` }).pointer).toBeUndefined();
    expect(stateAfter(...second, { type: "reminder", text: `${POINTER} a` }, user).pointer).toEqual(["a"]);
  });
  test("not when there are none, and not behind what a task says", () => {
    expect(stateAfter(user, reply(5_000), user).pointer).toBeUndefined();
    expect(
      stateAfter(user, given("start", a), { type: "user", content: [], origin: "task" }).pointer,
    ).toBeUndefined();
  });
});
