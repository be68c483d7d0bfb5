import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OUTPUT } from "../dev/paths.ts";
import { call, gate, reply, say } from "../support/fake-api/replies.ts";
import { editorHasKeys, goToTop, isAtLine, showAt, useOver } from "./support/editor.ts";
import {
  closeEditors,
  newChat,
  rewrite,
  type ScriptedUi,
  send,
  startScripted,
  tabs,
} from "./support/scripted.ts";
import { inSecondWindow } from "./support/start-ui.ts";

/** Review where it is not easy: diffs, the stacked view, files that move or vanish, two agents in one file. */
const LINES = Array.from({ length: 60 }, (_, index) => `export const line${index + 1} = ${index + 1};`);
const A = `${LINES.join("\n")}\n`;
const B = "export const other = 1;\n";
const FILES = { "a.ts": A, "b.ts": B, "folder/c.ts": B };

const PROGRAM = new URL("../../dist/cli.js", import.meta.url).pathname;

let it: ScriptedUi;
let panel: FrameLocator;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: FILES,
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
const cursor = () =>
  it.ui.vs((vscode) => {
    const editor = vscode.window.activeTextEditor;
    const name = editor?.document.uri.path.split("/").at(-1);
    return editor && `${name}:${editor.selection.active.line + 1}`;
  });
const status = (): Locator => it.ui.page.locator('[id="plumb.plumb.plumb.hunks"]');
const lens = (text: string): Locator =>
  it.ui.page.locator(".codelens-decoration").getByText(text, { exact: true });
const thread = (): Locator => it.ui.page.locator(".review-widget");
const press = (key: string) => it.ui.page.keyboard.press(key);
const show = (path: string, line: number) => showAt(it.ui, path, line);
const baselineOf = (path: string) =>
  it.ui.vs(
    async (vscode, file) =>
      (
        await vscode.workspace.openTextDocument(vscode.Uri.file(file).with({ scheme: "plumb-baseline" }))
      ).getText(),
    at(path),
  );
/** As this window has it. */
const textOf = (path: string) =>
  it.ui.vs(
    async (vscode, file) => (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).getText(),
    at(path),
  );
const openDiff = (path: string) =>
  it.ui.vs((vscode, file) => {
    const uri = vscode.Uri.file(file);
    return vscode.commands.executeCommand(
      "vscode.diff",
      uri.with({ scheme: "plumb-baseline" }),
      uri,
      "review",
    );
  }, at(path));

beforeEach(async () => {
  await command("plumb.keepAll");
  await closeEditors(it.ui);
  await status().waitFor({ state: "detached" });
  for (const [path, text] of Object.entries(FILES)) await rewrite(it.ui, path, text);
  panel = await newChat(it.ui);
});

/** Two hunks in one file, one in the other. */
async function agentWorks(): Promise<void> {
  it.plan(
    reply(
      call("Read", { file_path: "a.ts" }),
      call("Read", { file_path: "b.ts" }),
      call("Read", { file_path: "folder/c.ts" }),
    ),
    reply(
      edit("a.ts", "line3 = 3;", "line3 = 33;"),
      edit("a.ts", "line20 = 20;", "line20 = 200;"),
      edit("b.ts", "other = 1", "other = 2"),
    ),
    reply(say("All changes are made.")),
  );
  await send(panel, "Change the files");
  await panel.getByText("All changes are made.").waitFor();
  await status().getByText("2 files · 3 hunks").waitFor();
}

test("in a diff every hunk has Keep, Undo and Ask, and the keys work on either side", async () => {
  await agentWorks();
  await openDiff("a.ts");
  const modified = it.ui.page.locator(".monaco-diff-editor .modified");
  await modified.locator(".codelens-decoration").getByText("Keep", { exact: true }).first().waitFor();
  expect(await lens("Keep all").count()).toBe(0);
  for (const theme of ["light", "contrast", "dark"] as const) {
    await it.ui.setTheme(theme);
    await it.ui.shot(`hunks-diff-${theme}`);
  }
  await lens("Keep").first().click();
  await status().getByText("2 files · 2 hunks").waitFor();
  await expect.poll(() => lens("Keep").count()).toBe(1);
  await editorHasKeys(it.ui);
  await press("Control+Alt+j");
  await expect.poll(cursor).toBe("a.ts:20");
  await isAtLine(it.ui, 20);
  await press("Control+Alt+a");
  await thread().locator(".monaco-editor.focused").waitFor();
  await it.ui.shot("hunks-diff-ask");
  await thread().getByRole("button", { name: "Close" }).last().click();
  await thread().waitFor({ state: "detached" });
  await editorHasKeys(it.ui);
  await press("Control+Alt+u");
  await status().getByText("1 file · 1 hunk").waitFor();
  await expect.poll(() => read("a.ts")).toBe(A.replace("line3 = 3;", "line3 = 33;"));
});

