import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OUTPUT } from "../dev/paths.ts";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { takeFromList } from "./support/editor.ts";
import { composer, newChat, rewrite, type ScriptedUi, send, startScripted } from "./support/scripted.ts";
import { inSecondWindow } from "./support/start-ui.ts";

/** Going back to a message, undoing that, and forking, as a person does it in the panel. */
const LINES = Array.from({ length: 30 }, (_, index) => `export const line${index + 1} = ${index + 1};`);
const A = `${LINES.join("\n")}\n`;

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: { "a.ts": A },
    settings: { "plumb.permissions.defaultMode": "acceptEdits" },
    viewport: { width: 1440, height: 900 },
  });
});
afterAll(() => it.ui.stop());

const at = (path: string): string => join(it.ui.workspace, path);
const read = (path: string): string => readFileSync(at(path), "utf8");
const edit = (old_string: string, new_string: string) =>
  call("Edit", { file_path: "a.ts", old_string, new_string });
const command = (id: string) => it.ui.vs((vscode, name) => void vscode.commands.executeCommand(name), id);
const prompts = (panel: FrameLocator): Locator => panel.locator(".prompt-text");
const session = (panel: FrameLocator) => panel.locator("main[data-session]").getAttribute("data-session");
const quickPick = (): Locator => it.ui.page.locator(".quick-input-widget:visible");
const choice = (text: string): Locator => quickPick().locator(".monaco-list-row").filter({ hasText: text });

/** Brings the actions of a message up with the pointer and uses one. */
async function act(panel: FrameLocator, words: string, action: string): Promise<void> {
  const message = panel.locator(".prompt").filter({ hasText: words });
  await message.hover();
  await message.getByRole("button", { name: action }).click();
}

async function rewind(panel: FrameLocator, words: string, what: string): Promise<void> {
  await act(panel, words, "Rewind to before this message");
  await choice(what).click();
  await quickPick().waitFor({ state: "detached" });
}

/** Three messages, the second of which also makes a file. */
async function work(): Promise<FrameLocator> {
  const panel = await it.ui.openPanel();
  it.plan(
    reply(call("Read", { file_path: "a.ts" })),
    reply(edit("line3 = 3;", "line3 = 33;")),
    reply(say("First is done.")),
    reply(edit("line12 = 12;", "line12 = 1212;"), call("Write", { file_path: "made.ts", content: "made\n" })),
    reply(say("Second is done.")),
    reply(edit("line24 = 24;", "line24 = 2424;")),
    reply(say("Third is done.")),
  );
  for (const [words, done] of [
    ["Change the first", "First is done."],
    ["Change the second", "Second is done."],
    ["Change the third", "Third is done."],
  ] as const) {
    await send(panel, words);
    await panel.getByText(done).waitFor();
  }
  return panel;
}
const AFTER = A.replace("line3 = 3;", "line3 = 33;")
  .replace("line12 = 12;", "line12 = 1212;")
  .replace("line24 = 24;", "line24 = 2424;");
const withMine = (text: string): string => text.replace("line18 = 18;", "line18 = 'mine';");

test("three messages: files alone go back and forth, then everything, and after a reload that is undone as well", async () => {
  let panel = await work();
  expect(read("a.ts")).toBe(AFTER);
  await rewrite(it.ui, "a.ts", withMine(AFTER));

  await panel.locator(".prompt").filter({ hasText: "Change the second" }).hover();
  await it.ui.shot("rewind-actions");
  await act(panel, "Change the second", "Rewind to before this message");
  await choice("Files only").waitFor();
  await it.ui.shot("rewind-preview");
  expect(read("a.ts")).toBe(withMine(AFTER));
  await choice("a.ts").click();
  await it.ui.page.getByRole("tab", { name: "a.ts (now ↔ after)" }).waitFor();
  await it.ui.shot("rewind-preview-diff");
  await choice("Files only").click();
  await expect.poll(() => read("a.ts")).toBe(withMine(A.replace("line3 = 3;", "line3 = 33;")));
  await expect.poll(() => existsSync(at("made.ts"))).toBe(false);
  await panel.getByText("2 files are as before “Change the second”, apart from your own changes.").waitFor();
  await expect
    .poll(() => prompts(panel).allTextContents())
    .toEqual(["Change the first", "Change the second", "Change the third"]);
  await it.ui.shot("rewind-files");
  await panel.getByRole("button", { name: "Undo rewind" }).click();
  await expect.poll(() => read("a.ts")).toBe(withMine(AFTER));
  await expect.poll(() => existsSync(at("made.ts"))).toBe(true);

  const first = await session(panel);
  await rewind(panel, "Change the second", "Conversation and files");
  await panel.locator(`main[data-session]:not([data-session="${first}"])`).waitFor();
  await expect.poll(() => prompts(panel).allTextContents()).toEqual(["Change the first"]);
  await expect.poll(() => composer(panel).inputValue()).toBe("Change the second");
  await expect.poll(() => read("a.ts")).toBe(withMine(A.replace("line3 = 3;", "line3 = 33;")));
  await it.ui.shot("rewind-both");

  await it.ui.reload();
  panel = await it.ui.openPanel();
  await expect.poll(() => prompts(panel).allTextContents()).toEqual(["Change the first"]);
  await command("plumb.undoRewind");
  await expect.poll(() => read("a.ts")).toBe(withMine(AFTER));
  // Rows far above what is in view are not drawn.
  await panel.getByText("Third is done.").waitFor();
  await expect.poll(() => session(panel)).toBe(first);
  await expect.poll(() => existsSync(at("made.ts"))).toBe(true);
});

