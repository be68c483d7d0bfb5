import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { editorHasKeys, isAtLine, openPeek, peek, showAt, useOver } from "./support/editor.ts";
import {
  closeEditors,
  newChat,
  rewrite,
  type ScriptedUi,
  send,
  startScripted,
  tabs,
} from "./support/scripted.ts";

/** Deciding about hunks where the code is: in the normal editor of a repository. */
const LINES = Array.from({ length: 60 }, (_, index) => `export const line${index + 1} = ${index + 1};`);
const A = `${LINES.join("\n")}\n`;
const B = "export const other = 1;\n";
const git = (cwd: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
    cwd,
    encoding: "utf8",
  });

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: { "a.ts": A, "b.ts": B, "open.ts": "export {};\n" },
    prepare({ workspace }) {
      git(workspace, "init", "--quiet");
      // Whatever whoever runs this calls the first branch.
      git(workspace, "symbolic-ref", "HEAD", "refs/heads/master");
      git(workspace, "add", ".");
      git(workspace, "commit", "--quiet", "-m", "first");
    },
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
const lens = (text: string): Locator => it.ui.page.locator(".codelens-decoration").getByText(text);
const show = (path: string, line: number) => showAt(it.ui, path, line);

const type = (path: string, line: number, text: string) =>
  it.ui.vs(
    async (vscode, file, row, inserted) => {
      const edits = new vscode.WorkspaceEdit();
      edits.insert(vscode.Uri.file(file), new vscode.Position(row, 0), inserted);
      await vscode.workspace.applyEdit(edits);
    },
    at(path),
    line,
    text,
  );
const textOf = (path: string, scheme = "file") =>
  it.ui.vs(
    async (vscode, file, of) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file).with({ scheme: of }));
      return { text: document.getText(), isDirty: document.isDirty };
    },
    at(path),
    scheme,
  );
const baselineOf = async (path: string) => (await textOf(path, "plumb-baseline")).text;

beforeEach(async () => {
  await command("plumb.keepAll");
  await status().waitFor({ state: "detached" });
  await closeEditors(it.ui);
  await rewrite(it.ui, "a.ts", A);
  await rewrite(it.ui, "b.ts", B);
  await newChat(it.ui);
});

/** Three hunks in one file, one in the other. */
async function agentWorks(): Promise<void> {
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
  await status().getByText("2 files · 4 hunks").waitFor();
}

test("gutter, peek and code lens are in the normal editor; Keep and Undo of the peek decide about one hunk", async () => {
  // Something is open, as it mostly is: in an empty editor it takes a second to know who opened the first tab.
  await show("open.ts", 1);
  await agentWorks();
  await expect.poll(() => tabs(it.ui)).toEqual(["open.ts"]);
  await show("a.ts", 1);
  await lens("Plumb changed 3 hunks here").waitFor();
  await it.ui.page.locator(".dirty-diff-glyph").first().waitFor();
  await it.ui.shot("hunks-editor");
  await openPeek(it.ui, "a.ts", 1);
  await it.ui.shot("hunks-peek");
  await peek(it.ui).getByLabel("Undo Hunk").click();
  // It closes by itself; while it is open, the next one would be the one after it.
  await peek(it.ui).waitFor({ state: "detached" });
  await expect.poll(() => read("a.ts")).toContain("line3 = 3;");
  await show("a.ts", 18);
  await lens("Plumb changed 2 hunks here").waitFor();
  await status().getByText("2 files · 3 hunks").waitFor();
  await openPeek(it.ui, "a.ts", 18);
  await peek(it.ui).getByLabel("Keep Hunk").click();
  await lens("Plumb changed 1 hunk here").waitFor();
  await it.ui.shot("hunks-after");
  expect(read("a.ts")).not.toContain("line20");
  await lens("Undo all").click();
  await expect.poll(() => read("a.ts")).toBe(A.replace("export const line20 = 20;\n", ""));
  await status().getByText("1 file · 1 hunk").waitFor();
});

test("next and previous go over all files and round again; a key decides about the hunk at the cursor", async () => {
  await agentWorks();
  for (const place of ["a.ts:3", "a.ts:20", "a.ts:40", "b.ts:1", "a.ts:3"]) {
    await command("plumb.nextHunk");
    await expect.poll(cursor).toBe(place);
    await isAtLine(it.ui, Number(place.split(":")[1]));
  }
  await command("plumb.previousHunk");
  await expect.poll(cursor).toBe("b.ts:1");
  await isAtLine(it.ui, 1);
  await editorHasKeys(it.ui);
  await it.ui.page.keyboard.press("Control+Alt+k");
  await status().getByText("1 file · 3 hunks").waitFor();
  await it.ui.page.keyboard.press("Control+Alt+j");
  await expect.poll(cursor).toBe("a.ts:3");
  await isAtLine(it.ui, 3);
  await editorHasKeys(it.ui);
  await it.ui.page.keyboard.press("Control+Alt+u");
  await status().getByText("1 file · 2 hunks").waitFor();
  await expect.poll(() => read("a.ts")).toContain("line3 = 3;");
  expect(read("b.ts")).toContain("other = 2");
});

