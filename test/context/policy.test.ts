import { describe, expect, test } from "vitest";
import { contextPolicy } from "../../src/context/policy.ts";
import type { Room } from "../../src/core/context.ts";
import { AgentError } from "../../src/core/errors.ts";
import { NO_USAGE, text } from "../../src/core/message.ts";
import { accept, Conversation, never, wholeText } from "../support/conversation.ts";

const PRICE = { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 };
const policy = (windowTokens = 60_000, compactAt = 80, clearsEarly = true) =>
  contextPolicy({
    compactAt: () => compactAt,
    clearsEarly: () => clearsEarly,
    modelOf: () => ({ contextTokens: windowTokens, price: PRICE }),
  });
const kinds = (room: Room | undefined): string[] =>
  (room?.events ?? []).map((event) => `${event.type} ${event.strategy}`);

function reading(count: number, chars = 9_000): Conversation {
  const talk = new Conversation();
  talk.user("Look around");
  for (let n = 1; n <= count; n += 1)
    talk.read(`c${n}`, `/w/${n}.ts`, `${n} ${"some words\n".repeat(chars / 11)}`);
  return talk;
}
function talking(count: number, chars = 6_000): Conversation {
  const talk = new Conversation();
  talk.user("Tell me all about it.");
  for (let n = 1; n <= count; n += 1) more(talk, `${n}`, chars);
  return talk;
}
function more(talk: Conversation, name: string, chars = 6_000): void {
  talk.reply([{ say: `${name}: ${"what there is to say. ".repeat(chars / 22)}` }, { call: `c${name}` }]);
  talk.result(`c${name}`, `ok ${name}`);
}

