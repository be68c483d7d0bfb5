import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { showAt, unfold } from "./support/editor.ts";
import {
  card,
  closeEditors,
  newChat,
  rewrite,
  type ScriptedUi,
  send,
  startScripted,
} from "./support/scripted.ts";

/** The panel's tray and the editor decide about the same hunks: whatever is done in one is there in the other. */
const LINES = Array.from({ length: 60 }, (_, index) => `export const line${index + 1} = ${index + 1};`);
const A = `${LINES.join("\n")}\n`;
const B = "export const other = 1;\n";
const MANY = 60;

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: { "a.ts": A, "b.ts": B, "open.ts": "export {};\n" },
    settings: { "plumb.permissions.defaultMode": "acceptEdits" },
    viewport: { width: 1440, height: 900 },
  });
});
afterAll(() => it.ui.stop());

const at = (path: string): string => join(it.ui.workspace, path);
const read = (path: string): string => readFileSync(at(path), "utf8");
const edit = (file_path: string, old_string: string, new_string: string) =>
  call("Edit", { file_path, old_string, new_string });
const command = (id: string, ...args: unknown[]) =>
  it.ui.vs((vscode, name, values) => void vscode.commands.executeCommand(name, ...values), id, args);
const status = (): Locator => it.ui.page.locator('[id="plumb.plumb.plumb.hunks"]');
const badge = (): Locator => it.ui.page.locator('.activitybar [aria-label^="Plumb"]').first();
const lens = (text: string): Locator => it.ui.page.locator(".codelens-decoration").getByText(text);
const tray = (): Locator => it.ui.panel().getByRole("region", { name: "Changes to review" });
const button = (name: string | RegExp): Locator => tray().getByRole("button", { name });
const show = (path: string, line: number) => showAt(it.ui, path, line);
const activeFile = () =>
  it.ui.vs((vscode) => vscode.window.activeTextEditor?.document.uri.path.split("/").at(-1));

/** The tray, the status bar and the badge say the same. */
async function agreeOn(files: number, hunks: number): Promise<void> {
  const counted = [
    `${files} ${files === 1 ? "file" : "files"}`,
    `${hunks} ${hunks === 1 ? "hunk" : "hunks"}`,
  ];
  await status().getByText(counted.join(" · "), { exact: true }).waitFor();
  for (const words of counted)
    await tray().locator(".strip-head").getByText(words, { exact: true }).waitFor();
  const label = (): Promise<string | null> => badge().getAttribute("aria-label");
  await expect.poll(label).toContain(`${counted[0]} to review (${counted[1]})`);
}

beforeEach(async () => {
  await command("plumb.keepAll");
  await status().waitFor({ state: "detached" });
  await closeEditors(it.ui);
  await rewrite(it.ui, "a.ts", A);
  await rewrite(it.ui, "b.ts", B);
  await newChat(it.ui);
});

/** Three hunks in one file, one in the other. */
async function agentWorks(): Promise<FrameLocator> {
  const panel = it.ui.panel();
  it.plan(
    reply(call("Read", { file_path: "a.ts" }), call("Read", { file_path: "b.ts" })),
    reply(
      edit("a.ts", "line3 = 3;", "line3 = 33;"),
      edit("a.ts", "export const line20 = 20;\n", ""),
      edit("a.ts", "line40 = 40;\n", "line40 = 40;\nexport const added = 0;\n"),
      edit("b.ts", "other = 1", "other = 2"),
    ),
    reply(say("All changes are made.")),
  );
  await send(panel, "Change the files");
  await panel.getByText("All changes are made.").waitFor();
  await agreeOn(2, 4);
  return panel;
}

async function openTray(): Promise<void> {
  await unfold(tray().locator(".strip-head"));
  await button(/^Keep the changes in/)
    .first()
    .waitFor();
}

test("hunks decided in the tray are decided in the editor, and the other way round", async () => {
  // Something is open, as it mostly is: in an empty editor it takes a second to know who opened the first tab.
  await show("open.ts", 1);
  await agentWorks();
  await openTray();
  await button(/^a\.ts/).click();
  await button(/^Line 40/).waitFor();
  for (const width of [300, 600]) {
    await it.ui.setPanelWidth(width);
    for (const theme of ["light", "contrast", "dark"] as const) {
      await it.ui.setTheme(theme);
      await it.ui.shot(`tray-${theme}-${width}`);
    }
  }
  await button("Undo the hunk at line 3 of a.ts").click();
  await expect.poll(() => read("a.ts")).toContain("line3 = 3;");
  await agreeOn(2, 3);
  await show("a.ts", 1);
  await lens("Plumb changed 2 hunks here").waitFor();
  await show("a.ts", 20);
  await command("plumb.keepHunk");
  await agreeOn(2, 2);
  await button(/^Line 20/).waitFor({ state: "detached" });
  await button("Keep the changes in b.ts").click();
  await agreeOn(1, 1);
  expect(await activeFile()).toBe("a.ts");
  await button("Keep all").click();
  await tray().waitFor({ state: "detached" });
  await status().waitFor({ state: "detached" });
  const kept = A.replace("export const line20 = 20;\n", "");
  await expect.poll(() => read("a.ts")).toBe(kept.replace("= 40;\n", "= 40;\nexport const added = 0;\n"));
});

