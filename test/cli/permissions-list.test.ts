import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { encodeRecord } from "../../src/app/session-file.ts";
import type { AgentEvent } from "../../src/core/event.ts";
import { workspaceKey } from "../../src/hosts/node/node-storage.ts";

test("rules are listed with their place and their use, and decisions are exported", {
  timeout: 60_000,
}, () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "plumb-rules-")));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const project = join(home, "project");
  mkdirSync(join(project, ".claude"), { recursive: true });
  writeFileSync(
    join(project, ".claude/settings.json"),
    '{\n "permissions": {\n  "deny": ["Read(x"],\n  "ask": ["Bash(git push *)"],\n  "allow": ["Bash(npx *)"]\n }\n}',
  );
  const sessions = join(home, ".plumb/projects", workspaceKey(project), "sessions");
  mkdirSync(sessions, { recursive: true });
  const because = "project settings (.claude/settings.json): Bash(git push *)";
  const base = { at: 1000, agentId: "main" };
  const events: AgentEvent[] = [
    { ...base, seq: 1, type: "tool.started", callId: "c1", name: "Bash", title: "Push", accesses: [] },
    {
      ...{ ...base, seq: 2, type: "permission.decided", callId: "c1", verdict: "deny", by: "rule" },
      ...{ because, hash: "" },
    },
  ];
  writeFileSync(join(sessions, "s1.jsonl"), events.map(encodeRecord).join(""));
  const run = (...args: string[]): unknown[] => {
    const program = join(import.meta.dirname, "../../dist/cli.js");
    const env = { PATH: process.env["PATH"] ?? "", HOME: home };
    const { stdout } = spawnSync(process.execPath, [program, "permissions", ...args], {
      cwd: project,
      env,
      encoding: "utf8",
    });
    return stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
  };
  const file = join(project, ".claude/settings.json");
  expect(run("list")).toMatchObject([
    {
      verdict: "ask",
      rule: "Bash(git push *)",
      state: "in force",
      file,
      line: 4,
      uses: 1,
      lastUse: "1970-01-01T00:00:01.000Z",
    },
    { verdict: "deny", rule: "Read(x", state: "unknown", line: 3, uses: 0 },
    {
      verdict: "allow",
      rule: "Bash(npx *)",
      state: "waiting",
      warnings: [{ kind: "runner", program: "npx" }],
    },
    { problem: expect.stringContaining('"Read(x" is not a rule') },
  ]);
  const rule = { source: "project settings (.claude/settings.json)", text: "Bash(git push *)" };
  const decision = {
    session: "s1",
    call: "c1",
    tool: "Bash",
    title: "Push",
    verdict: "deny",
    by: "rule",
    rule,
  };
  expect(run("log")).toMatchObject([decision]);
  expect(run("log", "s1")).toMatchObject([decision]);
});
