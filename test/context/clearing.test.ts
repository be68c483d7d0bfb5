import { describe, expect, test } from "vitest";
import { clearResults } from "../../src/context/clear-results.ts";
import { gainOfClearing, remainingSteps } from "../../src/context/clearing-cost.ts";
import { dropSuperseded } from "../../src/context/drop-superseded.ts";
import type { ContextStrategy } from "../../src/core/context.ts";
import { lastSeen } from "../../src/core/last-seen.ts";
import { accept, Conversation, never, size, wholeText } from "../support/conversation.ts";

const LONG = "some words of a file\n".repeat(40);
const cleared = async (strategy: ContextStrategy, talk: Conversation): Promise<readonly string[]> => {
  const room = await strategy.makeRoom(talk.view(), never);
  talk.make(room);
  const event = room?.events[0];
  return event?.type === "cleared" ? event.callIds : [];
};

describe("clearing old results", () => {
  const talkOf = (count: number): Conversation => {
    const talk = new Conversation();
    talk.user("Look around");
    for (let n = 1; n <= count; n += 1) talk.read(`c${n}`, `/w/${n}.ts`, `${n} ${LONG}`);
    return talk;
  };

  test("leaves the newest ones, and calls with their answers in place", async () => {
    const talk = talkOf(5);
    expect(await cleared(clearResults({ size, keepNewest: 2 }), talk)).toEqual(["c1", "c2", "c3"]);
    accept(talk.request());
    expect(wholeText(talk.request())).toContain("/w/1.ts");
    expect(wholeText(talk.request())).not.toContain("1 some words");
    expect(wholeText(talk.request())).toContain("4 some words");
  });

  test("leaves what is pinned, what is short, what the person said, and what has not been read yet", async () => {
    const talk = talkOf(2);
    talk.append({ type: "pinned", target: "c1", isPinned: true });
    talk.reply([{ call: "short" }, { call: "todo", name: "TodoWrite" }]);
    talk.result("short", "ok");
    talk.result("todo", LONG);
    expect(await cleared(clearResults({ size, keepNewest: 0 }), talk)).toEqual(["c2"]);
    talk.reply([{ call: "new" }]);
    talk.result("new", LONG);
    expect(await cleared(clearResults({ size, keepNewest: 0 }), talk)).toEqual([]);
  });

  test("what was cleared counts as seen in part only: it is read again before it is written anew", async () => {
    const talk = talkOf(4);
    expect(lastSeen("/w/1.ts", "main", [...talk.log])?.isPartial).toBe(false);
    await cleared(clearResults({ size, keepNewest: 1 }), talk);
    expect(lastSeen("/w/1.ts", "main", [...talk.log])?.isPartial).toBe(true);
  });

  test("a second time changes nothing of what the first one wrote", async () => {
    const talk = talkOf(6);
    await cleared(clearResults({ size, keepNewest: 3 }), talk);
    const before = wholeText(talk.request()).slice(0, 900);
    expect(await cleared(clearResults({ size, keepNewest: 1 }), talk)).toEqual(["c4", "c5"]);
    expect(wholeText(talk.request()).slice(0, 900)).toBe(before);
  });
});

describe("dropping superseded copies", () => {
  test("drops older copies of a file that was read or written whole since", async () => {
    const talk = new Conversation();
    talk.user("Look");
    talk.read("old", "/w/a.ts", LONG, "h1");
    talk.read("other", "/w/b.ts", LONG, "h2");
    talk.read("new", "/w/a.ts", `${LONG}more`, "h3");
    expect(await cleared(dropSuperseded({ size }), talk)).toEqual(["old"]);
    accept(talk.request());
    expect(wholeText(talk.request())).toContain("a newer one of this file follows");
  });

  test("keeps a copy of which only a part was read since, or only a change was told", async () => {
    const talk = new Conversation();
    talk.user("Look");
    talk.read("old", "/w/a.ts", LONG, "h1");
    talk.reply([
      { call: "part", name: "Read" },
      { call: "patch", name: "Read" },
      { call: "edit", name: "Edit" },
    ]);
    const whole = { path: "/w/a.ts", hash: "h2", isPartial: false, lineCount: 41 };
    talk.result("part", LONG, { seen: [{ ...whole, isPartial: true, lines: [[1, 10]] }] });
    talk.result("patch", LONG, { seen: [{ ...whole, lines: [[1, 41]], from: { hash: "h1", changes: [] } }] });
    talk.result("edit", LONG, { seen: [{ ...whole, lines: [[3, 5]] }] });
    expect(await cleared(dropSuperseded({ size }), talk)).toEqual([]);
  });

  test("keeps what is pinned", async () => {
    const talk = new Conversation();
    talk.user("Look");
    talk.read("old", "/w/a.ts", LONG, "h1");
    talk.append({ type: "pinned", target: "old", isPinned: true });
    talk.read("new", "/w/a.ts", LONG, "h1");
    expect(await cleared(dropSuperseded({ size }), talk)).toEqual([]);
  });
});

describe("what clearing costs and brings", () => {
  const usual = { read: 0.1, write: 1.25 };
  const cheap = { read: 0.05, write: 1.25 };
  const half = { savedTokens: 30_000, tailTokens: 10_000, askedAgain: 0.1 };

  test("nothing is gained near the end, much when there is far to go", () => {
    expect(gainOfClearing({ ...half, remainingSteps: 2 }, usual)).toBeLessThan(0);
    expect(gainOfClearing({ ...half, remainingSteps: 30 }, usual)).toBeGreaterThan(50_000);
  });

  test("the cheaper reading is, the later it pays", () => {
    const from = (prices: typeof usual): number => {
      let steps = 1;
      while (gainOfClearing({ ...half, remainingSteps: steps }, prices) <= 0) steps += 1;
      return steps;
    };
    expect(from(usual)).toBe(6);
    expect(from(cheap)).toBe(12);
  });

  test("with an empty cache, where all is written anyway, it pays at once", () => {
    expect(gainOfClearing({ ...half, isCold: true, remainingSteps: 1 }, usual)).toBeGreaterThan(30_000);
  });

  test("a conversation is expected to go on for about as long as it has", () => {
    expect([1, 20, 500].map(remainingSteps)).toEqual([8, 20, 30]);
  });
});
