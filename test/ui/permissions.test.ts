import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { card, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

/** The page of rules in a real editor: what files say, what a person changes, and what then holds. */
const SETTINGS = `{
  // for everybody
  "permissions": {
    "allow": ["Bash(touch *)"],
    "deny": ["Read(secret.txt)"]
  }
}
`;
let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: { ".claude/settings.json": SETTINGS, "secret.txt": "hidden", "open.txt": "seen" },
    settings: { "plumb.permissions.ask": ["Bash(git push *)"] },
  });
});
afterAll(() => it.ui.stop());

const page = (): FrameLocator => it.ui.editorPage();
const openPage = (): Promise<unknown> =>
  it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.openPermissions"));

test("rules are seen, tried, agreed to, changed in their file and in the settings; a change counts at once", async () => {
  const panel = await it.ui.openPanel();
  await panel.locator("main[data-session]").waitFor();
  await openPage();
  await page().getByRole("heading", { name: "Permissions" }).waitFor();
  await page().getByText("This project wants to allow").waitFor();
  await it.ui.shot("permissions");

  await page().getByRole("textbox", { name: "Command" }).fill("touch a && git push");
  await page().getByRole("textbox", { name: "Command" }).press("Enter");
  await page().getByText("user settings: Bash(git push *)").first().waitFor();

  // Not agreed to yet: it asks.
  it.plan(reply(call("Bash", { command: "touch made" })), reply(say("Denied.")));
  await send(panel, "Make a file");
  await card(panel).getByRole("button", { name: "Deny" }).first().click();
  await panel.getByText("Denied.").waitFor();

  await page().getByRole("button", { name: "Allow these" }).click();
  await page().getByText("This project wants to allow").waitFor({ state: "detached" });
  it.plan(reply(call("Bash", { command: "touch made" })), reply(say("Made it.")));
  await send(panel, "Again");
  await panel.getByText("Made it.").waitFor();
  expect(await card(panel).count()).toBe(0);

  await page().getByRole("button", { name: "Edit Read(secret.txt)" }).click();
  await page().getByRole("textbox", { name: "Rule", exact: true }).fill("Read(open.txt)");
  await page().getByRole("textbox", { name: "Rule", exact: true }).press("Enter");
  const file = join(it.ui.workspace, ".claude/settings.json");
  await expect.poll(() => readFileSync(file, "utf8")).toBe(SETTINGS.replace("secret.txt", "open.txt"));

  await page().getByRole("button", { name: "Remove Bash(git push *)" }).click();
  const asked = (): Promise<unknown> =>
    it.ui.vs((vscode) => vscode.workspace.getConfiguration("plumb").get("permissions.ask"));
  await expect.poll(asked).toEqual([]);
  await page().getByRole("textbox", { name: "New rule" }).fill("Bash(rm *)");
  await page().getByRole("button", { name: "Add" }).click();
  await expect.poll(asked).toEqual(["Bash(rm *)"]);
  await page().getByRole("textbox", { name: "New rule" }).fill("Bash(rm");
  await page().getByRole("button", { name: "Add" }).click();
  await page().getByText("is not a rule Plumb understands").waitFor();

  // Another program writes a file: the page and the next call know it.
  mkdirSync(join(it.ui.workspace, ".plumb"), { recursive: true });
  writeFileSync(join(it.ui.workspace, ".plumb/settings.json"), '{"permissions":{"deny":["Bash(touch *)"]}}');
  await page().getByRole("button", { name: "project settings (.plumb/settings.json)" }).waitFor();
  it.plan(reply(call("Bash", { command: "touch more" })), reply(say("No more.")));
  await send(panel, "And again");
  await panel.getByText("No more.").waitFor();
  expect(await card(panel).count()).toBe(0);
  expect(JSON.stringify(it.api.requests.at(-1)?.body.messages.at(-1))).toContain("Not allowed");
  await page().getByText("used once here").first().waitFor();
  await it.ui.shot("permissions-changed");
});
