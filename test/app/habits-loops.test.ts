import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import { text } from "../../src/core/message.ts";
import { call, gate, type Reply, reply, say, think } from "../support/fake-api/replies.ts";
import { ALONE, answerAll, eventsOf, startWorld } from "../support/start-app.ts";

const go = [text("Go")];
const BYPASS = { mode: "bypass" } as const;
const repeat = (count: number, make: (at: number) => Reply): Reply[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** What our habits have said, each as `habit: words`. */
const said = (app: App, agentId = "main"): string[] =>
  eventsOf(app, "reminder").flatMap((event) =>
    event.habit && event.agentId === agentId ? [`${event.habit.id}: ${event.text}`] : [],
  );
const stuck = (app: App) => eventsOf(app, "finished").at(-1)?.error;

test("a command that fails in the same way: after three times there is a nudge, after five the turn stops and says why", async () => {
  const world = await startWorld({
    script: repeat(9, () => reply(call("Bash", { command: "echo in 12 ms; date +%T; exit 3" }))),
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("failed");
  expect(world.api.requests).toHaveLength(5);
  expect(said(app)).toEqual([expect.stringContaining("Bash has failed in the same way 3 times")]);
  expect(JSON.stringify(world.api.requests[3]?.body.messages.at(-1))).toContain("go another way");
  expect(stuck(app)).toMatchObject({
    kind: "stuck",
    message: "Stopped, because Bash failed in the same way 5 times in a row.",
  });
  // A person may let it go on, and it begins to count anew.
  expect(await app.resume()).toBe("failed");
  expect(world.api.requests.length).toBeGreaterThanOrEqual(8);
  expect(world.api.violations).toEqual(expect.not.arrayContaining([expect.stringContaining("prefix")]));
});

test("the count is in the log: a window that was closed in the middle goes on with it", async () => {
  const never = new Promise(() => undefined);
  const world = await startWorld({
    script: repeat(9, (at) => reply(...(at === 3 ? [gate(never)] : []), call("Bash", { command: "exit 3" }))),
  });
  const app = await world.open(BYPASS);
  const running = app.prompt(go, "now");
  await expect.poll(() => world.api.requests.length).toBe(4);
  await app.close();
  await running;
  const later = await world.open({ ...BYPASS, isNew: false });
  expect(await later.resume()).toBe("failed");
  expect(stuck(later)).toMatchObject({ kind: "stuck" });
  expect(eventsOf(later, "tool.finished")).toHaveLength(5);
  expect(said(later)).toHaveLength(1);
});

test("edits of one file that fail for the same kind of reason count, whatever they would replace", async () => {
  const world = await startWorld({
    files: { "a.ts": "const a = 1;\n" },
    script: [
      reply(call("Read", { file_path: "a.ts" })),
      ...repeat(6, (at) =>
        reply(call("Edit", { file_path: "a.ts", old_string: `none ${at}`, new_string: "x" })),
      ),
    ],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("failed");
  expect(said(app)).toEqual([expect.stringContaining("Read the place as it is now")]);
  expect(stuck(app)).toMatchObject({
    kind: "stuck",
    message: "Stopped, because Edit failed in the same way 5 times in a row.",
  });
});

test("many failing calls in one reply are one attempt, and a success in between begins anew", async () => {
  const miss = (name: string) => call("Edit", { file_path: "a.ts", old_string: name, new_string: "x" });
  const hit = (from: string, to: string) =>
    call("Edit", { file_path: "a.ts", old_string: from, new_string: to });
  const world = await startWorld({
    files: { "a.ts": "a1\n" },
    script: [
      reply(call("Read", { file_path: "a.ts" })),
      reply(miss("n1"), miss("n2"), miss("n3"), miss("n4"), miss("n5"), miss("n6")),
      reply(miss("n7")),
      reply(hit("a1", "a2")),
      reply(miss("n8")),
      reply(miss("n9")),
      reply(say("Done.")),
    ],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(said(app)).toEqual([]);
});

test("a test that fails less each time, and a person who turns down many versions of an edit, are left alone", async () => {
  const world = await startWorld({
    files: { "a.ts": "a\n", count: "9" },
    script: [
      ...repeat(7, () =>
        reply(call("Bash", { command: "n=$(cat count); echo $((n-1)) > count; echo $n failed; exit 1" })),
      ),
      reply(call("Read", { file_path: "a.ts" })),
      ...repeat(6, (at) => reply(call("Edit", { file_path: "a.ts", old_string: "a", new_string: `b${at}` }))),
      reply(say("Done.")),
    ],
  });
  const app = await world.open({ ...BYPASS, rules: [{ verdict: "ask", text: "Edit", source: "test" }] });
  answerAll(app, { verdict: "deny", scope: "once" });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(said(app)).toEqual([]);
});

test("the same calls with the same results: a nudge after three times, the end after eight", async () => {
  const world = await startWorld({
    files: { "a.txt": "a\n" },
    script: repeat(12, () =>
      reply(call("Bash", { command: "cat a.txt" }), call("Glob", { pattern: "*.txt" })),
    ),
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("failed");
  expect(world.api.requests).toHaveLength(8);
  expect(said(app)).toEqual([expect.stringContaining("the same results 3 times")]);
  expect(stuck(app)).toMatchObject({ kind: "stuck", message: expect.stringContaining("8 times in a row") });
});

test("what a person answers begins anew, like what they say", async () => {
  const same = repeat(6, () => reply(call("Bash", { command: "echo same" })));
  const question = { question: "Wait on?", header: "Wait", options: [{ label: "Yes" }, { label: "No" }] };
  const world = await startWorld({
    script: [
      ...same,
      reply(call("AskUserQuestion", { questions: [question] })),
      ...same,
      reply(say("Done.")),
    ],
  });
  const app = await world.open(BYPASS);
  const running = app.prompt(go, "now");
  await expect.poll(() => eventsOf(app, "question.asked").length).toBe(1);
  expect(app.answerQuestions(eventsOf(app, "question.asked")[0]!.callId, ["Yes"])).toBe(true);
  expect(await running).toBe("done");
  expect(said(app)).toHaveLength(2);
});

test("going round in circles is seen, looking again after an edit or at something that changes is not", async () => {
  const round = (at: number): Reply => reply(call("Bash", { command: at % 2 === 0 ? "echo a" : "echo b" }));
  const world = await startWorld({ script: [...repeat(5, round), reply(say("Done."))] });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(said(app)).toEqual([expect.stringContaining("nothing-new")]);

  const other = await startWorld({
    files: { "a.txt": "0\n", n: "0" },
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      ...repeat(10, (at) =>
        at % 2 === 0
          ? reply(call("Bash", { command: "echo tests pass" }))
          : reply(
              call("Edit", {
                file_path: "a.txt",
                old_string: `${(at - 1) / 2}`,
                new_string: `${(at + 1) / 2}`,
              }),
            ),
      ),
      ...repeat(5, () => reply(call("Bash", { command: "n=$(cat n); echo $((n+1)) | tee n" }))),
      reply(say("Done.")),
    ],
  });
  const innocent = await other.open(BYPASS);
  expect(await innocent.prompt(go, "now")).toBe("done");
  expect(said(innocent)).toEqual([]);
});

test("edits of one file while the same check fails in the same way get a nudge, once; progress gets none", async () => {
  const edit = (at: number) =>
    call("Edit", { file_path: "a.ts", old_string: `v${at}`, new_string: `v${at + 1}` });
  const check = call("Bash", {
    command: 'echo "a.ts:$(wc -c < a.ts):1 Error: expected 1 in $RANDOM ms"; exit 1',
  });
  const steps = (from: number): Reply[] => repeat(5, (at) => reply(edit(from + at), check));
  const world = await startWorld({
    files: { "a.ts": "v0\n" },
    script: [reply(call("Read", { file_path: "a.ts" }), check), ...steps(0), reply(say("I give up."))],
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(said(app)).toEqual([expect.stringContaining("edits-in-vain: The same check still fails")]);

  const better = call("Bash", { command: 'echo "Error: $(cat a.ts) is left"; exit 1' });
  const other = await startWorld({
    files: { "a.ts": "v0\n" },
    script: [
      reply(call("Read", { file_path: "a.ts" })),
      ...repeat(6, (at) => reply(edit(at), better)),
      reply(say("So.")),
    ],
  });
  const innocent = await other.open(BYPASS);
  expect(await innocent.prompt(go, "now")).toBe("done");
  expect(said(innocent)).toEqual([]);
});

test("who has few steps left is told in time, and whoever has many or few to begin with is not", async () => {
  const look = (at: number): Reply => reply(call("Bash", { command: `echo ${at}` }));
  const world = await startWorld({ script: [...repeat(19, look), reply(say("This is what is open."))] });
  const app = await world.open({ ...BYPASS, maxSteps: 20 });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(said(app)).toEqual([
    expect.stringContaining("You have 5 replies left"),
    expect.stringContaining("This is your last reply"),
  ]);
  const short = await startWorld({ script: [look(1), look(2), reply(say("Done."))] });
  const innocent = await short.open({ ...BYPASS, maxSteps: 4 });
  expect(await innocent.prompt(go, "now")).toBe("done");
  expect(said(innocent)).toEqual([]);
});

test("the model is told, once each, when its window or the user's budget is nearly used up", async () => {
  const script = [
    ...repeat(4, (at) => reply(call("Bash", { command: `seq ${2_000 + at}` }))),
    reply(say("Closed.")),
  ];
  const world = await startWorld({ script });
  let asked = 0;
  const full = await world.open({
    ...BYPASS,
    context: {
      name: "none",
      makeRoom: async () => (asked++ === 1 ? { events: [], warning: "Nothing could be won." } : undefined),
    },
  });
  expect(await full.prompt(go, "now")).toBe("done");
  expect(said(full)).toEqual([expect.stringContaining("Your window is nearly full")]);
  const other = await startWorld({
    script: repeat(40, (at) => reply(call("Bash", { command: `seq ${2_000 + at}` }))),
  });
  const app = await other.open({ ...BYPASS, budget: () => ({ session: 0.12 }), whereabouts: ALONE });
  await app.prompt(go, "now");
  const money = said(app).filter((words) => words.includes("budget"));
  expect(money).toEqual([expect.stringContaining("remaining: The user's budget is nearly spent")]);
  expect(other.api.violations).toEqual([]);
});

test("an empty reply is asked for again, once", async () => {
  const world = await startWorld({ script: [reply(), reply(say("Here it is."))] });
  const app = await world.open();
  expect(await app.prompt(go, "now")).toBe("done");
  expect(said(app)).toEqual([expect.stringContaining("empty-reply")]);
  const silent = await startWorld({ script: [reply(think("Hm.")), reply(think("Hm."))] });
  const other = await silent.open();
  expect(await other.prompt(go, "now")).toBe("done");
  expect(silent.api.requests).toHaveLength(2);
  expect(silent.api.violations).toEqual([]);
});

test("a sub-agent that goes round in circles stops, and its parent hears why", async () => {
  let children = 0;
  const world = await startWorld({
    script: ({ body }) => {
      const isChild = !body.tools?.some(({ name }) => name === "Agent");
      if (isChild) {
        children += 1;
        return reply(call("Read", { file_path: "none.txt" }));
      }
      return body.messages.length === 1
        ? reply(call("Agent", { description: "Look", prompt: "Look", subagent_type: "explore" }))
        : reply(say("It could not."));
    },
  });
  const app = await world.open(BYPASS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(children).toBe(5);
  expect(JSON.stringify(eventsOf(app, "tool.finished").at(-1)?.content)).toContain("in the same way 5 times");
  expect(said(app)).toEqual([]);
  rmSync(join(world.dir, "none.txt"), { force: true });
});
