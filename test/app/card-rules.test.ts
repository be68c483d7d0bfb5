import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import type { CardAnswer } from "../../src/app/open-questions.ts";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const bash = (command: string) => reply(call("Bash", { command }));

/** Opens a conversation in which the model runs these commands one after the other. */
async function running(...commands: string[]) {
  const script = [...commands.map(bash), reply(say("Done."))];
  const world = await startWorld({ script });
  const app = await world.open();
  return { world, app, done: app.prompt([text("go")], "now") };
}

/** The card that waits, and an answer for it. */
async function card(app: App) {
  await expect.poll(() => app.transcript.status.openQuestions.length).toBe(1);
  const asked = eventsOf(app, "permission.asked").at(-1)!;
  const { callId, hash } = asked;
  return {
    asked,
    check: (...rules: string[]) => app.checkRules(callId, hash, rules),
    answer: (more: Partial<CardAnswer>) =>
      app.answerPermission({ callId, hash, verdict: "allow", scope: "once", ...more }),
  };
}

test("a card offers the command and its kind, and the kind that is kept lets the next one through", async () => {
  const { app, done, world } = await running("mkdir out", "mkdir out/deep");
  const { asked, check, answer } = await card(app);
  expect([asked.suggestions, asked.wider]).toEqual([["Bash(mkdir out)"], [["Bash(mkdir *)"]]]);
  expect(await check("Bash(mkdir *)")).toEqual({
    rules: [
      {
        text: "Bash(mkdir *)",
        words: "mkdir, and whatever comes after it, unless the risk is high",
      },
    ],
  });
  expect(answer({ scope: "workspace", rules: ["Bash(mkdir *)"] })).toBe(true);
  await done;
  expect(eventsOf(app, "permission.asked")).toHaveLength(1);
  expect(eventsOf(app, "rules")).toMatchObject([{ scope: "workspace", allow: ["Bash(mkdir *)"] }]);
  const projects = join(world.dataDir, "projects");
  const [project = ""] = readdirSync(projects);
  expect(JSON.parse(readFileSync(join(projects, project, "rules.json"), "utf8"))).toEqual({
    allow: ["Bash(mkdir *)"],
  });
});

test("without rules of its own an answer gives the narrowest that were offered", async () => {
  const { app, done } = await running("mkdir out", "mkdir out/deep");
  (await card(app)).answer({ scope: "session" });
  await expect.poll(() => eventsOf(app, "permission.asked")).toHaveLength(2);
  expect(eventsOf(app, "rules")).toMatchObject([{ scope: "session", allow: ["Bash(mkdir out)"] }]);
  (await card(app)).answer({ verdict: "deny" });
  await done;
});

test.each([
  ["wider", ["Bash(m*)"]],
  ["everything", ["Bash"]],
  ["about another call", ["Bash(mkdir other)"]],
  ["no rule", ["Bash("]],
  ["another tool's", ["Edit(/**)"]],
  ["too many", Array.from({ length: 6 }, (_, at) => `Bash(mkdir out/${at})`)],
  ["none", []],
])(
  "rules that are %s are refused with words; sent anyway they are not kept, and the call runs once",
  async (_, rules) => {
    const { app, done } = await running("mkdir out", "mkdir out");
    const { check, answer } = await card(app);
    const found = await check(...rules);
    const problems = [found?.problem, ...(found?.rules ?? []).map(({ problem }) => problem)];
    expect(problems.filter(Boolean)).not.toEqual([]);
    answer({ scope: "workspace", rules });
    await expect.poll(() => eventsOf(app, "permission.asked")).toHaveLength(2);
    expect(eventsOf(app, "rules")).toEqual([]);
    expect(eventsOf(app, "permission.decided")).toMatchObject([{ verdict: "allow", scope: "once" }]);
    (await card(app)).answer({ verdict: "deny" });
    await done;
  },
);

test("rules are checked only for the card they are about", async () => {
  const { app, done } = await running("mkdir out");
  const { asked, answer } = await card(app);
  expect(await app.checkRules(asked.callId, "another hash", ["Bash(mkdir out)"])).toBeUndefined();
  expect(await app.checkRules("another", asked.hash, ["Bash(mkdir out)"])).toBeUndefined();
  answer({});
  await done;
  expect(await app.checkRules(asked.callId, asked.hash, ["Bash(mkdir out)"])).toBeUndefined();
});

test("a kind that was given does not reach what is of high risk", async () => {
  const { app, done, world } = await running("touch a.txt", "touch b.txt", "touch /etc/of-nobody");
  (await card(app)).answer({ scope: "session", rules: ["Bash(touch *)"] });
  await expect.poll(() => eventsOf(app, "permission.asked")).toHaveLength(2);
  expect(existsSync(join(world.dir, "b.txt"))).toBe(true);
  const last = await card(app);
  expect(last.asked.detail).toMatchObject({ command: "touch /etc/of-nobody", risk: { level: "high" } });
  expect(last.asked.wider).toBeUndefined();
  last.answer({ verdict: "deny" });
  await done;
});

test("beside a command that has a rule what only reads needs none, and a list needs a rule for each that asks", async () => {
  const { app, done } = await running(
    "touch a.txt && mkdir -p out",
    "cd out && touch b.txt 2>&1 | tail -5; mkdir -p more",
  );
  const { asked, answer } = await card(app);
  expect(asked.suggestions).toEqual(["Bash(touch a.txt)", "Bash(mkdir -p out)"]);
  expect(asked.wider).toEqual([["Bash(touch *)", "Bash(mkdir *)"]]);
  answer({ scope: "session", rules: asked.wider?.[0] ?? [] });
  await done;
  expect(eventsOf(app, "permission.asked")).toHaveLength(1);
});