test("the stacked view has every file, editable, and its own revert takes a hunk off the list", async () => {
  await agentWorks();
  await status().click();
  const view = it.ui.page.locator(".multiDiffEditor");
  await view.getByText("other").first().waitFor();
  for (const theme of ["light", "contrast", "dark"] as const) {
    await it.ui.setTheme(theme);
    await it.ui.shot(`hunks-stacked-${theme}`);
  }
  // The buttons of the tab are ours while it is this view.
  await it.ui.page.locator(".editor-actions").getByLabel("Keep All Edits").waitFor();
  const changed = view.locator(".modified .view-line").filter({ hasText: "33" }).first();
  await useOver(changed, view.getByLabel("Revert Block").first());
  await status().getByText("2 files · 3 hunks").waitFor();
  await command("workbench.action.files.saveAll");
  await expect.poll(() => read("a.ts")).toContain("line3 = 3;");
  // Closing it decides nothing.
  await closeEditors(it.ui);
  await command("plumb.nextHunk");
  await expect.poll(cursor).toBe("a.ts:20");
  await status().getByText("2 files · 3 hunks").waitFor();
  expect(read("b.ts")).toContain("other = 2");
});

// Without the file's own tab: in an empty group VS Code may open one more than a second after the undo, and it stays.
const diffs = async () => (await tabs(it.ui)).filter((label) => label.includes("↔"));

test("Source Control lists the files with Keep and Undo; git counts and stages as before", async () => {
  await agentWorks();
  await command("workbench.view.scm");
  const group = it.ui.page.locator(".scm-view");
  await group.getByText("Agent changes").waitFor();
  await it.ui.shot("hunks-scm");
  // What we list is what git counts already.
  const icon = it.ui.page.locator('.activitybar [role="tab"] [aria-label^="Source Control"]').first();
  const counted = async () => /(\d+) pending/.exec((await icon.getAttribute("aria-label")) ?? "")?.[1];
  const changed = () => git(it.ui.workspace, "status", "--porcelain").trim().split("\n").length;
  await expect.poll(async () => Number(await counted()) === changed()).toBe(true);
  const rows = group.getByRole("treeitem", { name: /b\.ts/ });
  await expect.poll(() => rows.count()).toBe(2);
  await useOver(rows.last(), rows.last().getByLabel("Undo Edits of This File"));
  await expect.poll(() => read("b.ts")).toBe(B);
  await status().getByText("1 file · 3 hunks").waitFor();
  await group.getByRole("treeitem", { name: /a\.ts/ }).last().click();
  await expect.poll(diffs).toEqual(["a.ts (before Plumb ↔ now)"]);
  await it.ui.shot("hunks-diff");
  await it.ui.page.locator(".editor-actions").getByLabel("Keep Edits of This File").click();
  // Nothing is left to decide in it, so the diff has done its work.
  await expect.poll(diffs).toEqual([]);
  await status().waitFor({ state: "detached" });
  // Git stages what it has noticed, which may take it a moment.
  const staged = async (): Promise<string> => {
    await it.ui.vs((vscode) => vscode.commands.executeCommand("git.stageAll"));
    return git(it.ui.workspace, "diff", "--cached", "--name-only").trim();
  };
  await expect.poll(staged).toBe("a.ts");
  // The editor's own git may have the index locked.
  await expect.poll(() => git(it.ui.workspace, "reset", "--quiet")).toBe("");
  await it.ui.openPanel();
});

test("what the user types elsewhere is no hunk and stays when one is undone; in the same lines it is asked first", async () => {
  await agentWorks();
  await show("a.ts", 1);
  await lens("Plumb changed 3 hunks here").waitFor();
  await type("a.ts", 50, "// mine\n");
  await expect.poll(() => baselineOf("a.ts")).toContain("// mine");
  await lens("Plumb changed 3 hunks here").waitFor();
  await type("a.ts", 2, "/* also mine */ ");
  await show("a.ts", 3);
  await command("plumb.undoHunk");
  const dialog = it.ui.page.locator(".monaco-dialog-box");
  await dialog.getByText("These lines were changed since, by you or by another program.").waitFor();
  await it.ui.shot("hunks-mixed");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  await lens("Plumb changed 3 hunks here").waitFor();
  await command("plumb.undoHunk");
  await dialog.getByRole("button", { name: "Undo Both" }).click();
  await lens("Plumb changed 2 hunks here").waitFor();
  const held = await textOf("a.ts");
  expect(held.isDirty).toBe(true);
  expect(held.text).toContain("// mine");
  expect(held.text).toContain("\nexport const line3 = 3;");
  await command("workbench.action.files.saveAll");
  await expect.poll(() => read("a.ts")).toBe(held.text);
});

test("after a reload the hunks are there again, and ours is first in the peek", async () => {
  await agentWorks();
  await it.ui.reload();
  // Git comes later than we do, and would be first.
  await it.ui.page.locator(".statusbar").getByText("master").waitFor();
  await status().getByText("2 files · 4 hunks").waitFor();
  await show("a.ts", 1);
  await lens("Plumb changed 3 hunks here").waitFor();
  await openPeek(it.ui, "a.ts", 1);
  for (const theme of ["light", "contrast", "dark"] as const) {
    await it.ui.setTheme(theme);
    await it.ui.shot(`hunks-reloaded-${theme}`);
  }
  await peek(it.ui).getByLabel("Keep Hunk").click();
  await status().getByText("2 files · 3 hunks").waitFor();
});
