import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { text } from "../../src/core/message.ts";
import type { Mode } from "../../src/core/mode.ts";
import { isProtectedForWriting } from "../../src/safety/protected-files.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { answerAll, startWorld } from "../support/start-app.ts";

/** To git any folder with these files is a repository; a clone can bring one, since none of them is called `.git`. */
const CRAFTED = {
  "evil/HEAD": "ref: refs/heads/x\n",
  "evil/config":
    "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = touch pwned; true\n",
  "evil/objects/x": "",
  "evil/refs/x": "",
};

async function run(command: string, mode: Mode, verdict: "allow" | "deny") {
  const world = await startWorld({
    script: [reply(call("Bash", { command })), reply(say("ok"))],
    files: { "a.txt": "a\n", ...CRAFTED },
  });
  const app = await world.open({ mode, runsGit: true });
  const asked = answerAll(app, { verdict, scope: "once" });
  await app.prompt([text("go")], "now");
  const isPwned = ["pwned", "evil/pwned"].some((path) => existsSync(join(world.dir, path)));
  return { asked, isPwned };
}

const COMMANDS = [
  "cd evil && git status",
  "git -C evil status",
  "(cd evil; git diff)",
  "pushd evil && git log",
];

describe.each(["ask", "acceptEdits", "auto"] as const)("in mode %s", (mode) => {
  test.each(COMMANDS)("git in a folder that may be a repository of its own asks: %s", async (command) => {
    expect(await run(command, mode, "deny")).toEqual({ asked: [command], isPwned: false });
  });
});

test("and where that is allowed, git does not take the folder for a repository", async () => {
  const { isPwned } = await run("cd evil && git status", "ask", "allow");
  expect(isPwned).toBe(false);
});

test("no tool makes such a folder unasked", () => {
  expect(isProtectedForWriting("evil/HEAD")).toBe(true);
  expect(isProtectedForWriting("evil/head.ts")).toBe(false);
});
