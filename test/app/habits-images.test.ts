import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Block, text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { png } from "../support/png.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const read = (file_path: string) => reply(call("Read", { file_path }));
const done = reply(say("Seen."));

const kinds = (content: readonly Block[] | undefined): string[] => (content ?? []).map(({ type }) => type);

test("a picture that a person names by its path, and one that a command has made, can be looked at", async () => {
  const world = await startWorld({
    script: [
      read("shots/error.png"),
      reply(call("Bash", { command: "cp shots/error.png shots/screen.png && echo saved shots/screen.png" })),
      read("shots/screen.png"),
      read("logo.svg"),
      done,
    ],
    files: {
      "shots/.keep": "",
      "logo.svg": '<svg xmlns="http://www.w3.org/2000/svg"><title>Logo</title></svg>\n',
    },
  });
  writeFileSync(join(world.dir, "shots/error.png"), png(800, 600));
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt([text("What is wrong in shots/error.png?")], "now")).toBe("done");
  const [named, , made, drawing] = eventsOf(app, "tool.finished");
  expect([kinds(named?.content), kinds(made?.content)]).toEqual([["image"], ["image"]]);
  expect(JSON.stringify(drawing?.content)).toContain("<title>Logo</title>");
  expect(world.api.violations).toEqual([]);
});

test("a picture that is made smaller on its way is shown with these words", async () => {
  const world = await startWorld({ script: [read("wide.png"), done] });
  writeFileSync(join(world.dir, "wide.png"), png(3_840, 2_160));
  const app = await world.open();
  expect(await app.prompt([text("Look")], "now")).toBe("done");
  const [shown] = eventsOf(app, "tool.finished");
  expect(kinds(shown?.content)).toEqual(["image", "text"]);
  expect(JSON.stringify(shown?.content.at(-1))).toContain("3840 x 2160 pixels, which you see smaller");
});

test("pictures never become so many that the provider would refuse the conversation from then on", async () => {
  const world = await startWorld({
    script: [
      read("wide.png"),
      ...Array.from({ length: 3 }, (_, at) =>
        reply(...Array.from({ length: 7 }, (_, i) => call("Read", { file_path: `small-${at * 7 + i}.png` }))),
      ),
      done,
    ],
  });
  writeFileSync(join(world.dir, "wide.png"), png(2_400, 100));
  for (let at = 0; at < 21; at += 1) writeFileSync(join(world.dir, `small-${at}.png`), png(100 + at, 100));
  const app = await world.open();
  expect(await app.prompt([text("Look")], "now")).toBe("done");
  const results = eventsOf(app, "tool.finished");
  expect(results.filter(({ content }) => kinds(content).includes("image"))).toHaveLength(20);
  expect(JSON.stringify(results.at(-1)?.content)).toContain("Not shown: this conversation holds 20 pictures");
  expect(world.api.violations).toEqual([]);
});
