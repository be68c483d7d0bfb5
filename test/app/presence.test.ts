import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { NOBODY, type Presence, Whereabouts } from "../../src/core/presence.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { AWAY, answerAll, eventsOf, eventually, HERE, isType, startWorld } from "../support/start-app.ts";

/** Who is there is a fact of the host: the log says it, and what asks goes by it. */
const go = [text("Go")];
const touch = (name: string) => call("Bash", { command: `touch ${name}` });
const TERMINAL: Presence = { place: "terminal" };

test("the log says who was there, and again only when that is somebody else", async () => {
  const world = await startWorld({ script: [reply(say("One.")), reply(say("Two.")), reply(say("Three."))] });
  const app = await world.open();
  await app.prompt(go, "now");
  await app.prompt(go, "now");
  // While nothing runs nothing is written: who left and came back was never missed.
  world.whereabouts.set(AWAY);
  world.whereabouts.set(HERE);
  world.whereabouts.set({ ...AWAY, because: "they said so" });
  expect(eventsOf(app, "presence")).toHaveLength(1);
  await app.prompt(go, "now");
  const written = eventsOf(app, "presence").map(({ place, isAway, because }) => [place, isAway, because]);
  expect(written).toEqual([
    ["panel", undefined, undefined],
    ["panel", true, "they said so"],
  ]);
  await app.close();
  const again = await world.open({ isNew: false });
  expect(eventsOf(again, "presence")).toHaveLength(2);
});

test("who leaves for good while something is asked: it is denied at once, the log says why, and the turn goes on", async () => {
  const world = await startWorld({ script: [reply(touch("b.txt")), reply(say("Without it, then."))] });
  const app = await world.open();
  const turn = app.prompt(go, "now");
  await eventually(app, isType("permission.asked"));
  expect(app.isWaiting).toBe(true);
  world.whereabouts.set({ ...NOBODY, because: "the window was closed" });
  expect(await turn).toBe("done");
  expect(app.isWaiting).toBe(false);
  const [asked, left, decided] = app.session.events
    .filter(({ type }) => ["permission.asked", "presence", "permission.decided"].includes(type))
    .slice(1);
  expect([asked?.type, left, decided]).toMatchObject([
    "permission.asked",
    { type: "presence", place: "none", because: "the window was closed" },
    { type: "permission.decided", verdict: "deny", by: "nobody" },
  ]);
  expect(() => world.read("b.txt")).toThrow();
});

test("who comes to a conversation that went on without anybody is told to the model, once, and after all that was sent", async () => {
  const world = await startWorld({
    script: [
      reply(touch("b.txt")),
      reply(say("It was denied.")),
      reply(touch("b.txt")),
      reply(say("Made.")),
      reply(say("Yes.")),
    ],
  });
  const alone = await world.open({ whereabouts: new Whereabouts(NOBODY) });
  await alone.prompt(go, "now");
  await alone.close();
  const app = await world.open({ isNew: false, whereabouts: new Whereabouts(TERMINAL) });
  const asked = answerAll(app, { verdict: "allow", scope: "once" });
  await app.prompt([text("And now?")], "now");
  expect(asked).toEqual(["touch b.txt"]);
  await app.prompt([text("Sure?")], "now");
  const told = world.api.requests.map(
    ({ body }) => JSON.stringify(body.messages).split("Somebody is there now").length - 1,
  );
  expect(told).toEqual([0, 0, 1, 1, 1]);
  expect(world.read("b.txt")).toBe("");
  expect(world.api.violations).toEqual([]);
});

test("nothing is told where nothing was refused, nor of what waits in a queue", async () => {
  const world = await startWorld({
    script: [reply(touch("b.txt")), reply(say("It waits.")), reply(say("Here you are."))],
  });
  world.whereabouts.set(AWAY);
  const app = await world.open();
  await app.prompt(go, "now");
  world.whereabouts.set(HERE);
  await app.prompt(go, "now");
  expect(JSON.stringify(world.api.requests.at(-1)?.body.messages)).not.toContain("Somebody is there now");
});