test("a fork from the middle and from the last reply are conversations of their own; the keyboard gets there too", async () => {
  const panel = await it.ui.openPanel();
  await panel.getByText("Third is done.").waitFor();
  const first = await session(panel);
  const files = [read("a.ts"), read("made.ts")];
  await panel.getByText("Third is done.").hover();
  await it.ui.shot("rewind-fork-last");
  const last = panel.getByRole("button", { name: "Fork a new chat from here" }).last();
  await last.focus();
  await it.ui.page.keyboard.press("Enter");
  await panel.locator(`main[data-session]:not([data-session="${first}"])`).waitFor();
  await expect
    .poll(() => prompts(panel).allTextContents())
    .toEqual(["Change the first", "Change the second"]);
  await expect.poll(() => composer(panel).inputValue()).toContain("Change the third");
  const second = await session(panel);
  it.plan(reply(say("Done another way.")));
  await composer(panel).press("Enter");
  await panel.getByText("Done another way.").waitFor();
  const sent = it.api.requests.at(-1)?.body.messages;
  expect(JSON.stringify(sent)).toContain("Second is done.");
  expect(JSON.stringify(sent)).not.toContain("Third is done.");

  await panel.getByText("Done another way.").hover();
  await panel.getByRole("button", { name: "Fork a new chat from this reply" }).click();
  await panel.locator(`main[data-session]:not([data-session="${second}"])`).waitFor();
  await expect.poll(() => prompts(panel).count()).toBe(3);
  await panel.getByText("Forked from").last().waitFor();
  expect([read("a.ts"), read("made.ts")]).toEqual(files);
  await command("plumb.history");
  await expect.poll(() => panel.getByText("fork · ").count()).toBeGreaterThan(0);
  await it.ui.shot("rewind-history");
  await command("plumb.open");
});

test("what was decided last is taken back; the turn and the whole conversation are undone", async () => {
  const panel = await newChat(it.ui);
  await expect.poll(() => prompts(panel).count()).toBe(0);
  await rewrite(it.ui, "a.ts", A);
  it.plan(
    reply(call("Read", { file_path: "a.ts" })),
    reply(edit("line3 = 3;", "line3 = 33;")),
    reply(say("One is done.")),
    reply(edit("line24 = 24;", "line24 = 2424;")),
    reply(say("Two is done.")),
  );
  await send(panel, "One");
  await panel.getByText("One is done.").waitFor();
  await send(panel, "Two");
  await panel.getByText("Two is done.").waitFor();
  const both = read("a.ts");
  await command("plumb.keepAll");
  await panel.getByRole("region", { name: "Changes to review" }).waitFor({ state: "detached" });
  await command("plumb.takeBack");
  await panel.getByRole("region", { name: "Changes to review" }).waitFor();
  await command("plumb.undoTurn");
  await choice("Undo these edits").click();
  await expect.poll(() => read("a.ts")).toBe(A.replace("line3 = 3;", "line3 = 33;"));
  await command("plumb.takeBack");
  await expect.poll(() => read("a.ts")).toBe(both);
  await command("plumb.undoSession");
  await choice("Undo these edits").click();
  await expect.poll(() => read("a.ts")).toBe(A);
});