test("in the stacked view the keys go from file to file and decide; it is opened anew when there are other files", async () => {
  await agentWorks();
  await status().click();
  const view = it.ui.page.locator(".multiDiffEditor");
  await view.locator(".codelens-decoration").getByText("Keep", { exact: true }).first().waitFor();
  await it.ui.shot("hunks-stacked-lenses");
  // The editor moves the cursor first and the focus after it.
  const hasKeys = () =>
    view
      .locator(".multiDiffEntry.active .modified.focused, .multiDiffEntry.active .modified .focused")
      .first()
      .waitFor();
  await expect.poll(cursor).toBe("a.ts:3");
  await hasKeys();
  await press("Control+Alt+u");
  await status().getByText("2 files · 2 hunks").waitFor();
  await press("Control+Alt+j");
  await expect.poll(cursor).toBe("a.ts:20");
  await press("Control+Alt+j");
  await expect.poll(cursor).toBe("b.ts:1");
  await hasKeys();
  await press("Control+Alt+k");
  await status().getByText("1 file · 1 hunk").waitFor();
  await expect.poll(() => tabs(it.ui)).toEqual(["Plumb's changes (2 files)"]);
  it.plan(reply(edit("folder/c.ts", "other = 1", "other = 3")), reply(say("One more.")));
  await send(panel, "One more");
  await panel.getByText("One more.").waitFor();
  await status().getByText("2 files · 2 hunks").waitFor();
  await it.ui.page.locator(".editor-actions").getByLabel("Review All Changes").click();
  await view.getByText("c.ts").first().waitFor();
  await expect.poll(() => tabs(it.ui)).toEqual(["Plumb's changes (2 files)"]);
  // Closing a tab decides nothing.
  await closeEditors(it.ui);
  await status().getByText("2 files · 2 hunks").waitFor();
});

test("what is pending follows a file that is renamed, and a folder that is moved", async () => {
  await agentWorks();
  it.plan(reply(edit("folder/c.ts", "other = 1", "other = 3")), reply(say("One more.")));
  await send(panel, "One more");
  await panel.getByText("One more.").waitFor();
  await status().getByText("3 files · 4 hunks").waitFor();
  await it.ui.vs(
    async (vscode, moves) => {
      const edits = new vscode.WorkspaceEdit();
      for (const [from, to] of moves) edits.renameFile(vscode.Uri.file(from), vscode.Uri.file(to));
      await vscode.workspace.applyEdit(edits);
    },
    [
      [at("b.ts"), at("renamed.ts")],
      [at("folder"), at("moved")],
    ] as const,
  );
  await status().getByText("3 files · 4 hunks").waitFor();
  await show("renamed.ts", 1);
  await lens("Plumb changed 1 hunk here").waitFor();
  await it.ui.shot("hunks-renamed");
  await press("Control+Alt+u");
  await expect.poll(() => read("renamed.ts")).toBe(B);
  await show("moved/c.ts", 1);
  await lens("Plumb changed 1 hunk here").waitFor();
  await command("plumb.undoHunk");
  await expect.poll(() => read("moved/c.ts")).toBe(B);
  await status().getByText("1 file · 2 hunks").waitFor();
  // The disk has the text before the editor has finished saving it.
  await closeEditors(it.ui);
  rmSync(at("renamed.ts"));
  mkdirSync(at("folder"), { recursive: true });
  renameSync(at("moved/c.ts"), at("folder/c.ts"));
});

test("a file that is deleted while under review stays on the list; when it comes back its hunks are there again", async () => {
  await agentWorks();
  await show("b.ts", 1);
  await lens("Plumb changed 1 hunk here").waitFor();
  const text = read("b.ts");
  rmSync(at("b.ts"));
  await status().getByText("2 files · 2 hunks").waitFor();
  await command("workbench.view.scm");
  const row = it.ui.page.locator(".scm-view").getByRole("treeitem", { name: /b\.ts/ }).last();
  await row.waitFor();
  await it.ui.shot("hunks-deleted");
  writeFileSync(at("b.ts"), text);
  await status().getByText("2 files · 3 hunks").waitFor();
  rmSync(at("b.ts"));
  await status().getByText("2 files · 2 hunks").waitFor();
  await useOver(row, row.getByLabel("Undo Edits of This File"));
  await it.ui.page.locator(".notifications-toasts").getByText("It has been deleted since").waitFor();
  await it.ui.shot("hunks-deleted-undo");
  await command("notifications.clearAll");
  await useOver(row, row.getByLabel("Keep Edits of This File"));
  await status().getByText("1 file · 2 hunks").waitFor();
  await it.ui.openPanel();
});

