import { expect, test } from "vitest";
import { slashCommands } from "../../src/commands/slash/index.ts";
import { findSlash, readSlash, type SlashDesk, type TrayPage } from "../../src/protocol/slash.ts";

const OPUS = { id: "claude-opus-5", name: "Claude Opus 5", efforts: ["low", "high"] };
const SONNET = { id: "claude-sonnet-5", name: "Claude Sonnet 5", efforts: ["low", "high"] };
const HAIKU = { id: "claude-haiku-5", name: "Claude Haiku 5", efforts: [] };

/** A desk that keeps what commands did at it. */
function desk({ isRunning = false, model = OPUS.id, effort = "high" } = {}) {
  const done: string[] = [];
  const it: SlashDesk = {
    isRunning,
    commands: slashCommands,
    show: (page: TrayPage) => void done.push(`show ${page}`),
    say: (text) => void done.push(`say ${text}`),
    compact: async (keep) => void done.push(`compact ${keep}`),
    clear: async () => void done.push("clear"),
    models: async () => [OPUS, SONNET, HAIKU],
    choice: { model, effort },
    choose: async (id, level) => void done.push(`choose ${id} ${level}`),
    pick: async (what) => void done.push(`pick ${what}`),
  };
  return { it, done };
}

async function run(text: string, options: Parameters<typeof desk>[0] = {}): Promise<string[]> {
  const reading = readSlash(text, slashCommands);
  if (reading.kind !== "command") throw new Error(`${text} is ${reading.kind}`);
  const { it, done } = desk(options);
  await slashCommands.find(({ name }) => name === reading.name)?.run(reading.argument, it);
  return done;
}

test("every command has a name that can be typed, words for the list, and a name of its own", () => {
  for (const { name, description } of slashCommands) {
    expect(name).toMatch(/^[a-z][a-z-]*$/);
    expect(description).toMatch(/^[A-Z].*[^.]$/);
  }
  expect(new Set(slashCommands.map(({ name }) => name)).size).toBe(slashCommands.length);
});

test.each([
  "/usr/bin/env is missing",
  "/etc",
  "/usr",
  " /cost",
  "/ cost",
  "/",
  "a /cost",
  "//cost",
  "/2 of it",
  "Look at\n/cost",
])("%j is no command", (text) => {
  expect(readSlash(text, slashCommands).kind).not.toBe("command");
});

test.each(["/usr/bin/env is missing", " /cost", "/ cost", "//cost", "/2 of it", "/a.ts", "/**/ comment"])(
  "%j is a message, and sent without a word",
  (text) => {
    expect(readSlash(text, slashCommands)).toEqual({ kind: "message" });
  },
);

test("what looks like a command and is none is not sent unasked; what was probably meant is named", () => {
  expect(readSlash("/compcat the plan", slashCommands)).toEqual({
    kind: "unknown",
    name: "compcat",
    near: "compact",
  });
  expect(readSlash("/Costs", slashCommands)).toEqual({ kind: "unknown", name: "Costs", near: "cost" });
  expect(readSlash("/deploy", slashCommands)).toEqual({ kind: "unknown", name: "deploy", near: undefined });
});

test("the argument is everything behind the name, lines included", () => {
  expect(readSlash("/Compact  keep the plan\nand names \n", slashCommands)).toEqual({
    kind: "command",
    name: "compact",
    argument: "keep the plan\nand names",
  });
  expect(readSlash("/cost ", slashCommands)).toEqual({ kind: "command", name: "cost", argument: "" });
});

test("the list begins with what begins like that", () => {
  const names = (typed: string) => findSlash(typed, slashCommands).map(({ name }) => name);
  expect(names("")).toEqual(slashCommands.map(({ name }) => name));
  expect(names("co")).toEqual(["context", "cost", "compact"]);
  expect(names("CO")).toEqual(["context", "cost", "compact"]);
  expect(names("ear")).toEqual(["clear"]);
  expect(names("xyz")).toEqual([]);
});

test("commands that show something show it, also while a turn runs", async () => {
  expect(await run("/context", { isRunning: true })).toEqual(["show window"]);
  expect(await run("/cost", { isRunning: true })).toEqual(["show cost"]);
  expect(await run("/instructions", { isRunning: true })).toEqual(["show instructions"]);
  expect(await run("/help", { isRunning: true })).toEqual(["show help"]);
});

test("a running turn is neither compacted nor cleared under its feet", async () => {
  const stopFirst = ["say Plumb is still working here; stop it first."];
  expect(await run("/compact the plan", { isRunning: true })).toEqual(stopFirst);
  expect(await run("/clear", { isRunning: true })).toEqual(stopFirst);
  expect(await run("/compact the plan")).toEqual(["compact the plan"]);
  expect(await run("/clear")).toEqual(["clear"]);
});

test("a model is found by its id, its name or enough of it; the effort stays where the model knows it", async () => {
  expect(await run("/model")).toEqual(["pick model"]);
  expect(await run("/model sonnet")).toEqual([
    "choose claude-sonnet-5 high",
    "say The next turn uses Claude Sonnet 5.",
  ]);
  expect(await run("/model Haiku 5")).toEqual([
    "choose claude-haiku-5 ",
    "say The next turn uses Claude Haiku 5.",
  ]);
  expect((await run("/model claude-opus-5"))[0]).toBe("choose claude-opus-5 high");
  expect(await run("/model claude")).toEqual([expect.stringContaining("say Several models fit")]);
  expect(await run("/model gpt")).toEqual([
    "say No model is called “gpt”. There are: Claude Opus 5, Claude Sonnet 5, Claude Haiku 5.",
  ]);
});

test("an effort is one that the model knows", async () => {
  expect(await run("/effort")).toEqual(["pick effort"]);
  expect(await run("/effort LOW")).toEqual([
    "choose claude-opus-5 low",
    "say The next turn makes low effort.",
  ]);
  expect((await run("/effort default"))[0]).toBe("choose claude-opus-5 ");
  expect(await run("/effort most")).toEqual(["say There is no effort “most”. There are: low, high."]);
  expect(await run("/effort low", { model: HAIKU.id })).toEqual([
    "say Claude Haiku 5 knows no levels of effort.",
  ]);
});
