// The floor: a bare script on the unbundled SDK that makes the same calls as Plumb, with the best cache breakpoints and
// nothing else (no permissions, no log, no undo). What Plumb costs is told as a ratio to this, measured in the same run.
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  apiKey: process.env.ANTHROPIC_API_KEY,
  baseURL: process.env.ANTHROPIC_BASE_URL,
  maxRetries: 0,
});
const object = (properties) => ({ type: "object", properties, required: Object.keys(properties) });
const string = { type: "string" };
const number = { type: "integer" };
const tools = [
  { name: "Bash", description: "Runs a command.", input_schema: object({ command: string }) },
  {
    name: "Edit",
    description: "Replaces text.",
    input_schema: object({ file_path: string, old_string: string, new_string: string }),
  },
  { name: "Grep", description: "Searches.", input_schema: object({ pattern: string }) },
  {
    name: "Read",
    description: "Reads a file.",
    input_schema: {
      type: "object",
      properties: { file_path: string, offset: number, limit: number },
      required: ["file_path"],
    },
  },
  {
    name: "Write",
    description: "Writes a file.",
    input_schema: object({ file_path: string, content: string }),
  },
];

const LIMIT = 30_000;
const run = {
  async Read({ file_path, offset = 1, limit = 2_000 }) {
    return (await readFile(resolve(file_path), "utf8"))
      .split("\n")
      .map((line, i) => `${i + 1}\t${line}`)
      .slice(offset - 1, offset - 1 + limit)
      .join("\n");
  },
  async Edit({ file_path, old_string, new_string }) {
    const before = await readFile(resolve(file_path), "utf8");
    await writeFile(
      resolve(file_path),
      before.replace(old_string, () => new_string),
    );
    return "edited";
  },
  async Write({ file_path, content }) {
    await writeFile(resolve(file_path), content);
    return "written";
  },
  Grep: ({ pattern }) => shell(`grep -rn ${JSON.stringify(pattern)} . || true`),
  Bash: ({ command }) => shell(command),
};

function shell(command) {
  return new Promise((done) => {
    const child = spawn("bash", ["--noprofile", "--norc", "-c", command], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let head = "";
    let tail = "";
    const keep = (data) => {
      const text = data.toString();
      if (head.length < LIMIT / 2) head += text;
      else tail = (tail + text).slice(-LIMIT / 2);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("close", (code) => done(`${head}${tail}\n[exit ${code}]`));
  });
}

async function reply(messages) {
  const last = messages.length - 1;
  const marked = messages.map((message, i) =>
    i !== last && i !== last - 2
      ? message
      : {
          ...message,
          content: message.content.map((block, b) =>
            b === message.content.length - 1 ? { ...block, cache_control: { type: "ephemeral" } } : block,
          ),
        },
  );
  const stream = await client.messages.create({
    model: process.env.BENCH_MODEL ?? "claude-opus-5-5",
    max_tokens: 32_000,
    system: [
      {
        type: "text",
        text: `You are a coding agent.\nWorking directory: ${process.cwd()}`,
        cache_control: { type: "ephemeral", ttl: "1h" },
      },
    ],
    tools,
    messages: marked,
    stream: true,
  });
  const content = [];
  const json = [];
  for await (const event of stream) {
    if (event.type === "content_block_start") {
      content[event.index] = { ...event.content_block };
      json[event.index] = [];
    } else if (event.type === "content_block_delta") {
      const { delta } = event;
      if (delta.type === "text_delta") json[event.index].push(delta.text);
      else if (delta.type === "input_json_delta") json[event.index].push(delta.partial_json);
    } else if (event.type === "content_block_stop") {
      const block = content[event.index];
      const text = json[event.index].join("");
      if (block.type === "text") block.text = text;
      else if (block.type === "tool_use") block.input = JSON.parse(text || "{}");
    }
  }
  return content;
}

const messages = [{ role: "user", content: [{ type: "text", text: process.argv[2] ?? "Go" }] }];
for (;;) {
  const content = await reply(messages);
  messages.push({ role: "assistant", content });
  const calls = content.filter((block) => block.type === "tool_use");
  if (calls.length === 0) {
    process.stdout.write(`${content.map((block) => block.text ?? "").join("")}\n`);
    break;
  }
  const results = await Promise.all(
    calls.map(async (call) => ({
      type: "tool_result",
      tool_use_id: call.id,
      content: [{ type: "text", text: await run[call.name](call.input) }],
    })),
  );
  messages.push({ role: "user", content: results });
}