test("what another session writes into the same lines is shown as a conflict before an undo, and stays when it is cancelled", async () => {
  await agentWorks();
  await show("a.ts", 1);
  await lens("Plumb changed 2 hunks here").waitFor();
  it.plan(
    reply(call("Read", { file_path: "a.ts" })),
    reply(
      edit("a.ts", "line3 = 33;", "line3 = 333; // another agent"),
      edit("a.ts", "line50 = 50;", "line50 = 500;"),
    ),
    reply(say("Another one was here.")),
  );
  const said = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [PROGRAM, "-p", "Change it as well", "--permission-mode", "acceptEdits"],
      {
        cwd: it.ui.workspace,
        env: {
          PATH: process.env["PATH"],
          HOME: it.ui.workspace,
          PLUMB_HOME: it.ui.plumbHome,
          ANTHROPIC_API_KEY: "ui-test",
          ANTHROPIC_BASE_URL: it.api.url,
        },
      },
      (failed, out) => (failed ? reject(failed) : resolve(out)),
    );
  });
  expect(said).toContain("Another one was here.");
  // What is elsewhere in the file is no hunk of this conversation.
  await expect.poll(async () => (await baselineOf("a.ts")).includes("line50 = 500;")).toBe(true);
  await status().getByText("2 files · 3 hunks").waitFor();
  await show("a.ts", 3);
  await command("plumb.undoHunk");
  const dialog = it.ui.page.locator(".monaco-dialog-box");
  await dialog.getByText("changed since").waitFor();
  await it.ui.shot("hunks-two-sessions");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(read("a.ts")).toContain("line3 = 333; // another agent");
  await show("a.ts", 20);
  await command("plumb.undoHunk");
  await status().getByText("2 files · 2 hunks").waitFor();
  await expect
    .poll(() => read("a.ts"))
    .toBe(A.replace("line3 = 3;", "line3 = 333; // another agent").replace("line50 = 50;", "line50 = 500;"));
});

test("two windows with a chat each change the same lines: each undoes its own part, and nothing is lost", async () => {
  await agentWorks();
  const undone = A.replace("line3 = 3;", "line3 = 33;").replace("line20 = 20;", "line20 = 200;");
  await inSecondWindow(it.ui, async (second, other) => {
    it.plan(
      reply(call("Read", { file_path: "a.ts" })),
      reply(
        edit("a.ts", "line3 = 33;", "line3 = 333; // the other window"),
        edit("a.ts", "line50 = 50;", "line50 = 500;"),
      ),
      reply(say("The other one is done.")),
    );
    await send(other, "Change it here as well");
    await other.getByText("The other one is done.").waitFor();
    const status2 = second.locator('[id="plumb.plumb.plumb.hunks"]');
    await status2.getByText("1 file · 2 hunks").waitFor();
    await second.screenshot({ path: join(OUTPUT, "ui/hunks-two-windows-second.png") });

    // In the first window the same lines are a conflict now, and what is elsewhere is none of its hunks.
    await status().getByText("2 files · 3 hunks").waitFor();
    await expect.poll(async () => (await baselineOf("a.ts")).includes("line50 = 500;")).toBe(true);
    await show("a.ts", 3);
    await command("plumb.undoHunk");
    const dialog = it.ui.page.locator(".monaco-dialog-box");
    await dialog.getByText("changed since").waitFor();
    await it.ui.shot("hunks-two-windows-first");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(read("a.ts")).toContain("line3 = 333; // the other window");

    // The newer part goes first, where it was made; then the older one is as it was.
    await other.getByRole("button", { name: "Undo all" }).click();
    await status2.waitFor({ state: "detached" });
    await expect.poll(() => read("a.ts")).toBe(undone);
  });
  // The first window has heard of it.
  await expect.poll(() => textOf("a.ts")).toBe(undone);
  await panel.getByRole("button", { name: "Undo all" }).click();
  await status().waitFor({ state: "detached" });
  await expect.poll(() => read("a.ts")).toBe(A);
  await expect.poll(() => read("b.ts")).toBe(B);
});

test("who types beside a hunk while the agent edits keeps every letter, and it is nobody's hunk", async () => {
  await show("a.ts", 1);
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  it.plan(
    reply(call("Read", { file_path: "a.ts" })),
    reply(say("Now"), gate(opened), edit("a.ts", "line20 = 20;", "line20 = 200;")),
    reply(edit("a.ts", "line40 = 40;", "line40 = 400;")),
    reply(say("Both are changed.")),
  );
  await send(panel, "Change it");
  await panel.getByText("Now", { exact: true }).waitFor();
  await goToTop(it.ui);
  const typed = it.ui.page.keyboard.type("// typed by hand ", { delay: 150 });
  open();
  await typed;
  await panel.getByText("Both are changed.").waitFor();
  // An edit that is overtaken by typing again and again is given up, and the agent told: on a slow machine there is one.
  await status()
    .getByText(/1 file · (1 hunk|2 hunks)/)
    .waitFor();
  // Whoever undoes in a text that still changes is refused.
  await expect.poll(() => textOf("a.ts")).toContain("// typed by hand export const line1");
  await command("plumb.undoEdit");
  await status().waitFor({ state: "detached" });
  await expect.poll(() => textOf("a.ts")).toBe(`// typed by hand ${A}`);
  await command("workbench.action.files.saveAll");
});
