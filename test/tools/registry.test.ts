import { describe, expect, test } from "vitest";
import { AgentError } from "../../src/core/errors.ts";
import { builtinTools } from "../../src/tools/index.ts";
import { toolWorld } from "./tool-world.ts";

const INPUTS: Record<string, unknown> = {
  Agent: { description: "Look", prompt: "Look around" },
  AskUserQuestion: {
    questions: [{ question: "Which?", header: "Which", options: [{ label: "a" }, { label: "b" }] }],
  },
  Bash: { command: "ls" },
  Delete: { file_path: "a.txt" },
  Diagnostics: {},
  Edit: { file_path: "a.txt", old_string: "a", new_string: "b" },
  ExitPlanMode: { plan: "# Plan" },
  Glob: { pattern: "**/*.ts" },
  Grep: { pattern: "x" },
  Move: { source: "a.txt", destination: "b.txt" },
  NotebookEdit: { notebook_path: "a.ipynb", cell_id: "a", new_source: "x" },
  Read: { file_path: "a.txt" },
  SearchTranscript: { query: "parser" },
  TaskStop: { task_id: "task-1" },
  TodoWrite: { todos: [{ content: "a", status: "pending", activeForm: "a" }] },
  WebFetch: { url: "https://docs.example/" },
  Write: { file_path: "a.txt", content: "x" },
};

test("the tools are in the order of their names, under the names that models know", () => {
  expect(builtinTools.map(({ spec }) => spec.name)).toEqual(Object.keys(INPUTS));
  expect(builtinTools.map(({ spec }) => spec.name)).toEqual(Object.keys(INPUTS).toSorted());
});

test("those that are always sent cost the model at most 5,200 characters, and all of them 6,600", () => {
  const chars = (tools: typeof builtinTools): number => JSON.stringify(tools.map(({ spec }) => spec)).length;
  expect(chars(builtinTools.filter(({ isDeferred }) => !isDeferred))).toBeLessThanOrEqual(5_200);
  expect(chars(builtinTools)).toBeLessThanOrEqual(6_600);
});

describe.each(builtinTools.map((tool) => [tool.spec.name, tool] as const))("%s", (name, tool) => {
  const input = INPUTS[name];

  test("describes itself and its input", () => {
    expect(tool.spec.description).not.toBe("");
    expect(tool.spec.input_schema).toMatchObject({ type: "object", properties: {} });
    expect(tool.spec.input_schema).not.toHaveProperty("$schema");
  });

  test("declares what it touches, and has a title of one line", () => {
    const { accesses, title } = toolWorld();
    // What it needs is no file and no command, but a person.
    const isAsking = name === "ExitPlanMode";
    expect(accesses(tool, input).some(({ kind }) => kind === "unknown")).toBe(isAsking);
    expect(title(tool, input)).toMatch(/^[^\n]+$/);
  });

  test("refuses unknown, missing and broken arguments in words", async () => {
    const { fail } = toolWorld();
    expect(await fail(tool, { ...Object(input), surprise: 1 })).toMatch(/^invalid_input: [\s\S]*surprise/);
    expect(await fail(tool, '{"file_path": "a')).toMatch(
      /^invalid_input: [\s\S]*did not arrive as complete JSON/,
    );
    expect(await fail(tool, null)).toMatch(/^invalid_input: /);
  });

  test("survives a signal that was aborted before it began: it ends, and changes nothing", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    const files = { "/w/a.txt": "a" };
    const world = toolWorld({ files, signal, answers: ["a"], ripgrep: () => [] });
    await world.run(tool, input).catch((thrown: unknown) => {
      expect(thrown instanceof AgentError || thrown === signal.reason).toBe(true);
    });
    expect(Object.fromEntries(world.files)).toEqual(files);
    expect(world.commands).toEqual([]);
    expect(world.fetched).toEqual([]);
  });

  test("shows a card without touching anything", async () => {
    const world = toolWorld({ files: { "/w/other.txt": "" }, ripgrep: () => [] });
    await world.preview(tool, input).catch((thrown: unknown) => expect(thrown).toBeInstanceOf(AgentError));
    expect([world.saves, world.commands, world.fetched]).toEqual([[], [], []]);
  });
});
