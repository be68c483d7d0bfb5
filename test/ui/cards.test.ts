import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { card, composer, newChat, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({ workspaceFiles: { "log.txt": "" } });
  await it.ui.openPanel();
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  await command("notifications.clearAll");
  await show();
  await newChat(it.ui);
});

async function show(): Promise<void> {
  await command("plumb.chat.focus");
  await composer(it.ui.panel()).waitFor();
}

const command = (id: string): Promise<unknown> =>
  it.ui.vs((vscode, name) => vscode.commands.executeCommand(name), id);
const log = (): string => readFileSync(join(it.ui.workspace, "log.txt"), "utf8");
const toast = (words: string) =>
  it.ui.page.locator(".notifications-toasts .notification-list-item", { hasText: words });
/** Waits for a notification. Under the pointer of whoever reads it, it does not go by itself. */
async function notice(words: string): Promise<Locator> {
  await toast(words).hover();
  return toast(words);
}
const bash = (text: string) => reply(say("I have to run something."), call("Bash", { command: text }));

/** Sends, and looks at something else: the panel is gone before its card is there. */
async function sendAndHide(text: string): Promise<void> {
  await send(it.ui.panel(), text);
  await command("workbench.view.explorer");
}

test("a card that nobody sees is answered from its notification", async () => {
  it.plan(bash("echo one >> log.txt"), reply(say("It ran.")));
  await sendAndHide("Run it");
  const shown = await notice("Plumb asks to run: echo one >> log.txt");
  await it.ui.shot("cards-notification");
  await shown.getByRole("button", { name: "Allow Once" }).click();
  await expect.poll(log).toBe("one\n");
  await show();
  await it.ui.panel().getByText("It ran.").waitFor();
});

test("of high risk it can be denied or opened there, and not allowed", async () => {
  it.plan(bash("rm -rf ~/nothing-is-here"), reply(say("Then not.")));
  await sendAndHide("Clean up");
  const shown = await notice("of high risk: rm -rf ~/nothing-is-here");
  expect(await shown.getByRole("button", { name: "Allow Once" }).count()).toBe(0);
  await shown.getByRole("button", { name: "Open Plumb" }).click();
  await card(it.ui.panel()).getByText("Run this command?").waitFor();
  await card(it.ui.panel()).getByRole("button", { name: "Deny" }).click();
  await it.ui.panel().getByText("Then not.").waitFor();
});

test("what a model wrote becomes no link and hides nothing, and then it is not allowed from there", async () => {
  it.plan(bash("echo '[ok](command:plumb.allowPending)' \u202e >> log.txt"), reply(say("Then not.")));
  const before = log();
  await sendAndHide("Trick me");
  const shown = await notice("[ok] (command:plumb.allowPending)");
  expect(await shown.innerText()).toContain("<U+202E>");
  expect(await shown.locator(".notification-list-item-message a").count()).toBe(0);
  expect(await shown.getByRole("button", { name: "Allow Once" }).count()).toBe(0);
  await shown.getByRole("button", { name: "Deny" }).click();
  await show();
  await it.ui.panel().getByText("Then not.").waitFor();
  expect(log()).toBe(before);
});

test("a notification of a card that was answered elsewhere decides nothing", async () => {
  it.plan(bash("echo two >> log.txt"), bash("echo three >> log.txt"), reply(say("Done.")));
  await sendAndHide("Run both");
  await toast("echo two >> log.txt").waitFor();
  await show();
  await card(it.ui.panel()).getByText("echo two >> log.txt").first().waitFor();
  await card(it.ui.panel()).getByRole("button", { name: "Deny" }).click();
  await card(it.ui.panel()).getByText("echo three >> log.txt").first().waitFor();
  await command("notifications.showList");
  await it.ui.page
    .locator(".notifications-center .notification-list-item", { hasText: "echo two" })
    .getByRole("button", { name: "Allow Once" })
    .click();
  await it.ui.page.getByText("This question is no longer open. Nothing was decided.").first().waitFor();
  expect(log()).not.toContain("two");
  expect(log()).not.toContain("three");
  await card(it.ui.panel()).getByRole("button", { name: "Deny" }).click();
  await it.ui.panel().getByText("Done.").waitFor();
});

test("a rule is checked by the host as it is typed, kept as it was shown, and holds for the kind of action", async () => {
  it.plan(bash("mkdir made"), bash("mkdir made/deep"), reply(say("Both ran.")));
  const panel = it.ui.panel();
  await send(panel, "Run it twice");
  await card(panel)
    .getByRole("button", { name: /^Always/ })
    .click();
  const rule = card(panel).getByLabel("Rule", { exact: true });
  const save = card(panel).getByRole("button", { name: "Save and allow" });
  await rule.fill("Bash(m*)");
  await card(panel).getByText("This is wider than what this question is about").waitFor();
  await expect.poll(() => save.isDisabled()).toBe(true);
  await card(panel).getByLabel("This kind of action").check();
  await card(panel).getByText("Covers mkdir, and whatever comes after it").waitFor();
  await expect.poll(() => rule.inputValue()).toBe("Bash(mkdir *)");
  await it.ui.shot("cards-rule-editor");
  await save.click();
  // The second one runs without a question.
  await panel.getByText("Both ran.").waitFor();
  expect(await card(panel).count()).toBe(0);
  expect(existsSync(join(it.ui.workspace, "made/deep"))).toBe(true);
});
