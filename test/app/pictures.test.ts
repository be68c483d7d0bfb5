import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Block, text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import type { RequestBody } from "../support/fake-api/schema.ts";
import { png } from "../support/png.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const attached = (width: number): Block => ({
  type: "image",
  source: { type: "base64", media_type: "image/png", data: png(width, 100).toString("base64") },
});
const ids = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const reads = (from: number, count: number) =>
  reply(...ids(from, count).map((n) => call("Read", { file_path: `${n}.png` })));
const pictures = (count: number): Record<string, string> =>
  Object.fromEntries(ids(0, count).map((n) => [`${n}.png`, ""]));
const countIn = ({ messages }: RequestBody): number =>
  JSON.stringify(messages).split('"type":"image"').length - 1;

test("a picture that a person attaches behind many, with a big one among them, is a note instead of the end", async () => {
  const world = await startWorld({
    script: [reads(0, 10), reads(10, 9), reply(say("Seen.")), reply(say("No.")), reply(say("Yes."))],
    files: pictures(19),
  });
  for (const n of ids(0, 19)) writeFileSync(join(world.dir, `${n}.png`), png(100 + n, 100));
  const app = await world.open();
  expect(await app.prompt([text("Look"), attached(2_400)], "now")).toBe("done");
  expect(await app.prompt([text("And this?"), attached(120)], "now")).toBe("done");
  expect(await app.prompt([text("Sure?"), attached(3_000)], "now")).toBe("done");
  expect(world.api.requests.slice(-3).map(({ body }) => countIn(body))).toEqual([20, 20, 20]);
  expect(JSON.stringify(world.api.requests.at(-1)?.body.messages)).toContain("A picture that is not shown");
  expect(world.api.refusals).toEqual([]);
  expect(world.api.violations).toEqual([]);
});

test("what a fork looks at counts with what it has before it", async () => {
  const isFork = (body: RequestBody): boolean => JSON.stringify(body.messages).includes("You are a fork");
  const world = await startWorld({
    script: ({ body }, index) => {
      if (isFork(body))
        return JSON.stringify(body.messages.at(-1)).includes("Do the rest.")
          ? reads(20, 2)
          : reply(say("Done."));
      if (index < 2) return reads(index * 10, 10);
      return index === 2
        ? reply(call("Agent", { description: "rest", prompt: "Do the rest.", subagent_type: "fork" }))
        : reply(say("All done."));
    },
    files: pictures(22),
    conversationOf: (body) => String(isFork(body)),
  });
  for (const n of ids(0, 22)) writeFileSync(join(world.dir, `${n}.png`), png(n === 0 ? 2_400 : 100 + n, 100));
  const app = await world.open();
  expect(await app.prompt([text("Look")], "now")).toBe("done");
  expect(eventsOf(app, "tool.finished").at(-1)?.isError).toBe(false);
  expect(world.api.refusals).toEqual([]);
  expect(world.api.violations).toEqual([]);
});
