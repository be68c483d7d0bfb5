import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, startWorld } from "../support/start-app.ts";

const go = [text("Go")];
const run = (command: string, more: object = {}) => reply(call("Bash", { command, ...more }));

test("what needs a terminal is answered with another way before anybody is asked, and never begins", async () => {
  const world = await startWorld({
    script: [run("touch begun && vim a.txt"), reply(say("I edit it myself."))],
  });
  const app = await world.open();
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "permission.asked")).toEqual([]);
  expect(eventsOf(app, "tool.started")).toEqual([]);
  expect(JSON.stringify(world.api.requests[1]?.body.messages.at(-1))).toContain("Edit or Write");
  expect(() => world.read("begun")).toThrow("ENOENT");
});

test("a rule that allows the command does not let it hang either", async () => {
  const world = await startWorld({ script: [run("watch ls"), reply(say("Once, then."))] });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(eventsOf(app, "tool.finished")[0]).toMatchObject({ isError: true, errorKind: "invalid_input" });
});

test("a command that asks for an answer is stopped, and its question is what the model reads", async () => {
  const world = await startWorld({
    script: [
      run("echo Installing.; printf 'Overwrite a.txt? [y/N] '; sleep 60; echo done"),
      reply(say("I add --yes.")),
    ],
  });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt(go, "now")).toBe("done");
  const told = JSON.stringify(world.api.requests[1]?.body.messages.at(-1));
  expect(told).toContain("Installing.\\nOverwrite a.txt? [y/N]\\n[asked for input");
  expect(told).toContain("--yes");
  expect(eventsOf(app, "tool.finished")[0]).toMatchObject({
    isError: true,
    detail: { kind: "exit", code: null },
  });
  // The clock of this world never makes anybody wait: what a command is given was asked of it.
  expect(world.slept).toContain(15_000);
});

test("silence without a question is no reason, and a program that misses its terminal is explained", async () => {
  const world = await startWorld({
    script: [
      run("printf 'Compiling: '; sleep 0.2; echo ok"),
      run("echo 'sudo: a terminal is required to read the password' >&2; exit 1"),
      run("echo 'is not a terminal' > words.txt; cat words.txt"),
      reply(say("So.")),
    ],
  });
  const app = await world.open({ mode: "bypass" });
  expect(await app.prompt(go, "now")).toBe("done");
  const [quiet, sudo, words] = eventsOf(app, "tool.finished").map(({ content }) => JSON.stringify(content));
  expect(quiet).toContain("Compiling: ok");
  expect(sudo).toContain("It wanted a terminal or an answer");
  expect(words).not.toContain("It wanted a terminal");
});
