import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import type { RecordedRequest } from "../support/fake-api/fake-api.ts";
import { call, reply, say, think } from "../support/fake-api/replies.ts";
import type { RequestBody } from "../support/fake-api/schema.ts";
import { answerAll, eventsOf, startWorld } from "../support/start-app.ts";

const go = [text("Look around. ".repeat(100))];
/** What it was told of the project, it has before it already. */
const FILES = {
  "CLAUDE.md": "Use tabs here.\n".repeat(400),
  "a.txt": "first\n".repeat(800),
  "b.txt": "second\n".repeat(800),
};
const fork = (task: string) =>
  call("Agent", { description: task, prompt: `Do ${task}.`, subagent_type: "fork" });
const taskOf = ({ messages }: RequestBody): string =>
  /"text":"Do (task-\w)/.exec(JSON.stringify(messages))?.[1] ?? "main";
const isOfFork = (body: RequestBody): boolean => taskOf(body) !== "main";
const total = ({ usage }: RecordedRequest): number =>
  (usage?.inputTokens ?? 0) + (usage?.readTokens ?? 0) + (usage?.writtenTokens ?? 0);

test("three forks at once read all that their parent had sent from its cache", async () => {
  const world = await startWorld({
    files: FILES,
    conversationOf: taskOf,
    script: ({ body }, index) => {
      if (isOfFork(body)) return reply(say(`I did ${taskOf(body)}.`));
      if (index === 0) return reply(think("Where?"), call("Read", { file_path: "a.txt" }));
      if (index === 1)
        return reply(
          think("Three parts."),
          say("I share it."),
          fork("task-a"),
          fork("task-b"),
          fork("task-c"),
        );
      return reply(say("All done."));
    },
  });
  const app = await world.open();
  expect(await app.prompt(go, "now")).toBe("done");
  const [, before, ...rest] = world.api.requests;
  const forks = rest.filter(({ body }) => isOfFork(body));
  expect(forks.map(({ body }) => taskOf(body)).toSorted()).toEqual(["task-a", "task-b", "task-c"]);
  for (const one of forks) {
    expect(one.usage?.readTokens).toBe(before ? total(before) : 0);
    expect(one.body.tools).toEqual(before?.body.tools);
    expect(total(one) - (one.usage?.readTokens ?? 0)).toBeLessThan(900);
  }
  const answers = eventsOf(app, "tool.finished").filter(({ content }) =>
    JSON.stringify(content).includes("I did"),
  );
  expect(answers).toHaveLength(3);
  expect(world.api.violations).toEqual([]);
  expect(world.api.refusals).toEqual([]);
  expect(eventsOf(app, "cache.broken")).toEqual([]);
});

test("a fork works on by itself: what it does is its own, what its parent may not do it may not either", async () => {
  const world = await startWorld({
    files: FILES,
    conversationOf: taskOf,
    script: ({ body }, index) => {
      if (!isOfFork(body)) return index === 0 ? reply(fork("task-a")) : reply(say("All done."));
      const said = JSON.stringify(body.messages);
      if (!said.includes("toolu_read"))
        return reply(think("Hm."), call("Read", { file_path: "b.txt" }, "toolu_read"));
      if (!said.includes("toolu_edit"))
        return reply(
          call("Agent", { description: "x", prompt: "y", subagent_type: "fork" }, "toolu_agent"),
          call("Bash", { command: "echo x > c.txt" }, "toolu_edit"),
        );
      return reply(say("Done."));
    },
  });
  const app = await world.open();
  const asked = answerAll(app, { verdict: "deny", scope: "once" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(asked).toEqual(["echo x > c.txt"]);
  const results = Object.fromEntries(
    eventsOf(app, "tool.finished").map(({ callId, outcome, content }) => [
      callId,
      { outcome, said: JSON.stringify(content) },
    ]),
  );
  expect(results["toolu_agent"]).toMatchObject({ outcome: "failed" });
  expect(results["toolu_agent"]?.said).toContain("Agent");
  expect(results["toolu_edit"]).toMatchObject({ outcome: "denied" });
  expect(eventsOf(app, "prefix").map(({ agentId }) => agentId)).toHaveLength(2);
  expect(world.api.violations).toEqual([]);
  expect(world.api.refusals).toEqual([]);
});

test("a fork that was interrupted goes on with the same bytes in the next process", async () => {
  let isOver = false;
  const world = await startWorld({
    files: FILES,
    conversationOf: taskOf,
    script: ({ body }, index) => {
      if (!isOfFork(body)) return index === 0 ? reply(think("Hm."), fork("task-a")) : reply(say("All done."));
      return isOver ? reply(say("Done.")) : reply(call("Bash", { command: "echo x > c.txt" }, "toolu_edit"));
    },
  });
  const app = await world.open();
  const asking = new Promise<void>((resolve) => {
    app.session.subscribe((event) => {
      if ("durable" in event && event.durable.type === "permission.asked") resolve();
    });
  });
  void app.prompt(go, "now");
  await asking;
  await app.close();
  isOver = true;
  const next = await world.open({ isNew: false });
  answerAll(next, { verdict: "allow", scope: "once" });
  expect(await next.resume()).toBe("done");
  expect(world.read("c.txt")).toBe("x\n");
  expect(world.api.violations).toEqual([]);
  expect(world.api.refusals).toEqual([]);
  expect(eventsOf(next, "cache.broken")).toEqual([]);
});
