import { expect, test } from "vitest";
import type { App } from "../../src/app/app.ts";
import type { AppOptions } from "../../src/app/app-options.ts";
import { text } from "../../src/core/message.ts";
import { call, gate, type Reply, reply, say } from "../support/fake-api/replies.ts";
import { eventsOf, eventually, isType, startWorld, type World } from "../support/start-app.ts";

const go = [text("Go")];
const CHECKS: Partial<AppOptions> = { mode: "bypass", checksBeforeFinishing: () => true };
const FILES = { "src/a.ts": "export const a = 1;\n", "README.md": "# A\n" };

const read = (path = "src/a.ts") => call("Read", { file_path: path });
const edit = (from = "1", to = "2") =>
  call("Edit", { file_path: "src/a.ts", old_string: from, new_string: to });
const write = (path: string, content: string) => call("Write", { file_path: path, content });
const run = (command: string) => call("Bash", { command });
const todo = (...statuses: string[]) =>
  call("TodoWrite", {
    todos: statuses.map((status, at) => ({ content: `Step ${at}`, status, activeForm: "On it" })),
  });
const done = reply(say("Done."));

const checks = (app: App): string[] =>
  eventsOf(app, "reminder").flatMap((event) => (event.habit?.id === "finish-check" ? [event.text] : []));

async function turn(
  script: readonly Reply[],
  options: Partial<AppOptions> = {},
): Promise<{ world: World; app: App }> {
  const world = await startWorld({ files: FILES, script });
  const app = await world.open({ ...CHECKS, ...options });
  expect(await app.prompt(go, "now")).toBe("done");
  expect(world.api.requests).toHaveLength(script.length);
  expect(world.api.violations).toEqual([]);
  return { world, app };
}

test("edits that nothing was run after: one more step, in which the agent hears why, and no second one", async () => {
  const { world, app } = await turn([
    reply(read()),
    reply(edit()),
    done,
    reply(run("true && node --version")),
    reply(edit("2", "3")),
    reply(say("All of it.")),
  ]);
  expect(checks(app)).toEqual([expect.stringContaining("nothing was run since you last changed src/a.ts")]);
  const asked = world.api.requests[3]?.body.messages.at(-1);
  expect(asked?.role).toBe("user");
  expect(JSON.stringify(asked?.content)).toContain("<system-reminder>");
  expect(eventsOf(app, "notice").map(({ text: words }) => words)).toEqual([
    expect.stringContaining("Asked to check before finishing"),
  ]);
});

test.each<[string, Reply[]]>([
  ["tests were run after the last edit", [reply(read()), reply(edit()), reply(run("npm test || true"))]],
  [
    "tests were run with another environment",
    [reply(read()), reply(edit()), reply(run("env CI=1 npm test || true"))],
  ],
  ["the editor's problems were looked at", [reply(read()), reply(edit()), reply(call("Diagnostics", {}))]],
  ["only words were changed", [reply(write("docs/b.md", "# B\n\nTODO lists are explained here.\n"))]],
  ["nothing was changed", [reply(read()), reply(run("ls"))]],
  [
    "all steps are done",
    [reply(read()), reply(edit()), reply(run("node -e 0")), reply(todo("completed", "completed"))],
  ],
  [
    "a trace was taken out again",
    [
      reply(read()),
      reply(edit("export", "debugger;\nexport")),
      reply(edit("debugger;\n", "")),
      reply(run("node -e 0")),
    ],
  ],
  [
    "a new file is used",
    [
      reply(write("src/helper.ts", "export const help = 1;\n")),
      reply(read()),
      reply(edit("export const a", 'import "./helper.ts";\nexport const a')),
      reply(run("node -e 0")),
    ],
  ],
  [
    "a new test is found by its name",
    [reply(write("test/odd.test.ts", "export {};\n")), reply(run("node -e 0"))],
  ],
])("nobody is held up when %s", async (_, script) => {
  const { app } = await turn([...script, done]);
  expect(checks(app)).toEqual([]);
});

test("who asks the user something has not finished", async () => {
  const { app } = await turn([reply(read()), reply(edit()), reply(say("Shall I change the tests as well?"))]);
  expect(checks(app)).toEqual([]);
});

