import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineTool, type Tool } from "../../src/core/tool.ts";
import { builtinTools } from "../../src/tools/index.ts";
import { offered } from "../../src/tools/offered.ts";
import { rankTools } from "../../src/tools/rank-tools.ts";
import { toolSearch } from "../../src/tools/tool-search.ts";
import { toolWorld } from "./tool-world.ts";

const named = (name: string, description = "", fields: readonly string[] = []): Tool =>
  defineTool({
    name,
    description,
    isDeferred: true,
    input: z.object(Object.fromEntries(fields.map((field) => [field, z.string()]))),
    accesses: () => [],
    run: async () => "",
  });
const names = (tools: readonly Tool[]): string[] => tools.map(({ spec }) => spec.name);

const CATALOGUE = [
  named("mcp__github__create_issue", "Creates an issue in a repository.", ["title", "body", "labels"]),
  named("mcp__github__list_issues", "Lists issues of a repository.", ["state"]),
  named("mcp__github__create_pull_request", "Opens a pull request.", ["title", "head", "base"]),
  named("mcp__slack__post_message", "Posts a message to a channel.", ["channel", "text"]),
  named("mcp__db__query", "Runs a read-only SQL query against the warehouse.", ["sql"]),
  named("NotebookEdit", "Replaces, inserts or deletes a cell of a Jupyter notebook."),
  named("WebFetch", "Reads a web page as Markdown.", ["url"]),
  named("TaskStop", "Stops a background command.", ["task_id"]),
];

describe("ranking", () => {
  test.each([
    ["WebFetch", ["WebFetch"]],
    ["webfetch", ["WebFetch"]],
    ["fetch a web page", ["WebFetch"]],
    ["url", ["WebFetch"]],
    ["notebook", ["NotebookEdit"]],
    ["jupyter cells", ["NotebookEdit"]],
    ["stop background task", ["TaskStop"]],
    ["sql", ["mcp__db__query"]],
    ["slack", ["mcp__slack__post_message"]],
    [
      "create issue",
      ["mcp__github__create_issue", "mcp__github__create_pull_request", "mcp__github__list_issues"],
    ],
    [
      "github issues",
      ["mcp__github__list_issues", "mcp__github__create_issue", "mcp__github__create_pull_request"],
    ],
    ["pull request", ["mcp__github__create_pull_request"]],
    ["+slack message", ["mcp__slack__post_message"]],
    [
      "+github title",
      ["mcp__github__create_issue", "mcp__github__create_pull_request", "mcp__github__list_issues"],
    ],
    ["weather forecast", []],
    ["use a tool to do something", []],
    ["", []],
  ])("%j finds %j", (query, found) => {
    expect(names(rankTools(query, CATALOGUE)).slice(0, 3)).toEqual(found);
  });

  test("does not depend on the order in which tools are known", () => {
    for (const query of ["github", "request", "message"])
      expect(names(rankTools(query, CATALOGUE.toReversed()))).toEqual(names(rankTools(query, CATALOGUE)));
  });
});

describe("a search", () => {
  const search = async (query: string) => {
    const { run } = toolWorld();
    return (await run(toolSearch(CATALOGUE), { query })).content;
  };
  const references = (...found: string[]) =>
    found.map((name) => ({ type: "tool_reference", tool_name: name }));

  test("by name loads exactly those, whatever their case, and leaves out what is not there", async () => {
    expect(await search("select:WebFetch, taskstop ,Nothing")).toEqual(references("WebFetch", "TaskStop"));
  });

  test("by keywords loads what fits best, at most five", async () => {
    expect(await search("notebook")).toEqual(references("NotebookEdit"));
    expect(
      (await search("a repository, a channel, a request, sql, a page, a command")).length,
    ).toBeLessThanOrEqual(5);
  });

  test("that finds nothing says what there is", async () => {
    expect(await search("weather")).toBe(
      "Nothing fits. What can be loaded: mcp__github__create_issue, mcp__github__list_issues, mcp__github__create_pull_request, mcp__slack__post_message, mcp__db__query, NotebookEdit, WebFetch, TaskStop.",
    );
  });

  test("names as many tools as are worth their tokens", () => {
    const many = Array.from({ length: 500 }, (_, i) => named(`mcp__server__tool_number_${i}`));
    const { description } = toolSearch(many).spec;
    expect(description.length).toBeLessThan(1_500);
    expect(description).toMatch(/ and \d+ more\.$/);
  });
});

describe("what is offered", () => {
  test("is in the order of names, with definitions that are loaded later marked", () => {
    const tools = offered(builtinTools, true);
    expect(names(tools)).toEqual(names(tools).toSorted());
    expect(names(tools.filter(({ spec }) => spec.defer_loading))).toEqual(
      names(builtinTools.filter(({ isDeferred }) => isDeferred)),
    );
    expect(names(tools.filter(({ spec }) => !spec.defer_loading))).toContain("ToolSearch");
    for (const { isDeferred, spec } of builtinTools)
      if (isDeferred)
        expect(tools.find((tool) => tool.spec.name === "ToolSearch")?.spec.description).toContain(spec.name);
  });

  test("is everything at once where it would not pay, or where ToolSearch is not wanted", () => {
    expect(offered(builtinTools, false)).toEqual(builtinTools);
    const few = builtinTools.filter(({ spec }) => ["Read", "Diagnostics", "WebFetch"].includes(spec.name));
    expect(offered(few, true)).toEqual(few);
  });

  test("what is held back weighs more than what is said instead", () => {
    const weight = (tools: readonly Tool[]): number =>
      JSON.stringify(tools.map(({ spec }) => spec).filter((spec) => !spec.defer_loading)).length;
    expect(weight(offered(builtinTools, true))).toBeLessThan(weight(builtinTools) - 600);
  });
});
