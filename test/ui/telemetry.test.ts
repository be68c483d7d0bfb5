import { afterAll, beforeAll, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { type Receiver, startReceiver } from "../support/otlp-receiver.ts";
import { named } from "../telemetry/watching.ts";
import { type ScriptedUi, send, startScripted } from "./support/scripted.ts";

let it: ScriptedUi;
let own: Receiver;
let theirs: Receiver;
beforeAll(async () => {
  [own, theirs] = await Promise.all([startReceiver(), startReceiver()]);
  it = await startScripted({
    // The editor's own telemetry is off in all of these tests; this collector is on the same machine.
    settings: { "plumb.telemetry.enabled": true, "plumb.telemetry.endpoint": own.url },
    workspaceFiles: {
      "CANARY.txt": "CANARY\n",
      // A repository that would like to hear of it, too.
      ".vscode/settings.json": JSON.stringify({
        "plumb.telemetry.endpoint": theirs.url,
        "plumb.telemetry.includeContent": true,
      }),
    },
  });
});
afterAll(async () => {
  await it.ui.stop();
  await Promise.all([own.close(), theirs.close()]);
});

test("the user's collector hears of a turn, without content, and the one that the repository names of nothing", async () => {
  const panel = await it.ui.openPanel();
  it.plan(reply(call("Read", { file_path: "CANARY.txt" })), reply(say("It says CANARY.")));
  await send(panel, "What does CANARY.txt say?");
  await panel.getByText("It says CANARY.").waitFor();
  await expect.poll(() => named(own.spans, "invoke_agent plumb"), { timeout: 60_000 }).toHaveLength(1);
  expect(named(own.spans, "execute_tool Read")).toHaveLength(1);
  expect(own.problems).toEqual([]);
  expect(own.bytes.join("\n")).not.toContain("CANARY");
  expect(theirs.bytes).toEqual([]);
});