test("by keys alone: the focus goes on to the next hunk, and to the editor only where it is sent", async () => {
  const panel = await agentWorks();
  await openTray();
  await button(/^a\.ts/).press("Enter");
  const keep = button("Keep the hunk at line 3 of a.ts");
  await keep.focus();
  await keep.press("Enter");
  await agreeOn(2, 3);
  await expect
    .poll(() => panel.locator(":focus").getAttribute("aria-label"))
    .toBe("Keep the hunk at line 20 of a.ts");
  await panel.getByText("One hunk kept.").waitFor({ state: "attached" });
  await button(/^Line 40/).press("Enter");
  await expect.poll(activeFile).toBe("a.ts");
  const line = () => it.ui.vs((vscode) => vscode.window.activeTextEditor?.selection.active.line);
  await expect.poll(line).toBe(39);
});

test("what the user takes out by hand is nothing to decide, and what comes back is", async () => {
  await agentWorks();
  await rewrite(it.ui, "b.ts", B);
  await agreeOn(1, 3);
  await rewrite(it.ui, "b.ts", B.replace("1", "2"));
  await agreeOn(2, 4);
  await it.ui.vs(async (vscode, file) => {
    await vscode.workspace.fs.delete(vscode.Uri.file(file));
  }, at("b.ts"));
  await openTray();
  await tray().getByText("The file is no longer there.").waitFor();
  await agreeOn(2, 3);
  await it.ui.shot("tray-gone");
  await button("Keep the changes in b.ts").click();
  await agreeOn(1, 3);
});

test("an edit card decides about chosen hunks, and says what was decided elsewhere", async () => {
  const panel = it.ui.panel();
  const content = A.replace("line3 = 3;", "line3 = 33;")
    .replace("line20 = 20;", "line20 = 2;")
    .replace("line40 = 40;", "line40 = 4;");
  it.plan(
    reply(call("Read", { file_path: "a.ts" })),
    reply(call("Write", { file_path: "a.ts", content })),
    reply(say("It is rewritten.")),
  );
  await send(panel, "Rewrite the file");
  await panel.getByText("It is rewritten.").waitFor();
  await agreeOn(1, 3);
  const card = panel.locator(".edit-card");
  await card.getByRole("checkbox", { name: "Change 2 of 3, line 20" }).uncheck();
  for (const width of [300, 600]) {
    await it.ui.setPanelWidth(width);
    for (const theme of ["light", "contrast", "dark"] as const) {
      await it.ui.setTheme(theme);
      await it.ui.shot(`edit-card-${theme}-${width}`);
    }
  }
  await card.getByRole("checkbox", { name: "Change 3 of 3, line 40" }).uncheck();
  await card.getByRole("button", { name: "Keep selected changes in a.ts" }).click();
  await card.getByText("Change 1 of 3, line 3 · Kept").waitFor();
  await agreeOn(1, 2);
  await show("a.ts", 20);
  await lens("Plumb changed 2 hunks here").waitFor();
  await command("plumb.undoHunk");
  await card.getByText("Change 2 of 3, line 20 · Undone").waitFor();
  await expect.poll(() => read("a.ts")).toContain("line20 = 20;");
  await rewrite(it.ui, "a.ts", read("a.ts").replace("line40 = 4;", "line40 = 40;"));
  await tray().waitFor({ state: "detached" });
  await card.getByText("Partly kept").waitFor();
  await lens("Plumb changed").waitFor({ state: "detached" });
  await it.ui.shot("edit-card-decided");
  expect(read("a.ts")).toBe(A.replace("line3 = 3;", "line3 = 33;"));
});

test("a file that a command deleted is listed, and comes back", async () => {
  const panel = it.ui.panel();
  it.plan(
    reply(call("Bash", { command: "rm b.ts", description: "Deletes it" })),
    reply(say("It is deleted.")),
  );
  await send(panel, "Delete the file");
  // Whether it asks is not for this test to say.
  const allow = card(panel).getByRole("button", { name: /^Allow once/ });
  const done = panel.getByText("It is deleted.");
  await done.or(allow).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await done.waitFor();
  await agreeOn(1, 0);
  await openTray();
  await tray().getByText("Deleted. Undo brings it back.").waitFor();
  await it.ui.shot("tray-whole");
  await button("Undo the changes in b.ts").click();
  await expect.poll(() => existsSync(at("b.ts")) && read("b.ts")).toBe(B);
  await tray().waitFor({ state: "detached" });
});

test("after a reload the tray is there again, open as it was", async () => {
  await agentWorks();
  await openTray();
  await it.ui.reload();
  await it.ui.openPanel();
  await agreeOn(2, 4);
  await button(/^a\.ts/).click();
  await button("Undo the hunk at line 3 of a.ts").click();
  await agreeOn(2, 3);
});

test(`${MANY} files are listed, and settled together`, async () => {
  const names = Array.from({ length: MANY }, (_, index) => `many/f${index}.ts`);
  const panel = it.ui.panel();
  it.plan(
    reply(...names.map((file_path) => call("Write", { file_path, content: "export {};\n" }))),
    reply(say("All are written.")),
  );
  await send(panel, "Write many");
  await panel.getByText("All are written.").waitFor();
  await agreeOn(MANY, MANY);
  await openTray();
  await button(/^f59\.ts/).waitFor();
  await it.ui.shot("tray-many");
  await button("Undo all").click();
  await tray().waitFor({ state: "detached" });
  await expect.poll(() => existsSync(at("many")) && readdirSync(at("many"))).toEqual([]);
});
