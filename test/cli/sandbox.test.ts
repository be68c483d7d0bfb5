import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";

/** The program as it is shipped, with a command that is allowed and reaches out of the workspace. */
async function plumb(args: readonly string[], settings?: string) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-cli-")));
  const dir = join(base, "workspace");
  mkdirSync(dir);
  if (settings !== undefined) {
    mkdirSync(join(base, ".plumb"));
    writeFileSync(join(base, ".plumb/settings.json"), settings);
  }
  const script = [
    reply(call("Bash", { command: `touch inside.txt; touch ${base}/outside.txt` })),
    reply(say("Good.")),
  ];
  const api = await startFakeApi({ script });
  onTestFinished(async () => {
    await api.close();
    rmSync(base, { recursive: true, force: true });
  });
  const program = join(import.meta.dirname, "../../dist/cli.js");
  const child = spawn(process.execPath, [program, "-p", "Go", "--allowedTools", "Bash", ...args], {
    cwd: dir,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: base,
      ANTHROPIC_API_KEY: "test",
      ANTHROPIC_BASE_URL: api.url,
    },
  });
  let err = "";
  child.stderr.on("data", (data) => (err += data));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return {
    ...{ code, err },
    told: JSON.stringify(api.requests.at(1)?.body.messages.at(-1)),
    isInside: existsSync(join(dir, "inside.txt")),
    isOutside: existsSync(join(base, "outside.txt")),
  };
}

test("with the sandbox switched on a command is confined or does not run, and the program ends", async () => {
  for (const ran of [
    await plumb(["--sandbox", "on"]),
    await plumb([], '{ "sandbox": { "enabled": "on" } /* for all */ }'),
  ]) {
    expect(ran.code).toBe(0);
    expect(ran.isOutside).toBe(false);
    expect(ran.told).toContain(
      ran.isInside ? "It ran in a sandbox" : "The sandbox for commands cannot run here",
    );
  }
}, 60_000);

test("without it the command runs as it was allowed", async () => {
  expect(await plumb([])).toMatchObject({ code: 0, isInside: true, isOutside: true });
}, 30_000);

test("settings that cannot be read end the program, because they may ask for it", async () => {
  const { code, err, isOutside } = await plumb([], "{ sandbox: on");
  expect(code).not.toBe(0);
  expect(err).toContain("cannot be read");
  expect(isOutside).toBe(false);
}, 30_000);
