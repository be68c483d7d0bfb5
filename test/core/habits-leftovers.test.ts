import { expect, test } from "vitest";
import type { EventOf } from "../../src/core/event.ts";
import { Leftovers } from "../../src/core/habits/leftovers.ts";
import { NO_USAGE, text } from "../../src/core/message.ts";

const event = { seq: 1, at: 0, agentId: "main" } as const;

/** What is left when a turn creates a file with these lines, and says these words. */
function leftOf(path: string, lines: readonly string[], words = ""): string[] {
  const leftovers = new Leftovers();
  const reply: EventOf<"assistant"> = {
    ...event,
    ...{
      type: "assistant",
      content: [text(words)],
      usage: NO_USAGE,
      model: "m",
      stopReason: "end_turn",
      sawSeq: 0,
    },
  };
  leftovers.take({ type: "reply", event: reply });
  const edit = {
    type: "edit",
    editId: "e",
    callId: "c",
    path: `/w/test-x/${path}`,
    before: "",
    after: "h",
    added: 1,
    removed: 0,
  } as const;
  leftovers.take({ type: "edit", event: { ...event, ...edit } });
  const hunks = [
    { oldStart: 0, oldLines: 0, newStart: 1, newLines: lines.length, lines: lines.map((line) => `+${line}`) },
  ];
  const finished: EventOf<"tool.finished"> = {
    ...event,
    type: "tool.finished",
    callId: "c",
    isError: false,
    content: [],
    outcome: "done",
    detail: {
      kind: "diff",
      path: `/w/test-x/${path}`,
      op: "create",
      added: 1,
      removed: 0,
      hunks,
      hiddenLines: 0,
      beforeHash: "",
      afterHash: "h",
    },
  };
  leftovers.take({
    type: "result",
    result: { name: "Write", input: {}, file: path, command: undefined, text: "", finished },
  });
  return leftovers.list();
}

test.each([
  "src/tmp.ts",
  "src/tmp-check.js",
  "repro.py",
  "scratch_2.rb",
  "debug1.ts",
  "temp-script.sh",
  "src/a.ts.bak",
  "test2.js",
])("%s was made to try something", (path) => {
  expect(leftOf(path, ["1;"])).toEqual([expect.stringContaining("looks like a file to try something")]);
});

test.each([
  "src/template.ts",
  "src/temperature.ts",
  "src/tryParse.ts",
  "src/debugger.ts",
  "src/debug.ts",
  "src/reproduce.ts",
  "src/tmpl.go",
  "test/a.test.ts",
  "src/index.ts",
  "src/__init__.py",
  "docs/x.md",
  "src/styles.css",
  "Makefile",
  "src/cart_test.go",
  "tests/helpers.py",
  "CartTest.java",
  "migrations/002.sql",
  ".eslintrc.js",
])("%s, of which somebody has spoken, is where it belongs", (path) => {
  expect(leftOf(path, ["1;"], `I added ${path}.`)).toEqual([]);
});

test.each([
  ["// TODO: later", "TODO"],
  ["  debugger;", "debugger"],
  ['console.log("DEBUG", x);', "debug output"],
  ["import pdb; pdb.set_trace()", "a breakpoint"],
  ["    breakpoint()", "a breakpoint"],
  ["binding.pry", "a breakpoint"],
  ["let y = dbg!(x);", "dbg!"],
  ['throw new Error("not implemented");', "something not implemented"],
])("%s is a trace of work", (line, name) => {
  expect(leftOf("src/a.ts", [line], "src/a.ts")).toEqual([`${name} in src/a.ts`]);
});

test.each([
  'console.log("Listening on", port);',
  "const todos = [];",
  "TodoList()",
  "print(total)",
  "logger.debug(x)",
  'const words = ["debugger"];',
  "if (debug) run();",
  "attach_debugger(x)",
  "expect(only).toBe(1)",
  "implement(x)",
])("%s is none", (line) => {
  expect(leftOf("src/a.ts", [line], "src/a.ts")).toEqual([]);
});
