import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/core/ports.ts";
import { agent } from "../../src/tools/agent.ts";
import { askUserQuestion } from "../../src/tools/ask-user-question.ts";
import { diagnostics } from "../../src/tools/diagnostics.ts";
import { todoWrite } from "../../src/tools/todo-write.ts";
import { toolWorld } from "./tool-world.ts";

const todos = [
  { content: "Find it", status: "completed", activeForm: "Finding it" },
  { content: "Fix it", status: "in_progress", activeForm: "Fixing it" },
];

test("the todo list reaches the user, and the title is what is being done", async () => {
  const { run, title } = toolWorld();
  expect(await run(todoWrite, { todos })).toEqual({
    content: "The list is shown.",
    detail: { kind: "todos", todos },
  });
  expect(title(todoWrite, { todos })).toBe("Fixing it");
  expect(title(todoWrite, { todos: todos.slice(0, 1) })).toBe("Steps: 1 of 1 done");
});

const question = {
  question: "Which database?",
  header: "Database",
  options: [{ label: "SQLite", description: "one file" }, { label: "Postgres" }],
};

test("questions are asked with every field filled, and the answers are told in order", async () => {
  const second = { ...question, question: "Which port?", header: "Port", multiSelect: true };
  const { say, asked } = toolWorld({ answers: ["SQLite", ""] });
  expect(await say(askUserQuestion, { questions: [question, second] })).toBe(
    "The user answered:\n- Which database?\n  SQLite\n- Which port?\n  (no answer)",
  );
  expect(asked[0]).toEqual({
    question: "Which database?",
    header: "Database",
    options: [
      { label: "SQLite", description: "one file" },
      { label: "Postgres", description: "" },
    ],
    multiSelect: false,
  });
  expect(asked[1]?.multiSelect).toBe(true);
});

test("when nobody is there to answer, the call is denied", async () => {
  expect(await toolWorld().fail(askUserQuestion, { questions: [question] })).toMatch(/^denied: /);
});

test.each([
  ["no question", []],
  ["five questions", Array.from({ length: 5 }, () => question)],
  ["one option", [{ ...question, options: question.options.slice(0, 1) }]],
  ["a header that is too long", [{ ...question, header: "A long header" }]],
])("%s is refused", async (_what, questions) => {
  expect(await toolWorld({ answers: [] }).fail(askUserQuestion, { questions })).toMatch(/^invalid_input: /);
});

test.each([
  [undefined, "general"],
  ["explore", "explore"],
  ["Explore", "explore"],
  ["general-purpose", "general"],
])("the sub-agent %s is started as %s", async (subagent_type, name) => {
  const { say, spawned } = toolWorld();
  const input = {
    description: "Find uses",
    prompt: "Where is x used?",
    ...(subagent_type && { subagent_type }),
  };
  expect(await say(agent, input)).toBe("what the sub-agent found");
  expect(spawned).toEqual([[name, "Find uses", "Where is x used?"]]);
});

const problem = (
  path: string,
  line: number,
  severity: Diagnostic["severity"],
  message: string,
): Diagnostic => ({
  path,
  line,
  severity,
  message,
  source: "ts",
});

test("problems are listed errors first, with where they are", async () => {
  const { say } = toolWorld({
    files: { "/w/b.ts": "", "/w/a.ts": "", "/elsewhere/c.ts": "" },
    diagnose: (path) => [problem(path, 9, "warning", "meh"), problem(path, 2, "error", "bad\n  thing")],
  });
  expect(await say(diagnostics, {})).toBe(
    "a.ts:2 error: bad thing (ts)\nb.ts:2 error: bad thing (ts)\na.ts:9 warning: meh (ts)\nb.ts:9 warning: meh (ts)",
  );
  expect(await say(diagnostics, { path: "b.ts" })).toBe(
    "b.ts:2 error: bad thing (ts)\nb.ts:9 warning: meh (ts)",
  );
});

test("no problems, and too many of them, are said in words", async () => {
  expect(await toolWorld({ files: { "/w/a.ts": "" } }).say(diagnostics, {})).toMatch(
    /^The editor shows no errors/,
  );
  const many = Array.from({ length: 130 }, (_, line) => problem("/w/a.ts", line + 1, "error", "x"));
  const { say } = toolWorld({ files: { "/w/a.ts": "" }, diagnose: () => many });
  expect(await say(diagnostics, {})).toMatch(/\na\.ts:100 error: x \(ts\)\n\[30 more\]$/);
});
