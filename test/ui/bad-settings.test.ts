import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { workspaceKey } from "../../src/hosts/node/node-storage.ts";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { card, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

const BROKEN_RULES = '{"allow": ["Bash(echo *)"';
let it: ScriptedUi;
let rulesFolder = "";
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: {
      "a.txt": "harmless\n",
      ".vscode/settings.json": JSON.stringify({
        "plumb.permissions.ask": { "0": "Bash(rm *)" },
        "plumb.maxSteps": "many",
      }),
    },
    settings: {
      "plumb.permissions.allow": ["Bash"],
      "plumb.permissions.deny": ["Bash(rm", "Read(secret.txt)"],
    },
    prepare: ({ workspace, plumbHome }) => {
      rulesFolder = join(plumbHome, "projects", workspaceKey(workspace));
      mkdirSync(rulesFolder, { recursive: true });
      writeFileSync(join(rulesFolder, "rules.json"), BROKEN_RULES);
    },
  });
});
afterAll(() => it.ui.stop());

test("rules and settings that make no sense are told with their place, and everything is asked until they are corrected", async () => {
  const panel = await it.ui.openPanel();
  await panel.locator("main[data-session]").waitFor();
  const { page } = it.ui;
  await page.locator(".notification-toast").first().waitFor();
  await it.ui.shot("settings-told");
  // They come one by one, and go by themselves; in the list they stay.
  await it.ui.vs((vscode) => vscode.commands.executeCommand("notifications.showList"));
  const notice = page.locator(".notifications-center .notification-list-item");
  const words = async (): Promise<string> => (await notice.allInnerTexts()).join("\n");
  await expect.poll(words).toContain("The saved rules of this workspace (rules.json) cannot be read");
  await expect.poll(words).toContain('user settings: "Bash(rm" is not a rule Plumb understands');
  await expect.poll(words).toContain("workspace settings: ");
  await expect.poll(words).toContain("plumb.maxSteps");
  await it.ui.vs((vscode) => vscode.commands.executeCommand("notifications.hideList"));
  it.plan(reply(call("Bash", { command: "echo ran" })), reply(say("That is all.")));
  await send(panel, "Run something");
  await card(panel).waitFor();
  await it.ui.shot("settings-asked");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await panel.getByText("That is all.").waitFor();
  expect(readFileSync(join(rulesFolder, "rules-damaged.json"), "utf8")).toBe(BROKEN_RULES);
});
