import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { createAnthropicProvider } from "../../src/models/anthropic.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { startWorld, type World } from "../support/start-app.ts";

const PROGRAM = join(import.meta.dirname, "../../dist/cli.js");
const SESSION = "6f1f6a3e-6d3a-4b59-9d6e-0a7c52a1d001";

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The shipped program, as a process of its own beside the engine that an editor runs, which is this process. */
const inTerminal = ({ dir, dataDir, api }: World, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const { PATH = "" } = process.env;
    const env = {
      ...{ PATH, HOME: join(dir, ".."), PLUMB_HOME: dataDir, ANTHROPIC_API_KEY: "test" },
      ANTHROPIC_BASE_URL: api.url,
    };
    const child = execFile(process.execPath, [PROGRAM, ...args], { cwd: dir, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
    child.stdin?.end();
  });

/** Both speak to this address in the same way. */
const provider = ({ api }: World) => createAnthropicProvider({ apiKey: "test", baseUrl: api.url });

test("a conversation that was begun in an editor goes on in the terminal, and back", async () => {
  const world = await startWorld({
    script: [
      reply(call("Read", { file_path: "a.txt" })),
      reply(say("In the editor.")),
      reply(say("In the terminal.")),
      reply(say("In the editor again.")),
    ],
    files: { "a.txt": "A" },
  });
  const editor = await world.open({
    provider: provider(world),
    sessionId: SESSION,
    isNew: true,
    model: "claude-sonnet-5-5",
    mode: "plan",
  });
  await editor.prompt([text("First")], "now");
  // As long as the editor has it, nobody else writes it.
  const locked = await inTerminal(world, ["-p", "Second", "--continue"]);
  expect(locked).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("Another window or terminal"),
  });
  await editor.close();

  const json = await inTerminal(world, ["-p", "Second", "--continue", "--output-format", "stream-json"]);
  const frames = json.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(frames[0]).toMatchObject({
    ...{ subtype: "init", session_id: SESSION, model: "claude-sonnet-5-5", permissionMode: "plan" },
  });
  expect(frames.at(-1)).toMatchObject({ result: "In the terminal." });

  const again = await world.open({ sessionId: SESSION, isNew: false, provider: provider(world) });
  expect(again.transcript.rows.length).toBeGreaterThan(3);
  expect(again.mode).toBe("plan");
  expect(await again.prompt([text("Third")], "now")).toBe("done");
  const said = JSON.stringify(world.api.requests.at(-1)?.body.messages);
  for (const words of ["First", "In the editor.", "Second", "In the terminal.", "Third"])
    expect(said).toContain(words);
  // What was sent in one place is sent in the other, byte for byte.
  expect(world.api.violations).toEqual([]);
});

test("a card that was open when the editor was closed is denied in the terminal, with nobody there, and named", async () => {
  const world = await startWorld({
    script: [reply(call("Bash", { command: "touch made" }, "t1")), reply(say("Not made."))],
  });
  const editor = await world.open({ provider: provider(world), sessionId: SESSION, isNew: true });
  const asking = new Promise<void>((resolve) => {
    editor.session.subscribe((event) => {
      if ("durable" in event && event.durable.type === "permission.asked") resolve();
    });
  });
  const turn = editor.prompt([text("Make it")], "now");
  await asking;
  await editor.close();
  await turn;
  const { out } = await inTerminal(world, ["-p", "Go on", "--continue", "--output-format", "json"]);
  expect(JSON.parse(out)).toMatchObject({
    result: "Not made.",
    permission_denials: [{ tool_name: "Bash", tool_use_id: "t1" }],
  });
  expect(world.api.violations).toEqual([]);
});
