import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Block, isToolUse, type Message, plainText } from "../../src/core/message.ts";
import type { ModelRequest } from "../../src/core/model.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { startTourServer, type TourServer } from "../../src/tour/server.ts";

const ALL_TOOLS = ["AskUserQuestion", "Bash", "Edit", "Glob", "Grep", "Read", "TodoWrite"];
const SAMPLE = join(import.meta.dirname, "../../media/sample");
const signal = new AbortController().signal;

type Run = (input: Record<string, string>) => Promise<string> | string;

let server: TourServer;
let folder: string;
beforeEach(async () => {
  server = await startTourServer({ delayMs: 0 });
  folder = await mkdtemp(join(tmpdir(), "tour-"));
  await cp(SAMPLE, folder, { recursive: true });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** The tools as far as the tour uses them, on real files. */
const runs: Record<string, Run> = {
  Glob: () => "src/duration.js\nsrc/steeping.js",
  Grep: () => "src/duration.js:2:export function formatDuration(seconds) {",
  Read: ({ file_path = "" }) => readFile(file_path, "utf8"),
  async Edit({ file_path = "", old_string = "", new_string = "" }) {
    const before = await readFile(file_path, "utf8");
    if (before.split(old_string).length !== 2) throw new Error("old_string must occur once");
    await writeFile(file_path, before.replace(old_string, new_string));
    return "Edited.";
  },
  Bash: () => "# pass 5",
  TodoWrite: () => "ok",
  AskUserQuestion: () => "The user answered:\n- Next\n  How review works",
};

/** Runs for real, where a test is about what really happens. */
const runForReal: Run = async ({ command = "" }) => {
  const [program = "", ...rest] = command.split(" ");
  const { stdout } = await promisify(execFile)(program, rest, { cwd: folder });
  return stdout;
};
const answer =
  (words: string): Run =>
  () =>
    words;
const decline =
  (words: string): Run =>
  () => {
    throw new Error(words);
  };

class Chat {
  readonly messages: Message[] = [];
  readonly called: string[] = [];
  readonly #tools: Record<string, Run>;
  readonly #request: Omit<ModelRequest, "messages">;

  constructor(overrides: Record<string, Run> = {}, names: readonly string[] = ALL_TOOLS) {
    this.#tools = { ...runs, ...overrides };
    this.#request = {
      model: "plumb-tour",
      system: [`You are Plumb.\nWorking directory: ${folder}\nPlatform: linux`],
      tools: names.map((name) => ({ name, description: "", input_schema: { type: "object" } })),
      maxOutputTokens: 1_000,
    };
  }

  /** Sends a prompt, runs what is called, and returns everything that was said until the last word. */
  async say(...content: Block[]): Promise<string> {
    this.messages.push({ role: "user", content });
    const said: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const reply = await this.#ask();
      said.push(plainText(reply));
      this.messages.push({ role: "assistant", content: reply });
      const calls = reply.filter(isToolUse);
      if (calls.length === 0) return said.join("\n");
      const results: Block[] = [];
      for (const { id, name, input } of calls) results.push(await this.#run(id, name, input));
      this.messages.push({ role: "user", content: results });
    }
    throw new Error("The tour does not end.");
  }

  async #ask(): Promise<Block[]> {
    const provider = createAnthropicProvider({ apiKey: server.apiKey, baseUrl: server.url });
    for await (const chunk of provider.stream({ ...this.#request, messages: this.messages }, signal)) {
      if (chunk.type === "done") return chunk.content;
    }
    throw new Error("no reply");
  }

  async #run(id: string, name: string, input: unknown): Promise<Block> {
    this.called.push(name);
    const content = (text: string): Block[] => [{ type: "text", text }];
    try {
      const output = await this.#tools[name]?.(Object.assign({}, input));
      return { type: "tool_result", tool_use_id: id, content: content(output ?? "") };
    } catch (thrown) {
      const text = thrown instanceof Error ? thrown.message : String(thrown);
      return { type: "tool_result", tool_use_id: id, is_error: true, content: content(text) };
    }
  }
}
const text = (value: string): Block => ({ type: "text", text: value });
describe("the first walk", () => {
  test("corrects the sample with two edits, and its tests pass", async () => {
    const chat = new Chat({ Bash: runForReal });
    const said = await chat.say(text("Write me a poem"));
    expect(said).toMatch(/^\*\*This is the offline tour: a script, no AI\.\*\*/);
    expect(said).toContain("2 edits are made");
    expect(said).toContain("All tests pass.");
    expect(said).toMatch(/\*\*Keep\*\* or \*\*Undo\*\*/);
    expect(chat.called).toEqual([
      ...["TodoWrite", "Glob", "Grep"],
      ...["Read", "Read"],
      ...["TodoWrite", "Edit", "Edit"],
      ...["TodoWrite", "Bash"],
      "TodoWrite",
    ]);
    expect(await readFile(join(folder, "src/duration.js"), "utf8")).toContain("(seconds % 3600) / 60");
    expect(await readFile(join(folder, "README.md"), "utf8")).toContain('"1 h 5 min"');
  });

  test("accepts a declined command and claims nothing about the tests", async () => {
    const said = await new Chat({ Bash: decline("The user declined and said: not now, please") }).say(
      text("hi"),
    );
    expect(said).toContain("You declined and said “not now, please”. So the tests did not run");
    expect(said).not.toContain("All tests pass");
  });

  test("says so when edits are declined, and what failing tests mean then", async () => {
    const said = await new Chat({ Bash: runForReal, Edit: decline("The user declined this call.") }).say(
      text("hi"),
    );
    expect(said).toContain("You did not allow it.");
    expect(said).not.toContain("edits are made");
    expect(said).toContain("The tests do not all pass");
  });

  test("says that the work is done already", async () => {
    await new Chat().say(text("hi"));
    const chat = new Chat();
    expect(await chat.say(text("hi"))).toContain("already corrected");
    expect(chat.called).not.toContain("Edit");
  });

  test("changes nothing in a folder that is not the sample", async () => {
    const chat = new Chat({ Glob: answer("No files match."), Grep: answer("No matches.") });
    expect(await chat.say(text("hi"))).toContain("not in this folder");
    expect(chat.called).toEqual(["TodoWrite", "Glob", "Grep"]);
  });

  test("goes on when searching does not work", async () => {
    const broken = decline("Searching needs ripgrep (rg), and none was found on this machine.");
    const said = await new Chat({ Glob: broken, Grep: broken }).say(text("hi"));
    expect(said).toContain("Searching does not work here");
    expect(said).toContain("2 edits are made");
  });

  test("only reads where only reading is possible", async () => {
    const chat = new Chat({}, ["Glob", "Grep", "Read", "TodoWrite"]);
    expect(await chat.say(text("hi"))).toContain("may only read");
    expect(chat.called).not.toContain("Edit");
  });

  test("does without node", async () => {
    const said = await new Chat({ Bash: decline("exit 127: node: command not found") }).say(text("hi"));
    expect(said).toContain("`node` was not found");
  });

  test("begins again when it was stopped", async () => {
    const chat = new Chat();
    const call = { type: "tool_use", id: "t1", name: "Glob", input: {} };
    chat.messages.push(
      { role: "user", content: [text("hi")] },
      { role: "assistant", content: [text("…"), call] },
    );
    const interrupted = [text("Interrupted before it finished.")];
    const said = await chat.say(
      { type: "tool_result", tool_use_id: "t1", is_error: true, content: interrupted },
      text("go on"),
    );
    expect(said).toContain("All tests pass.");
  });
});

test("what is typed meanwhile is noticed", async () => {
  const chat = new Chat();
  const read = { type: "tool_use", id: "t1", name: "Glob", input: {} };
  chat.messages.push({ role: "user", content: [text("hi")] }, { role: "assistant", content: [read] });
  const said = await chat.say(
    { type: "tool_result", tool_use_id: "t1", content: [text("src/duration.js")] },
    text("faster!"),
  );
  expect(said).toContain("You wrote “faster!” meanwhile.");
});

describe("after the first walk", () => {
  const walked = async (overrides: Record<string, Run> = {}): Promise<Chat> => {
    const chat = new Chat(overrides);
    await chat.say(text("hi"));
    chat.called.length = 0;
    return chat;
  };

  test("it asks one question, answers by the choice, and does not ask again", async () => {
    const chat = await walked();
    expect(await chat.say(text("more"))).toContain("**Review.** An edit is written");
    expect(await chat.say(text("more"))).toContain("That is all the tour has.");
    expect(chat.called).toEqual(["AskUserQuestion", "Read"]);
  });

  test("an open question and an answer in own words are fine", async () => {
    const left = await walked({ AskUserQuestion: decline("Nobody is there to answer.") });
    expect(await left.say(text("more"))).toContain("left the question open");
    const own = await walked({ AskUserQuestion: answer("The user answered:\n- Next\n  tea") });
    expect(await own.say(text("more"))).toContain("in your own words");
  });

  test("attached code is described, not explained", async () => {
    const chat = await walked();
    const selection = text(
      '<plumb-context kind="selection" path="/w/a.js" lines="3-4">\nlet a;\nlet b;\n</plumb-context>',
    );
    const said = await chat.say(text("what is this?"), selection);
    expect(said).toContain("2 lines of `/w/a.js` (3-4)");
    expect(said).toContain("“what is this?”");
    expect(said).toContain("```\nlet a;\nlet b;\n```");
  });

  test("there is something long to stop, and an undone edit is noticed", async () => {
    const chat = await walked();
    expect(await chat.say(text("something long"))).toContain("Press **Stop**");
    await chat.say(text("more"));
    await cp(join(SAMPLE, "README.md"), join(folder, "README.md"));
    expect(await chat.say(text("more"))).toContain("still has the wrong example");
  });
});

test("only its own key is let in, and it has one model", async () => {
  const other = createAnthropicProvider({ apiKey: "sk-other", baseUrl: server.url });
  await expect(other.models(signal)).rejects.toMatchObject({ kind: "auth" });
  const own = createAnthropicProvider({ apiKey: server.apiKey, baseUrl: server.url });
  expect(await own.models(signal)).toEqual([
    {
      id: "plumb-tour",
      name: "Offline tour (no AI)",
      contextTokens: 1_000_000,
      maxOutputTokens: 32_000,
      efforts: [],
    },
  ]);
  const response = await fetch(server.url, { headers: { "x-api-key": server.apiKey } });
  expect(response.status).toBe(404);
  const bad = await fetch(`${server.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": server.apiKey },
    body: "{",
  });
  expect(bad.status).toBe(400);
});
