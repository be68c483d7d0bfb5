import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { isAtLine, openPeek, peek } from "./support/editor.ts";
import { closeEditors, newChat, rewrite, type ScriptedUi, send, startScripted } from "./support/scripted.ts";

/** Files that are new, gone, changed by others or written by Windows, in a folder without a repository. */
const WINDOWS = "one\r\ntwo\r\nthree\r\n";
let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: { "windows.txt": WINDOWS },
    settings: { "plumb.permissions.defaultMode": "acceptEdits" },
  });
});
afterAll(() => it.ui.stop());

const at = (path: string): string => join(it.ui.workspace, path);
const command = (id: string) => it.ui.vs((vscode, name) => void vscode.commands.executeCommand(name), id);
const activeName = () =>
  it.ui.vs((vscode) => vscode.window.activeTextEditor?.document.uri.path.split("/").at(-1));
const status = (): Locator => it.ui.page.locator('[id="plumb.plumb.plumb.hunks"]');

beforeEach(async () => {
  await command("plumb.keepAll");
  await status().waitFor({ state: "detached" });
  await closeEditors(it.ui);
  rmSync(at("new.txt"), { force: true });
  await rewrite(it.ui, "windows.txt", WINDOWS);
  const panel = await newChat(it.ui);
  it.plan(
    reply(call("Read", { file_path: "windows.txt" })),
    reply(
      call("Edit", { file_path: "windows.txt", old_string: "two", new_string: "2" }),
      call("Write", { file_path: "new.txt", content: "a\nb\n" }),
    ),
    reply(say("Both are written.")),
  );
  await send(panel, "Write");
  await panel.getByText("Both are written.").waitFor();
  await status().getByText("2 files · 2 hunks").waitFor();
});

test("undoing the hunk of a new file removes it, and one with other line ends is what it was, byte for byte", async () => {
  await command("plumb.nextHunk");
  await expect.poll(activeName).toBe("windows.txt");
  const lens = it.ui.page.locator(".codelens-decoration");
  await lens.getByText("Plumb changed 1 hunk here").waitFor();
  await openPeek(it.ui, "windows.txt", 1);
  await peek(it.ui).getByLabel("Undo Hunk").click();
  await status().getByText("1 file · 1 hunk").waitFor();
  await expect.poll(() => readFileSync(at("windows.txt"), "utf8")).toBe(WINDOWS);
  await command("plumb.nextHunk");
  await expect.poll(activeName).toBe("new.txt");
  await isAtLine(it.ui, 1);
  await it.ui.shot("hunks-new-file");
  await command("plumb.undoHunk");
  await status().waitFor({ state: "detached" });
  await expect.poll(() => existsSync(at("new.txt"))).toBe(false);
});

test("what others write elsewhere in a file is no hunk; a file that they delete is not under review", async () => {
  writeFileSync(at("windows.txt"), `zero\r\nzero\r\n${WINDOWS.replace("two", "2")}`);
  rmSync(at("new.txt"));
  await status().getByText("1 file · 1 hunk").waitFor();
  await command("plumb.reviewChanges");
  const view = it.ui.page.locator(".multiDiffEditor");
  await view.locator(".original").getByText("zero").first().waitFor();
  await command("plumb.keepAll");
  await status().waitFor({ state: "detached" });
  expect(readFileSync(at("windows.txt"), "utf8")).toBe(`zero\r\nzero\r\n${WINDOWS.replace("two", "2")}`);
});
