import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, eventsOf, startWorld } from "../support/start-app.ts";

const go = [text("Go")];
const results = (app: Parameters<typeof eventsOf>[0]) =>
  eventsOf(app, "tool.finished").map(({ outcome }) => outcome);

test("Don't ask shows no card: what would ask is denied, and the model hears why", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n" },
    script: [
      reply(call("Bash", { command: "cat a.txt" }), call("Bash", { command: "touch b.txt" })),
      reply(call("AskUserQuestion", { questions: [question] })),
      reply(say("Good.")),
    ],
  });
  const app = await world.open({ mode: "dontAsk" });
  const asked = answerAll(app, { verdict: "allow", scope: "once" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(results(app)).toEqual(["done", "denied", "denied"]);
  expect(asked).toEqual([]);
  expect(app.transcript.status.openQuestions).toEqual([]);
  const told = JSON.stringify(world.api.requests[1]?.body.messages.at(-1)?.content);
  expect(told).toContain("the user chose not to be asked");
  const [, row] = app.transcript.rows.filter((one) => one.kind === "tool");
  expect(row).toMatchObject({
    title: "Bash touch b.txt",
    state: "denied",
    decided: { verdict: "deny", by: "rule" },
  });
  expect(world.api.violations).toEqual([]);
});
const question = { question: "Which?", header: "Which", options: [{ label: "One" }, { label: "Two" }] };

test("Auto edits the workspace, runs what is of low risk, and asks before the rest", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n" },
    script: [
      reply(
        call("Write", { file_path: "b.txt", content: "b\n" }),
        call("Bash", { command: "wc -l a.txt b.txt" }),
        call("Bash", { command: "touch c.txt" }),
        call("Write", { file_path: ".vscode/settings.json", content: "{}\n" }),
      ),
      reply(say('{"verdict":"ask","reason":"not needed"}')),
      reply(say("Good.")),
    ],
  });
  const app = await world.open({ mode: "auto" });
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(results(app)).toEqual(["done", "done", "denied", "denied"]);
  expect(asked).toEqual(["touch c.txt", expect.stringContaining("settings.json")]);
  expect(world.read("b.txt")).toBe("b\n");
  expect(eventsOf(app, "edit")).toHaveLength(1);
});

test("a conversation that was in Bypass asks again where Bypass may not be used any more", async () => {
  const world = await startWorld({
    script: [reply(say("Good.")), reply(call("Bash", { command: "touch b.txt" })), reply(say("Good."))],
  });
  const first = await world.open({ mode: "bypass" });
  await first.prompt(go, "now");
  await first.close();
  let mayBypass = false;
  const again = await world.open({ isNew: false, mayBypass: () => mayBypass });
  expect(again.mode).toBe("ask");
  const asked = answerAll(again, { verdict: "deny", scope: "once" });
  await again.prompt(go, "now");
  expect(asked).toEqual(["touch b.txt"]);
  mayBypass = true;
  expect(again.mode).toBe("bypass");
});

test("deny rules and protected files hold in Bypass", async () => {
  const world = await startWorld({
    script: [
      reply(
        call("Bash", { command: "touch denied.txt" }),
        call("Write", { file_path: ".git/hooks/pre-commit", content: "x\n" }),
        call("Bash", { command: "echo x > .git/hooks/pre-commit" }),
        call("Bash", { command: "touch fine.txt" }),
      ),
      reply(say("Good.")),
    ],
  });
  const rules = [{ verdict: "deny", text: "Bash(touch denied*)", source: "test" } as const];
  const app = await world.open({ mode: "bypass", rules });
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  await app.prompt(go, "now");
  expect(results(app)).toEqual(["denied", "denied", "denied", "done"]);
  expect(asked).toHaveLength(2);
});
