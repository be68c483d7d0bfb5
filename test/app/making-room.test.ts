import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { gate, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const LONG = "This one is about values and how they are computed. ".repeat(400);

test("somebody who watches sees that room is made; stopping it leaves the conversation as it was", async () => {
  let open = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    open = resolve;
  });
  let asked = 0;
  const world = await startWorld({
    script: () => {
      asked += 1;
      return asked <= 2
        ? reply(say(`Seen. ${LONG}`))
        : asked === 3
          ? reply(gate(held), say("A."))
          : reply(say("B."));
    },
  });
  const app = await world.open({ model: "claude-haiku-5-5", maxOutputTokens: 1_000 });
  await app.prompt([text("Look.")], "now");
  await app.prompt([text("And now?")], "now");
  const seen: boolean[] = [];
  const making = app.contextDesk.compact("the names");
  app.session.subscribe((event) => {
    if ("live" in event && event.live.type === "room") seen.push(app.transcript.status.isMakingRoom === true);
  });
  await expect.poll(() => asked).toBe(3);
  expect(app.isRunning).toBe(true);
  app.stop();
  await expect(making).rejects.toMatchObject({ name: "AbortError" });
  open();
  expect(eventsOf(app, "compacted")).toEqual([]);
  expect(seen).toEqual([true]);
  expect(await app.contextDesk.compact("the names")).toMatchObject({ kind: "done" });
  expect(app.transcript.rows.findLast(({ kind }) => kind === "compaction")).toMatchObject({
    focus: "the names",
    canEdit: true,
  });
  expect(app.transcript.status.isMakingRoom).toBeUndefined();
});
