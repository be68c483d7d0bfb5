import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import type { CardAnswer } from "../../src/app/open-questions.ts";
import type { EventOf } from "../../src/core/event.ts";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { ALONE, eventsOf, eventually, startWorld, type World } from "../support/start-app.ts";

/** Plan mode is left by the user's approval of the plan, or by the user's own hand, and in no other way. */
const go = [text("Go")];
const PLAN = "# Plan\n\n1. Write a.txt\n2. Test it\n";
const present = (plan = PLAN) => call("ExitPlanMode", { plan });
const write = call("Write", { file_path: "a.txt", content: "a\n" });
type Card = EventOf<"permission.asked">;
const nthCard = (app: App, count: number): Promise<Card> =>
  eventually(
    app,
    (event): event is Card =>
      event.type === "permission.asked" && eventsOf(app, "permission.asked").length >= count,
  ).then(() => eventsOf(app, "permission.asked").at(-1) as Card);
const answer = (app: App, { callId, hash }: Card, more: Partial<CardAnswer>): boolean =>
  app.answerPermission({ callId, hash, verdict: "allow", scope: "once", ...more });
const told = (world: World, request: number): string =>
  JSON.stringify(world.api.requests[request]?.body.messages.at(-1)?.content).replaceAll("\\n", "\n");

async function presented(more: Partial<CardAnswer>, after = [reply(say("Good."))], plan = PLAN) {
  const world = await startWorld({ script: [reply(present(plan)), ...after] });
  const app = await world.open({ mode: "plan" });
  const turn = app.prompt(go, "now");
  const card = await nthCard(app, 1);
  expect(answer(app, card, more)).toBe(true);
  return { world, app, card, turn };
}

test("the plan is shown as it is, and approving it leaves plan mode for Ask", async () => {
  const { world, app, card, turn } = await presented({});
  expect(card.detail).toMatchObject({ kind: "plan", markdown: PLAN, hiddenChars: 0 });
  expect(card.suggestions).toEqual([]);
  expect(await turn).toBe("done");
  expect(app.mode).toBe("ask");
  expect(told(world, 1)).toContain("The user approved the plan");
  expect(told(world, 1)).toContain("Mode: Ask.");
  expect(world.api.violations).toEqual([]);
});

test.each(["acceptEdits", "auto"] as const)("it can be carried out in the mode %s", async (mode) => {
  const { world, app, turn } = await presented({ mode }, [reply(write), reply(say("Good."))]);
  expect(await turn).toBe("done");
  expect(app.mode).toBe(mode);
  expect(world.read("a.txt")).toBe("a\n");
});

test("a yes to nothing of it is a no, and plan mode goes on", async () => {
  const { app, turn } = await presented({ hunks: [], mode: "auto" });
  expect(await turn).toBe("done");
  expect(app.mode).toBe("plan");
});

test("what the user changed in the plan is told as a patch, with what they said about it", async () => {
  const amended = PLAN.replace("2. Test it\n", "2. Test it twice\n3. Stop\n");
  const { world, turn } = await presented({ amended, feedback: "Mind the tests." });
  expect(await turn).toBe("done");
  expect(told(world, 1)).toContain("-2. Test it\n+2. Test it twice\n+3. Stop");
  expect(told(world, 1)).toContain("Mind the tests.");
});

test("a rejected plan stays a plan: the mode stays, the reason is told, the next one is asked about", async () => {
  const { world, app, turn } = await presented({ verdict: "deny", feedback: "Smaller steps." }, [
    reply(write),
    reply(present("# Smaller\n")),
    reply(say("Good.")),
  ]);
  const next = await nthCard(app, 2);
  expect(app.mode).toBe("plan");
  expect(told(world, 1)).toContain("Smaller steps.");
  expect(told(world, 2)).toContain("plan mode");
  expect(eventsOf(app, "edit")).toEqual([]);
  answer(app, next, {});
  expect(await turn).toBe("done");
});

test("in other modes it asks nothing and changes nothing", async () => {
  for (const mode of ["ask", "acceptEdits", "auto", "dontAsk", "bypass"] as const) {
    const world = await startWorld({ script: [reply(present()), reply(say("Good."))] });
    const app = await world.open({ mode });
    expect(await app.prompt(go, "now")).toBe("done");
    expect(eventsOf(app, "permission.asked")).toEqual([]);
    expect(told(world, 1)).toContain("You are not in plan mode");
    expect(app.mode).toBe(mode);
  }
});

test("no rule and no other answer lets it leave plan mode", async () => {
  const world = await startWorld({ script: [reply(present()), reply(say("Good."))] });
  const rules = ["ExitPlanMode", "Bash", "Edit"].map(
    (rule) => ({ verdict: "allow", text: rule, source: "x" }) as const,
  );
  const app = await world.open({ mode: "plan", rules });
  const turn = app.prompt(go, "now");
  const card = await nthCard(app, 1);
  expect(app.answerPermission({ callId: card.callId, hash: "other", verdict: "allow", scope: "once" })).toBe(
    false,
  );
  expect(app.mode).toBe("plan");
  app.stop();
  expect(await turn).toBe("cancelled");
  expect(app.mode).toBe("plan");
});

test("the card is there again after a restart, and can be approved then", async () => {
  const world = await startWorld({ script: [reply(present()), reply(say("Good."))] });
  const app = await world.open({ mode: "plan" });
  void app.prompt(go, "now");
  await nthCard(app, 1);
  await app.close();
  const again = await world.open({ isNew: false });
  expect(again.hasOpenQuestion).toBe(true);
  const turn = again.resume();
  const card = await nthCard(again, 2);
  expect(await again.proposals.find(card.callId)).toMatchObject({ after: PLAN, isPlan: true });
  answer(again, card, { mode: "acceptEdits" });
  expect(await turn).toBe("done");
  expect(again.mode).toBe("acceptEdits");
});

test("with nobody there the turn ends with the plan, in plan mode, and can be gone on with", async () => {
  const world = await startWorld({ script: [reply(say("Here it is."), present()), reply(say("Good."))] });
  const app = await world.open({ mode: "plan", whereabouts: ALONE });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(world.api.requests).toHaveLength(1);
  expect(app.mode).toBe("plan");
  expect(await app.prompt([text("Smaller.")], "now")).toBe("done");
  expect(world.api.requests).toHaveLength(2);
  expect(world.api.violations).toEqual([]);
});

test("an empty plan and a huge one are plans as well", async () => {
  const empty = await presented({}, undefined, "");
  expect(await empty.turn).toBe("done");
  const huge = await presented({}, undefined, "- step\n".repeat(30_000));
  expect(huge.card.detail).toMatchObject({ kind: "plan", hiddenChars: 150_000 });
  expect(await huge.turn).toBe("done");
  expect(huge.app.mode).toBe("ask");
});
