import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type OtherAgent, OURS } from "./contestants.ts";
import { benchOthers } from "./others.ts";

const node = (name: string, code: string): OtherAgent => ({
  name,
  command: process.execPath,
  args: ["-e", code],
  env: {},
});
/**
 * Asks as some programs do that are not ours: unknown headers and fields, a side request first and one that has the calls of the
 * conversation, without a stream. It edits by itself, and leaves a process behind that is in a session of its own.
 */
const ODD = `import { readFileSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
const post = (body) => fetch(process.env.AT + "/v1/messages?beta=true", {
  method: "POST",
  headers: { "anthropic-beta": "of-the-future" },
  body: JSON.stringify({ model: "m", whatever: 1, ...body }),
}).then((response) => response.json());
const say = (text) => ({ role: "user", content: text });
const tools = [{ name: "read", input_schema: {} }];
if ((await post({ messages: [say("A title, please")] })).content[0].text !== "Ok.") process.exit(6);
const messages = [say("Go")];
for (;;) {
  const { content } = await post({ tools, messages });
  const call = content.find(({ type }) => type === "tool_use");
  if (!call) break;
  const { name, input } = call;
  if (!["read", "edit", "run"].includes(name)) process.exit(4);
  if (name === "read" && !input.filePath?.endsWith("/a.ts")) process.exit(5);
  if (name === "edit" && !process.argv.includes("--lazy"))
    writeFileSync(input.path, readFileSync(input.path, "utf8").replace(input.from, input.to));
  const fails = process.argv.includes("--clumsy") && name === "run";
  messages.push({ role: "assistant", content }, { role: "user", content: [
    { type: "tool_result", tool_use_id: call.id, content: fails ? "no such tool" : "done", is_error: fails },
  ] });
  const side = await post({ tools, messages: [say("What is worth remembering?")] });
  if (side.content[0].text !== "Ok.") process.exit(7);
}
const at = process.argv.indexOf("--daemon");
if (at > 0) {
  const pidFile = process.argv[at + 1];
  const daemon = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
  writeFileSync(pidFile, String(daemon.pid));
  daemon.unref();
}`;
const odd = (name: string, ...flags: readonly string[]): OtherAgent => ({
  name,
  command: process.execPath,
  args: ["{home}/odd.mjs", ...flags],
  env: { AT: "{url}" },
  files: { "odd.mjs": ODD },
  calls: {
    read: (filePath) => ["read", { filePath }],
    edit: (path, from, to) => ["edit", { path, from, to }],
    run: (command) => ["run", { command }],
  },
});

/** Some of them start fifty programs. */
const LIMIT_MS = 60_000;

test("agents that are there are measured on the same scenarios, and the others are named with their reason", {
  timeout: LIMIT_MS,
}, async () => {
  const [floor] = OURS;
  const lines: string[] = [];
  const kept: Readonly<Record<string, number>>[] = [];
  await benchOthers(1, {
    agents: [
      ...(floor ? [floor] : []),
      { ...node("nowhere", ""), command: "no-such-agent-anywhere" },
      node("refuses", "console.error('no such flag'); process.exit(3)"),
      node("idle", ""),
      odd("odd"),
      odd("lazy", "--lazy"),
      odd("clumsy", "--clumsy"),
    ],
    names: ["hello", "50 tool turns"],
    print: (line) => lines.push(line),
    remember: (_name, _runs, row) => kept.push(row),
  });
  const printed = lines.join("\n");
  expect(printed).toContain("other agents: nowhere not installed");
  const [, hello = "", turns = ""] = printed.split(/^(?:hello|50 tool turns) /m);
  expect(hello).toMatch(/^ {2}floor +\d/m);
  expect(hello).toContain("  refuses     failed: exit 3: no such flag");
  expect(hello).toContain("  idle        failed: it ended after 0 of 1 requests");
  expect(turns).toMatch(/^ {2}odd +\d/m);
  expect(turns).toContain("  idle        what it calls our tools is not known");
  expect(turns).toContain("  lazy        failed: its last edit is not on the disk");
  expect(turns).toContain('  clumsy      failed: 16 of its calls failed: "no such tool"');
  expect(kept[1]).toMatchObject({ "turnMs.floor": expect.any(Number), "turnMs.odd": expect.any(Number) });
});

test("tokens count with what the cache has of them: an agent without breakpoints pays for every word again", {
  timeout: LIMIT_MS,
}, async () => {
  const [floor] = OURS;
  const rows: Readonly<Record<string, number>>[] = [];
  await benchOthers(1, {
    agents: [...(floor ? [floor] : []), odd("odd")],
    names: ["50 tool turns"],
    print: () => undefined,
    remember: (_name, _runs, row) => rows.push(row),
  });
  const { "hitPercent.floor": hit = 0, "firstTokens.floor": first = 0, ...row } = rows[0] ?? {};
  expect(hit).toBeGreaterThan(90);
  expect(first).toBeGreaterThan(200);
  expect(row["hitPercent.odd"]).toBe(0);
  expect(row["costTokens.odd"]).toBeGreaterThan(50 * (row["firstTokens.odd"] ?? 0));
});

test.runIf(process.platform === "linux")(
  "what an agent leaves behind is counted with it and ended",
  async () => {
    const lines: string[] = [];
    const rows: Readonly<Record<string, number>>[] = [];
    const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const pidFile = join(folder, "pid");
    await benchOthers(1, {
      agents: [odd("plain"), odd("daemon", "--daemon", pidFile)],
      names: ["hello"],
      print: (line) => lines.push(line),
      remember: (_name, _runs, row) => rows.push(row),
    });
    expect(lines.join("\n")).toMatch(/^ {2}daemon .*\n +leaves 1 processes behind$/m);
    const daemon = readFileSync(pidFile, "utf8");
    // Gone, or dead and not yet taken note of.
    await expect
      .poll(() => (existsSync(`/proc/${daemon}`) ? readFileSync(`/proc/${daemon}/stat`, "utf8") : ") Z"))
      .toContain(") Z");
    expect(rows[0]?.["cpuMs.plain"]).toBeGreaterThan(0);
    expect(rows[0]?.["memoryMb.plain"]).toBeGreaterThan(20);
  },
);
