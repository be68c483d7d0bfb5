import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { startFakeApi } from "../support/fake-api/fake-api.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";

const DIST = join(import.meta.dirname, "../../dist");
const Meta = z.object({
  outputs: z.record(z.string(), z.object({ entryPoint: z.string().optional() })),
});

/** The file of the shipped program that reads shell text. */
function parserFile(): string {
  const { outputs } = Meta.parse(JSON.parse(readFileSync(join(DIST, "meta/cli.json"), "utf8")));
  const found = Object.entries(outputs).find(
    ([, { entryPoint }]) => entryPoint === "src/safety/shell/engine.ts",
  );
  return basename(found?.[0] ?? "no such file");
}

/** The program with one file of it changed, and a command that its rules allow. */
async function runBroken(damage: (path: string) => void): Promise<boolean> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "plumb-broken-")));
  const workspace = join(base, "workspace");
  mkdirSync(workspace);
  cpSync(DIST, join(base, "dist"), { recursive: true, filter: (path) => !path.endsWith(".map") });
  const script = [reply(call("Bash", { command: "touch made.txt" })), reply(say("ok"))];
  const api = await startFakeApi({ script });
  onTestFinished(async () => {
    await api.close();
    rmSync(base, { recursive: true, force: true });
  });
  damage(join(base, "dist/cli", parserFile()));
  const { PATH = "" } = process.env;
  const args = ["-p", "go", "--allowedTools", "Bash(touch *)"];
  const child = spawn(process.execPath, [join(base, "dist/cli.js"), ...args], {
    cwd: workspace,
    env: { PATH, HOME: base, ANTHROPIC_API_KEY: "test", ANTHROPIC_BASE_URL: api.url },
    stdio: ["ignore", "ignore", "ignore"],
  });
  await once(child, "close");
  expect(api.requests).toHaveLength(2);
  return existsSync(join(workspace, "made.txt"));
}

test("a rule that allows a command allows it when shell text can be read", async () => {
  expect(await runBroken((path) => expect(existsSync(path)).toBe(true))).toBe(true);
});

const broken: Record<string, string | undefined> = {
  missing: undefined,
  "of no use": "export const nothing = 1;",
  "throwing when it is loaded": "throw new Error('broken');",
  "throwing when it is asked":
    "const fail = () => { throw new Error('broken'); }; export const engine = { readCommands: fail, shellRisk: fail };",
};
test.each(Object.entries(broken))("and does not when what reads it is %s", async (_name, text) => {
  const isMade = await runBroken((path) => (text === undefined ? rmSync(path) : writeFileSync(path, text)));
  expect(isMade).toBe(false);
});
