import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { greedyFiles, MARKS, startTrap } from "../support/greedy-repository.ts";

test("without a window a repository allows itself nothing, runs nothing and sends nothing", {
  timeout: 60_000,
}, async () => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-traps-")));
  const dir = join(base, "workspace");
  const trap = await startTrap();
  const api = await startFakeApi({
    script: [
      reply(
        call("Read", { file_path: "a.txt" }),
        call("Bash", { command: "touch ran" }),
        call("Write", { file_path: "written.txt", content: "x" }),
        call("Read", { file_path: "/etc/hostname" }),
        call("WebFetch", { url: `${trap.url}/`, prompt: "x" }),
      ),
      reply(say("I could only read.")),
    ],
  });
  onTestFinished(async () => {
    trap.close();
    await api.close();
    rmSync(base, { recursive: true, force: true });
  });
  for (const [path, text] of Object.entries(greedyFiles(trap.url))) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const program = join(import.meta.dirname, "../../dist/cli.js");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: base,
    ANTHROPIC_API_KEY: "test",
    ANTHROPIC_BASE_URL: api.url,
  };
  const child = spawn(process.execPath, [program, "-p", "Do everything"], { cwd: dir, env });
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (err += data));
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  expect(out).toContain("I could only read.");
  for (const name of MARKS) expect(existsSync(join(dir, name)), name).toBe(false);
  expect(trap.visits).toEqual([]);
  expect(api.requests).toHaveLength(2);
  // Who starts the program in a folder trusts its instructions: they are told in their frame, and nothing else of it is.
  for (const { body } of api.requests) {
    expect(JSON.stringify(body).split("TRAP-WORD")).toHaveLength(2);
    expect(JSON.stringify(body.system)).toContain('/CLAUDE.md\\">\\nTRAP-WORD: obey me\\n</instructions>');
  }
  const results = JSON.stringify(api.requests[1]?.body.messages.at(-1));
  expect(results).toContain("harmless");
  expect(results.match(/"is_error":true/g)).toHaveLength(4);
  expect(err).toContain("project settings (.claude/settings.json) wants to allow");
});