describe("the policy", () => {
  test("looks at nothing while there is room", async () => {
    expect(await policy().makeRoom(reading(3).view(), never)).toBeUndefined();
    expect(await policy().makeRoom(new Conversation().view(), never)).toBeUndefined();
  });

  test("clears old results once that pays, long before the window is full, and not again at the next step", async () => {
    const early = policy(1_000_000);
    const talk = reading(24);
    const room = await early.makeRoom(talk.view(), never);
    expect(kinds(room)).toEqual(["cleared clear"]);
    talk.make(room);
    accept(talk.request());
    talk.read("x", "/w/x.ts", "one more");
    expect(await early.makeRoom(talk.view(), never)).toBeUndefined();
  });

  test("waits where too few steps are to be expected, unless the cache has expired: then it costs nothing extra", async () => {
    const talk = reading(10);
    expect(await policy(1_000_000).makeRoom(talk.view(), never)).toBeUndefined();
    const later = { ...talk.view(), now: 3 * 60 * 60_000 };
    expect(kinds(await policy(1_000_000).makeRoom(later, never))).toEqual(["cleared clear"]);
  });

  test("drops older copies and clears old results at once: the tail is written anew only once", async () => {
    const talk = reading(14);
    for (let n = 1; n <= 8; n += 1)
      talk.read(`again${n}`, `/w/${n}.ts`, `new ${"other words\n".repeat(700)}`, `h${n}`);
    expect(kinds(await policy(1_000_000).makeRoom(talk.view(), never))).toEqual([
      "cleared superseded",
      "cleared clear",
    ]);
  });

  test("at the threshold notes are preferred where they are enough, and a summary where they are not", async () => {
    expect(kinds(await policy(60_000, 80, false).makeRoom(reading(16).view(), never))).toEqual([
      "cleared clear",
    ]);
    expect(kinds(await policy(60_000, 80, false).makeRoom(talking(22).view(), never))).toEqual([
      "compacted summarise",
    ]);
  });

  test("what the provider signs goes first, and when that fails we ask ourselves", async () => {
    const talk = talking(22);
    talk.canSign = true;
    expect(kinds(await policy().makeRoom(talk.view(), never))).toEqual(["compacted signed"]);
    talk.answers = [new AgentError("overloaded", "compaction_unavailable")];
    expect(kinds(await policy().makeRoom(talk.view(), never))).toEqual(["compacted summarise"]);
  });

  test("0 is never, by itself", async () => {
    expect(await policy(60_000, 0, false).makeRoom(talking(22).view(), never)).toBeUndefined();
    expect(kinds(await policy(60_000, 0, false).makeRoom(talking(22).view("hand"), never))).toEqual([
      "compacted summarise",
    ]);
  });

  test("says what it was before and what it is after", async () => {
    const talk = talking(22);
    const room = await policy().makeRoom(talk.view(), never);
    const { tokensBefore = 0, tokensAfter = 0 } = room?.events[0] ?? {};
    expect(tokensBefore).toBeGreaterThan(39_000);
    expect(tokensAfter).toBeLessThan(12_000);
  });

  test("a failure is told once, and tried again only when the window has grown", async () => {
    const talk = talking(22);
    const one = policy();
    const failing = { content: [], usage: NO_USAGE, stopReason: "refusal" };
    talk.answers = [failing, failing, failing];
    const room = await one.makeRoom(talk.view(), never);
    expect(room).toMatchObject({ events: [], warning: expect.stringContaining("declined") });
    const asked = talk.questions.length;
    more(talk, "next", 300);
    expect(await one.makeRoom(talk.view(), never)).toBeUndefined();
    expect(talk.questions).toHaveLength(asked);
    talk.answers = [];
    for (const name of ["much", "and more"]) more(talk, name, 9_000);
    expect(kinds(await one.makeRoom(talk.view(), never))).toEqual(["compacted summarise"]);
  });

  test("what would save too little is not done, not even asked for", async () => {
    const talk = new Conversation();
    talk.user(`Explain this log: ${"a line of it\n".repeat(10_000)}`);
    for (let n = 1; n <= 4; n += 1) more(talk, `${n}`, 400);
    expect(await policy().makeRoom(talk.view(), never)).toMatchObject({
      events: [],
      warning: expect.stringContaining("too little"),
    });
    expect(await policy().makeRoom(talk.view("hand"), never)).toMatchObject({
      events: [],
      because: expect.stringContaining("too little"),
    });
    expect(talk.questions).toEqual([]);
  });

  test("after three summaries, with a todo list to go by, it starts afresh from the records", async () => {
    const talk = talking(22);
    talk.reply([{ call: "t", name: "TodoWrite" }]);
    talk.result("t", "shown", {
      detail: { kind: "todos", todos: [{ content: "Write it down", status: "pending", activeForm: "x" }] },
    });
    const one = policy();
    const all: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const room = await one.makeRoom(talk.view(), never);
      all.push(...kinds(room));
      talk.make(room);
      accept(talk.request());
      for (let n = 0; n < 20; n += 1) more(talk, `${round}-${n}`);
    }
    expect(all).toEqual([...Array.from({ length: 3 }, () => "compacted summarise"), "compacted fresh"]);
    expect(wholeText(talk.request())).toContain("- [pending] Write it down");
    expect(wholeText(talk.request())).toContain("Tell me all about it.");
  });

  test("by hand it says why it could not be done, and nothing is changed", async () => {
    const talk = talking(22);
    talk.answers = [
      { content: [text(" ")], usage: NO_USAGE, stopReason: "end_turn" },
      { content: [], usage: NO_USAGE, stopReason: "end_turn" },
    ];
    await expect(policy().makeRoom(talk.view("hand"), never)).rejects.toThrow("empty");
    expect(await policy().makeRoom(new Conversation().view("hand"), never)).toMatchObject({ events: [] });
  });

  test("stopped in the middle it stops", async () => {
    const talk = talking(22);
    const stopped = new AbortController();
    talk.answers = [new Error("stopped")];
    stopped.abort(new Error("stopped"));
    await expect(policy().makeRoom(talk.view(), stopped.signal)).rejects.toThrow("stopped");
  });
});

describe("after an overflow", () => {
  test("results go first, then turns, then all that does not fit; and then there is nothing left", async () => {
    const one = policy(1_000_000);
    const talk = reading(12);
    talk.make(await one.makeRoom(talk.view("overflow"), never));
    expect(talk.log.at(-1)).toMatchObject({ type: "cleared" });
    talk.make(await one.makeRoom(talk.view("overflow"), never));
    expect(talk.log.at(-1)).toMatchObject({ type: "compacted", strategy: "emergency" });
    accept(talk.request());
    expect(await one.makeRoom(talk.view("overflow"), never)).toBeUndefined();
  });

  test("the newest results stay as far as they fit, and what is too large says so", async () => {
    const talk = talking(6);
    talk.reply([{ call: "big" }, { call: "small" }]);
    talk.result("big", "x ".repeat(60_000));
    talk.result("small", "a small result");
    talk.make(await policy(60_000).makeRoom(talk.view("overflow"), never));
    accept(talk.request());
    expect(wholeText(talk.request())).toContain("a small result");
    expect(wholeText(talk.request())).toContain("Too large to fit");
    expect(talk.questions[0]?.question.upToSeq).toBeLessThan(talk.log.length - 4);
  });
});
