import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { isAtLine } from "./support/editor.ts";
import {
  card,
  closeEditors,
  newChat,
  type ScriptedUi,
  send,
  startScripted,
  tabs,
} from "./support/scripted.ts";

/** A plan is a document that can be changed and commented before it is approved; questions wait for who is away. */
const PLAN = "# Plan\n\n1. Write a.txt\n2. Test it\n";

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    settings: { "plumb.permissions.defaultMode": "plan", "plumb.away.afterMinutes": 0 },
    viewport: { width: 1440, height: 900 },
  });
});
afterAll(() => it.ui.stop());

const command = (id: string, ...args: unknown[]) =>
  it.ui.vs((vscode, name, values) => void vscode.commands.executeCommand(name, ...values), id, args);
const lastRequest = (): string =>
  JSON.stringify(it.api.requests.at(-1)?.body.messages.at(-1)?.content).replaceAll("\\n", "\n");
const plan = () =>
  it.ui.vs((vscode) => {
    const document = vscode.window.visibleTextEditors
      .map((editor) => editor.document)
      .find(({ uri }) => uri.scheme === "plumb-proposal");
    return document && { text: document.getText(), language: document.languageId };
  });

beforeEach(async () => {
  await command("plumb.stop");
  await closeEditors(it.ui);
  await newChat(it.ui);
});

test("a plan is opened, changed and commented, and approved as it is then", async () => {
  const panel = it.ui.panel();
  it.plan(
    reply(say("This is it."), call("ExitPlanMode", { plan: PLAN })),
    reply(call("Write", { file_path: "a.txt", content: "a\n" })),
    reply(say("Ready.")),
  );
  const before = it.api.requests.length;
  await send(panel, "Plan a.txt.");
  await card(panel).getByRole("listitem").first().waitFor();
  await card(panel).getByRole("button", { name: "Open plan" }).click();
  await expect.poll(plan).toEqual({ text: PLAN, language: "markdown" });
  // An editor that has just opened may still get another version of its text, and then refuses an edit.
  const isEdited = () =>
    it.ui.vs((vscode) => {
      const editor = vscode.window.visibleTextEditors.find(
        ({ document }) => document.uri.scheme === "plumb-proposal",
      );
      return editor?.edit((edit) => edit.insert(new vscode.Position(3, 0), "2. Look at it\n"));
    });
  await expect.poll(isEdited).toBe(true);
  await card(panel).getByText("Look at it").waitFor();
  // Where comments can stand the editor knows a moment after it shows a text.
  const box = it.ui.page.locator(".review-widget .monaco-editor");
  const comment = async (): Promise<boolean> => {
    await it.ui.vs(async (vscode) => {
      const editor = vscode.window.visibleTextEditors.find(
        ({ document }) => document.uri.scheme === "plumb-proposal",
      );
      if (!editor) return;
      await vscode.window.showTextDocument(editor.document, editor.viewColumn);
      editor.selection = new vscode.Selection(2, 0, 2, 0);
    });
    await isAtLine(it.ui, 3, 1);
    await it.ui.vs((vscode) => vscode.commands.executeCommand("workbench.action.addComment"));
    return box
      .first()
      .waitFor({ timeout: 5_000 })
      .then(
        () => true,
        () => false,
      );
  };
  await expect.poll(comment, { timeout: 60_000 }).toBe(true);
  await it.ui.page.locator(".review-widget .monaco-editor.focused").waitFor();
  await it.ui.page.keyboard.type("In English, please");
  await it.ui.page.locator(".review-widget .form-actions .monaco-text-button").first().click();
  await it.ui.page.locator(".review-widget .comment-body", { hasText: "In English, please" }).waitFor();
  await card(panel).getByRole("button", { name: "Accept edits" }).click();
  await expect.poll(() => existsSync(join(it.ui.workspace, "a.txt"))).toBe(true);
  const told = JSON.stringify(it.api.requests[before + 1]?.body.messages.at(-1)?.content).replaceAll(
    "\\n",
    "\n",
  );
  expect(told).toContain("+2. Look at it");
  expect(told).toContain("Line 3");
  expect(told).toContain("In English, please");
  expect(told).toContain("Mode: Accept edits.");
  await panel.getByRole("button", { name: "Mode: Accept edits" }).waitFor();
  await expect.poll(() => tabs(it.ui)).toEqual([]);
  expect(it.api.violations).toEqual([]);
});

test("the plan's card is there again after the window was reloaded, and can be rejected with words", async () => {
  const panel = it.ui.panel();
  it.plan(reply(call("ExitPlanMode", { plan: PLAN })), reply(say("Then smaller.")));
  await send(panel, "Plan it.");
  await card(panel).waitFor();
  await it.ui.reload();
  const again = await it.ui.openPanel();
  const words = card(again).getByLabel("Tell Plumb what to change in the plan, or what to mind");
  await words.fill("Smaller steps");
  await words.press("Enter");
  await again.getByText("Then smaller.").waitFor();
  expect(lastRequest()).toContain("Smaller steps");
  await again.getByRole("button", { name: "Mode: Plan" }).waitFor();
});

test("who is away finds what needed them in a queue, and what they allow runs then", async () => {
  const panel = it.ui.panel();
  const touch = call("Bash", { command: "touch later.txt" });
  it.plan(reply(touch), reply(say("The rest waits.")), reply(touch), reply(say("Ready.")));
  await command("plumb.nextMode");
  await command("plumb.nextMode");
  await panel.getByRole("button", { name: "Mode: Ask" }).waitFor();
  await command("plumb.toggleAway");
  await panel.getByText("You are away").waitFor();
  await send(panel, "Go on.");
  const queue = panel.getByRole("region", { name: "1 question waits for you" });
  await queue.waitFor();
  expect(existsSync(join(it.ui.workspace, "later.txt"))).toBe(false);
  await panel.getByText("The rest waits.").waitFor();
  await panel.getByRole("button", { name: "I’m back" }).click();
  await expect.poll(() => panel.getByText("You are away").count()).toBe(0);
  await queue.getByRole("button", { name: "Allow once" }).click();
  await expect.poll(() => existsSync(join(it.ui.workspace, "later.txt"))).toBe(true);
  await panel.getByText("Ready.").waitFor();
  expect(it.api.refusals).toEqual([]);
});