test("lines that a person changed as well are asked about, by Undo All too", async () => {
  const panel = await newChat(it.ui);
  await expect.poll(() => prompts(panel).count()).toBe(0);
  it.plan(
    reply(call("Read", { file_path: "a.ts" })),
    reply(edit("line3 = 3;", "line3 = 33;"), edit("line24 = 24;", "line24 = 2424;")),
    reply(say("Both are done.")),
  );
  await send(panel, "Both");
  await panel.getByText("Both are done.").waitFor();
  await rewrite(it.ui, "a.ts", read("a.ts").replace("line3 = 33;", "line3 = 333;"));
  const dialog = it.ui.page.locator(".monaco-dialog-box");
  await panel.getByRole("button", { name: "Undo all" }).click();
  await dialog.getByText("You changed some of these lines as well.").waitFor();
  await it.ui.shot("rewind-mixed");
  await dialog.getByRole("button", { name: "Leave My Lines" }).click();
  await expect.poll(() => read("a.ts")).toBe(A.replace("line3 = 3;", "line3 = 333;"));
  // Nothing but those lines is left: that is said, or it would look as if the click was lost.
  await panel.getByRole("button", { name: "Undo all" }).click();
  await dialog.getByRole("button", { name: "Leave My Lines" }).click();
  await it.ui.page.locator(".notifications-toasts").getByText("Nothing was undone").waitFor();
  await it.ui.shot("rewind-nothing-left");
  expect(read("a.ts")).toBe(A.replace("line3 = 3;", "line3 = 333;"));
  await command("notifications.clearAll");
  await act(panel, "Both", "Rewind to before this message");
  await choice("Files only").click();
  await dialog.getByRole("button", { name: "Undo Both" }).click();
  await expect.poll(() => read("a.ts")).toBe(A);
});

test("while a turn runs it is asked whether to stop it first: letting it run changes nothing, stopping goes back", async () => {
  const panel = await newChat(it.ui);
  await expect.poll(() => prompts(panel).count()).toBe(0);
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  it.plan(
    reply(call("Read", { file_path: "a.ts" })),
    reply(edit("line3 = 3;", "line3 = 33;")),
    reply(say("Thinking of more"), gate(opened), edit("line12 = 12;", "line12 = 1212;")),
  );
  await send(panel, "Work on it");
  await panel.getByText("Thinking of more").waitFor();
  const during = A.replace("line3 = 3;", "line3 = 33;");
  expect(read("a.ts")).toBe(during);
  const dialog = it.ui.page.locator(".monaco-dialog-box");
  await act(panel, "Work on it", "Rewind to before this message");
  await dialog.getByText("Plumb is still working in this chat.").waitFor();
  await it.ui.shot("rewind-running");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  await panel.getByRole("button", { name: "Stop" }).first().waitFor();
  expect(read("a.ts")).toBe(during);

  await act(panel, "Work on it", "Rewind to before this message");
  await dialog.getByRole("button", { name: "Stop and Rewind" }).click();
  await choice("Files only").click();
  await expect.poll(() => read("a.ts")).toBe(A);
  open();
  await panel.getByText("1 file is as before “Work on it”").waitFor();
  await it.ui.shot("rewind-stopped");
  // What the model still had to say comes to nothing.
  expect(read("a.ts")).toBe(A);
  expect(it.api.refusals).toEqual([]);
});

test("a window that only reads a conversation does not rewind it, and says who can", async () => {
  const panel = await it.ui.openPanel();
  await inSecondWindow(it.ui, async (second, reader) => {
    await second.locator('[aria-label="Show History"]').first().click();
    await reader.getByText("open elsewhere").click();
    await reader.getByText("Another window or terminal is writing it.").waitFor();
    await reader.locator(".prompt").filter({ hasText: "Work on it" }).hover();
    await second.screenshot({ path: join(OUTPUT, "ui/rewind-reader.png") });
    expect(await reader.getByRole("button", { name: "Rewind to before this message" }).count()).toBe(0);
    // The command is there all the same.
    await second.keyboard.press("F1");
    await second.locator(".quick-input-widget:visible input:focus").fill(">Plumb: Rewind");
    await takeFromList({ page: second }, "Plumb: Rewind");
    await second.locator(".quick-input-widget:visible").getByText("Work on it").first().click();
    await second.locator(".notifications-toasts").getByText("Another window").waitFor();
    await second.screenshot({ path: join(OUTPUT, "ui/rewind-reader-refused.png") });
  });
  await expect.poll(() => prompts(panel).allTextContents()).toEqual(["Work on it"]);
  expect(read("a.ts")).toBe(A);
});

test("it looks right at 300 and 600 pixels, light, dark and in high contrast", async () => {
  const panel = await it.ui.openPanel();
  for (const width of [300, 600]) {
    await it.ui.setPanelWidth(width);
    for (const theme of ["light", "dark", "contrast"] as const) {
      await it.ui.setTheme(theme);
      await panel.locator(".prompt").filter({ hasText: "Work on it" }).hover();
      await it.ui.shot(`rewind-${width}-${theme}`);
    }
  }
});
