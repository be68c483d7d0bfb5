import { expect, test } from "vitest";
import { signedSummary } from "../../src/context/signed-summary.ts";
import { text } from "../../src/core/message.ts";
import { Conversation, MODEL, never, size } from "../support/conversation.ts";
import { call, reply, say, think } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const more = [text("And now?")];

test("with another system prompt a conversation goes on, without the thoughts that were bound to the one before", async () => {
  const world = await startWorld({
    files: { "a.txt": "a" },
    script: [
      reply(think("I look."), call("Read", { file_path: "a.txt" })),
      reply(think("I know."), say("One.")),
      reply(think("Long, then."), say("Two.")),
      reply(say("Three.")),
    ],
  });
  const app = await world.open({ extras: () => ({ append: "Be brief." }) });
  expect(await app.prompt([text("What is there?")], "now")).toBe("done");
  await app.close();
  const again = await world.open({ extras: () => ({ append: "Take your time." }), isNew: false });
  expect(await again.prompt(more, "now")).toBe("done");
  expect(await again.prompt(more, "now")).toBe("done");
  expect(eventsOf(again, "prefix")).toHaveLength(2);
  expect(world.api.refusals).toEqual([]);
  const sent = JSON.stringify(world.api.requests.at(-1)?.body.messages);
  expect(sent).not.toContain("I know.");
  expect(sent).toContain("Long, then.");
});

test("another model and back: thoughts stay, for what they are bound to is what it was", async () => {
  const world = await startWorld({
    script: [reply(think("Hm."), say("One.")), reply(say("Two.")), reply(say("Three."))],
  });
  const app = await world.open();
  await app.prompt(more, "now");
  app.setModel("claude-opus-5", "");
  await app.prompt(more, "now");
  app.setModel("claude-opus-5-5", "");
  expect(await app.prompt(more, "now")).toBe("done");
  expect(JSON.stringify(world.api.requests.at(-1)?.body.messages)).toContain("Hm.");
  expect(world.api.refusals).toEqual([]);
});

test("behind a summary that was signed for another system prompt, later ones go without the thoughts before them", async () => {
  const talk = new Conversation();
  const work = (from: number): void => {
    for (const n of [from, from + 1, from + 2]) {
      talk.reply([{ think: `thought ${n}` }, { say: `Step ${n}.` }, { call: `c${n}` }]);
      talk.result(`c${n}`, "words ".repeat(100));
    }
  };
  const strategy = signedSummary({ size, tail: { tokens: 400, lastTokens: 2_000 } });
  talk.canSign = true;
  talk.user("Fix it");
  work(1);
  talk.make(await strategy.makeRoom(talk.view("hand"), never));
  const { tools } = talk.request();
  talk.append({ type: "prefix", model: MODEL, system: ["You are somebody else."], tools: [...tools] });
  work(4);
  talk.make(await strategy.makeRoom(talk.view("hand"), never));
  work(7);
  talk.make(await strategy.makeRoom(talk.view("hand"), never));
  work(10);
  expect(talk.log.filter(({ type }) => type === "compacted")).toHaveLength(3);
});