test.each<[string, string, Reply[]]>([
  [
    "open steps",
    "1 of your steps are open",
    [reply(edit(), todo("completed", "in_progress")), reply(run("node -e 0"))],
  ],
  [
    "a check that failed last",
    "your last command failed",
    [reply(edit()), reply(run("exit 3")), reply(run("git status; ls"))],
  ],
  [
    "a trace of a search",
    "debugger in src/a.ts",
    [reply(edit("export", "debugger;\nexport")), reply(run("node -e 0"))],
  ],
  [
    "a test that shuts out all others",
    "a test with .only in test/a.test.ts",
    [
      reply(write("test/a.test.ts", `${["it", "only"].join(".")}("a", () => undefined);\n`)),
      reply(run("node -e 0")),
    ],
  ],
  [
    "a file that was made to try something",
    "src/tmp-try.ts",
    [reply(write("src/tmp-try.ts", "1;\n")), reply(run("node src/tmp-try.ts"))],
  ],
  [
    "a file that nothing mentions",
    "src/widget.ts, which nothing seems to use",
    [reply(write("src/widget.ts", "export const w = 1;\n")), reply(run("node -e 0"))],
  ],
])("%s is a reason to look again", async (_, reason, script) => {
  const { app } = await turn([reply(read()), ...script, done, reply(say("It is meant so."))]);
  expect(checks(app)).toEqual([expect.stringContaining(reason)]);
});

test("it can be turned off, and is off where nothing can be run or the user would not have it", async () => {
  const off = await turn([reply(read()), reply(edit()), done], { checksBeforeFinishing: () => false });
  expect(checks(off.app)).toEqual([]);
  const denied = await turn([reply(read()), reply(edit()), reply(run("npm test")), done], {
    rules: [{ verdict: "deny", text: "Bash", source: "test" }],
  });
  expect(checks(denied.app)).toEqual([]);
});

test("in Plan mode, and when the user stopped, nothing is asked", async () => {
  const world = await startWorld({
    files: FILES,
    script: [reply(read()), reply(edit()), reply(say("Do"), gate(new Promise(() => undefined)), say("ne."))],
  });
  const app = await world.open(CHECKS);
  const running = app.prompt(go, "now");
  await expect.poll(() => world.api.requests.length).toBe(3);
  app.stop();
  expect(await running).toBe("cancelled");
  const planned = await startWorld({ files: FILES, script: [reply(read()), reply(edit()), done] });
  const other = await planned.open(CHECKS);
  const editing = other.prompt(go, "now");
  await eventually(other, isType("edit"));
  other.setMode("plan");
  expect(await editing).toBe("done");
  expect([...checks(app), ...checks(other)]).toEqual([]);
});

test("a turn that is resumed knows that it was checked", async () => {
  const world = await startWorld({
    files: FILES,
    script: [reply(read()), reply(edit()), done, reply(run("node -e 0"), edit("2", "3")), done],
  });
  const app = await world.open({ ...CHECKS, maxSteps: 4 });
  expect(await app.prompt(go, "now")).toBe("step_limit");
  await app.close();
  const later = await world.open({ ...CHECKS, isNew: false });
  expect(await later.resume()).toBe("done");
  expect(checks(later)).toHaveLength(1);
  expect(world.api.violations).toEqual([]);
});

test("a sub-agent is asked as well, and its parent reads its last words", async () => {
  let step = 0;
  const world = await startWorld({
    files: FILES,
    script: ({ body }) => {
      const isChild = !body.tools?.some(({ name }) => name === "Agent");
      if (!isChild) {
        return body.messages.length === 1
          ? reply(call("Agent", { description: "Change", prompt: "Change a" }))
          : reply(say("Reported."));
      }
      step += 1;
      return [reply(read()), reply(edit()), done][step - 1] ?? reply(say("Changed, unchecked."));
    },
  });
  const app = await world.open(CHECKS);
  expect(await app.prompt(go, "now")).toBe("done");
  expect(checks(app)).toHaveLength(1);
  expect(JSON.stringify(eventsOf(app, "tool.finished").at(-1)?.content)).toContain("Changed, unchecked.");
});
