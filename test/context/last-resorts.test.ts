import { describe, expect, test } from "vitest";
import { emergencyCut } from "../../src/context/emergency-cut.ts";
import { Estimator } from "../../src/context/estimate.ts";
import { freshStart } from "../../src/context/fresh-start.ts";
import { accept, Conversation, never, size, wholeText } from "../support/conversation.ts";

const sizeOf = (request: Parameters<Estimator["request"]>[0]): number => new Estimator().request(request);
const cut = (limit: number) => emergencyCut({ size, sizeOf, limit: () => limit });
const fresh = freshStart({ size, tail: { tokens: 0, lastTokens: 0 } });

function long(): Conversation {
  const talk = new Conversation();
  talk.user("Build the importer. It must not touch the network.");
  talk.reply([{ call: "plan", name: "ExitPlanMode", input: { plan: "Read, map, write." } }]);
  talk.result("plan", "approved");
  talk.append({
    type: "edit",
    editId: "e",
    callId: "x",
    path: "/w/importer.ts",
    before: "",
    after: "b",
    added: 9,
    removed: 0,
  });
  for (let n = 1; n <= 5; n += 1) talk.read(`c${n}`, `/w/${n}.ts`, `${n} ${"text ".repeat(2_000)}`);
  talk.user("And log what was skipped.");
  return talk;
}

describe("a fresh start", () => {
  test("asks nobody and goes on from messages, plan, files and last words", async () => {
    const talk = long();
    talk.make(await fresh.makeRoom(talk.view(), never));
    expect(talk.questions).toEqual([]);
    accept(talk.request());
    const sent = wholeText(talk.request());
    for (const words of [
      "It must not touch the network.",
      "Read, map, write.",
      "/w/importer.ts",
      "And log what was skipped.",
      "I look at /w/5.ts",
    ])
      expect(sent).toContain(words);
    expect(sent.length).toBeLessThan(6_000);
  });
});

describe("the emergency cut", () => {
  test("always makes a request that fits, also of a first message that alone is too long", async () => {
    const talk = new Conversation();
    talk.user(`Summarise this: ${"a log line with words\n".repeat(20_000)} The end.`);
    expect(sizeOf(talk.request())).toBeGreaterThan(100_000);
    talk.make(await cut(30_000).makeRoom(talk.view("overflow"), never));
    accept(talk.request());
    expect(sizeOf(talk.request())).toBeLessThan(30_000);
    expect(wholeText(talk.request())).toContain("Summarise this");
    expect(wholeText(talk.request())).toContain("The end.");
  });

  test("keeps less the less there is room for", async () => {
    for (const limit of [20_000, 4_000, 1_000]) {
      const talk = long();
      talk.make(await cut(limit).makeRoom(talk.view("overflow"), never));
      accept(talk.request());
      expect(sizeOf(talk.request())).toBeLessThan(limit);
    }
  });

  test("keeps what is pinned, and says so when that alone is too much", async () => {
    const talk = long();
    talk.append({ type: "pinned", target: "c2", isPinned: true });
    talk.make(await cut(9_000).makeRoom(talk.view("overflow"), never));
    expect(wholeText(talk.request())).toContain("2 text text");
    const room = await cut(1_000).makeRoom(long1(talk).view("overflow"), never);
    expect(room).toMatchObject({ events: [], because: expect.stringContaining("pinned") });
  });

  test("a call that waits for its person keeps its reply", async () => {
    const talk = long();
    talk.reply([{ call: "open", input: { command: "rm -r build" } }]);
    talk.make(await cut(9_000).makeRoom(talk.view("hand"), never));
    expect(wholeText(talk.request())).toContain("rm -r build");
    talk.result("open", "done");
    accept(talk.request());
  });
});

/** The same with one more reply, so that there is something new. */
function long1(talk: Conversation): Conversation {
  talk.reply([{ say: "On it." }]);
  talk.user("Go on.");
  return talk;
}
