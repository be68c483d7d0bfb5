import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";

// Made up.
const KEY = `sk-ant-api03-${"Zk4Qm9Xw2Rt7Lp8Vb3Nc".repeat(4)}-Zk4Qm9AA`;

test.skipIf(process.platform === "win32")(
  "the key goes to the provider and nowhere else: no file, no argument, no child, no output",
  { timeout: 60_000 },
  async () => {
    const base = mkdtempSync(join(tmpdir(), "plumb-keys-"));
    const [home, cwd] = [join(base, "home"), join(base, "work")];
    for (const folder of [home, cwd]) mkdirSync(folder);
    writeFileSync(join(cwd, "notes.txt"), `key: ${KEY}\n`);
    const look = "env; cat notes.txt; tr '\\0' ' ' < /proc/$PPID/cmdline; git log";
    const api = await startFakeApi({
      script: [
        reply(call("Bash", { command: look })),
        reply(call("Read", { file_path: "notes.txt" })),
        reply(say("ok")),
      ],
    });
    onTestFinished(async () => {
      await api.close();
      rmSync(base, { recursive: true, force: true });
    });
    const args = [
      "-p",
      "go",
      "--output-format",
      "stream-json",
      "--permission-mode",
      "acceptEdits",
      "--allowedTools",
      `Bash(${look})`,
    ];
    const child = spawn(process.execPath, [join(import.meta.dirname, "../../dist/cli.js"), ...args], {
      cwd,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: home,
        ANTHROPIC_API_KEY: KEY,
        ANTHROPIC_BASE_URL: api.url,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (said += text));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code, said).toBe(0);
    expect(api.requests.length).toBe(3);
    for (const { body } of api.requests) expect(JSON.stringify(body)).not.toContain(KEY);
    expect(said).not.toContain(KEY);
    expect(said).toContain("[REDACTED:");
    const entries = readdirSync(home, { recursive: true, withFileTypes: true });
    const logs = entries.filter((entry) => entry.isFile() && entry.parentPath.endsWith("sessions"));
    expect(logs).toHaveLength(1);
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      // What Node compiled is its own, in a folder that is ours alone.
      if (path.includes("/compiled/")) continue;
      if (path.includes(`${join(home, ".plumb")}/`) || entry.name === ".plumb")
        expect(statSync(path).mode & 0o077, path).toBe(0);
      // Blobs are the files of the user as they were: for going back, and for nobody else.
      if (entry.isFile() && !path.includes("/blobs/"))
        expect(readFileSync(path, "utf8"), path).not.toContain(KEY);
    }
  },
);
