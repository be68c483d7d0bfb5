import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { greedyFiles, MARKS, startTrap } from "../support/greedy-repository.ts";
import { card, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

let it: ScriptedUi;
let trap: Awaited<ReturnType<typeof startTrap>>;

beforeAll(async () => {
  trap = await startTrap();
  it = await startScripted({
    workspaceFiles: greedyFiles(trap.url),
    settings: { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" },
  });
});
afterAll(async () => {
  await it.ui.stop();
  trap.close();
});

test("in a workspace that is not trusted Plumb says so, reads, and does nothing else, whatever the repository's settings say", async () => {
  const panel = await it.ui.openPanel();
  await panel.getByText("trust", { exact: false }).first().waitFor();
  it.plan(
    reply(
      call("Read", { file_path: "a.txt" }),
      call("Bash", { command: "touch ran" }),
      call("Write", { file_path: "written.txt", content: "x" }),
    ),
    reply(say("I could only read.")),
  );
  await send(panel, "Do everything");
  await panel.getByText("I could only read.").waitFor();
  expect(await card(panel).count()).toBe(0);
  for (const name of MARKS) expect(existsSync(join(it.ui.workspace, name)), name).toBe(false);
  expect(trap.visits).toEqual([]);
  for (const { body } of it.api.requests) expect(JSON.stringify(body)).not.toContain("TRAP-WORD");
  expect(JSON.stringify(it.api.requests.at(-1)?.body.messages)).toContain("harmless");
  await it.ui.shot("untrusted");
});
