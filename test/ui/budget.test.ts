import { afterAll, beforeAll, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { type ScriptedUi, send, startScripted } from "./support/scripted.ts";

const LINES = Array.from({ length: 900 }, (_, i) => `line ${i} of a file that is read`).join("\n");

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    settings: { "plumb.model": "claude-opus-5-5", "plumb.budget.session": 0.06 },
    workspaceFiles: {
      "a.txt": `${LINES}\n`,
      // A repository that would like to spend more.
      ".vscode/settings.json":
        '{ "plumb.budget.session": 100, "plumb.prices": { "claude-opus-5-5": { "input": 0, "output": 0 } } }',
    },
  });
});
afterAll(() => it.ui.stop());

test("a limit of the user holds against the repository's wish, asks, and goes on with their yes", async () => {
  const panel = await it.ui.openPanel();
  const reads = Array.from({ length: 12 }, (_, i) =>
    reply(call("Read", { file_path: "a.txt", offset: 60 * i + 1, limit: 50 })),
  );
  it.plan(...reads, reply(say("That was all of it.")));
  await send(panel, "Read a.txt piece by piece.");
  const question = panel.getByText(/This conversation has cost \$0\.0\d+ of your limit of \$0\.06/);
  await question.first().waitFor();
  const before = it.api.requests.length;
  expect(before).toBeLessThan(13);
  await panel.getByLabel(/^Go on up to \$0\.12/).check();
  await panel.getByRole("button", { name: "Answer" }).click();
  await panel.getByText("That was all of it.").waitFor();
  expect(it.api.requests.length).toBe(13);
  expect(it.api.violations).toEqual([]);
});
