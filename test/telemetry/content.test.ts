import { expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import { call, reply, say, think } from "../support/fake-api/replies.ts";
import { answerAll, startWorld } from "../support/start-app.ts";
import { named, startWatching } from "./watching.ts";

/** One for each kind of thing that somebody could not want to leave the machine. */
const CANARY = {
  prompt: "CANARY-prompt",
  answer: "CANARY-answer",
  thought: "CANARY-thought",
  file: "CANARY-file.txt",
  folder: "CANARY-folder",
  inFile: "CANARY-text",
  command: "CANARY-command",
  output: "CANARY-output",
  feedback: "CANARY-feedback",
  toolName: "CANARY_tool",
  agent: "CANARY-agent",
  title: "CANARY-title",
  failure: "CANARY-failure",
} as const;
const key = "canary-key-0123456789";
/** Of a known shape, and nobody's. */
const token = ["ghp", "A1b2".repeat(9)].join("_");

async function work(includesContent: boolean) {
  const watching = await startWatching({ includesContent });
  const path = `${CANARY.folder}/${CANARY.file}`;
  const world = await startWorld({
    files: { [path]: CANARY.inFile },
    script: [
      reply(
        think(CANARY.thought),
        say(CANARY.answer),
        call("Read", { file_path: path }),
        call("Read", { file_path: `${CANARY.failure}.txt` }),
      ),
      reply(
        call("Bash", {
          command: `printf 'CANARY%s\\n' -output; : ${CANARY.command}`,
          description: CANARY.title,
        }),
      ),
      reply(
        call(CANARY.toolName, { path }),
        call("Agent", { description: "x", prompt: "y", subagent_type: CANARY.agent }),
      ),
      reply(call("Edit", { file_path: path, old_string: CANARY.inFile, new_string: `${key} there` })),
      reply(say(CANARY.answer)),
    ],
  });
  const app = await world.open({ ...watching.options, ownKeys: () => [key] });
  answerAll(app, { verdict: "allow", scope: "session", feedback: CANARY.feedback });
  await app.prompt([text(`${CANARY.prompt} ${key} ${token}`)], "now");
  await app.close();
  const seen = JSON.stringify(app.session.events);
  // What is not in the log could not have been sent anyway.
  for (const canary of Object.values(CANARY)) expect(seen).toContain(canary);
  expect(watching.receiver.problems).toEqual([]);
  expect(watching.receiver.spans.length).toBeGreaterThan(10);
  return { ...watching, dir: world.dir };
}

test("without content, no byte that is sent has anything of what was said, read, run or named", async () => {
  const { receiver, dir } = await work(false);
  const sent = receiver.bytes.join("\n");
  expect(sent).not.toMatch(/canary/i);
  expect(sent).not.toContain(dir);
  expect(sent).not.toContain(process.env["USER"] || "nobody-has-this-name");
  expect(sent).not.toMatch(/host\.name|process\.|os\.|user\./);
  expect(sent).toContain("execute_tool _OTHER");
});

test("with content, what was said and brought is there in the shape of the conventions, and still no secret", async () => {
  const { receiver } = await work(true);
  const sent = receiver.bytes.join("\n");
  expect(sent).not.toContain(key);
  expect(sent).not.toContain(token);
  const [first] = named(receiver.spans, "chat claude-opus-5-5");
  expect(JSON.parse(String(first?.attributes["gen_ai.input.messages"]))).toMatchObject([
    { role: "user", parts: [{ type: "text", content: expect.stringContaining(CANARY.prompt) }] },
  ]);
  expect(JSON.parse(String(first?.attributes["gen_ai.output.messages"]))).toMatchObject([
    {
      ...{ role: "assistant", finish_reason: "tool_use" },
      parts: [
        { type: "reasoning", content: CANARY.thought },
        { type: "text", content: CANARY.answer },
        { type: "tool_call", name: "Read", arguments: expect.stringContaining(CANARY.file) },
        { type: "tool_call" },
      ],
    },
  ]);
  const [read] = named(receiver.spans, "execute_tool Read");
  expect(read?.attributes["gen_ai.tool.call.arguments"]).toContain(CANARY.file);
  expect(read?.attributes["gen_ai.tool.call.result"]).toContain(CANARY.inFile);
  const chats = named(receiver.spans, "chat claude-opus-5-5");
  expect(chats[1]?.attributes["gen_ai.input.messages"]).toContain("tool_call_response");
});
