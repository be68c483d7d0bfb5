import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { JUPYTER } from "../support/notebooks.ts";
import { isAtLine, unfold } from "./support/editor.ts";
import {
  card,
  closeEditors,
  newChat,
  type ScriptedUi,
  send,
  startScripted,
  tabs,
} from "./support/scripted.ts";

/** Notebooks in the editor: changed cell by cell where they are open, reviewed cell by cell. */
let it: ScriptedUi;
let panel: FrameLocator;
beforeAll(async () => {
  it = await startScripted({
    workspaceFiles: {
      "closed.ipynb": JUPYTER,
      "open.ipynb": JUPYTER,
      "dirty.ipynb": JUPYTER,
      "cells.ipynb": JUPYTER,
      "asked.ipynb": JUPYTER,
      "keys.ipynb": JUPYTER,
      "written.ipynb": JUPYTER,
    },
    settings: { "plumb.permissions.defaultMode": "acceptEdits" },
  });
  panel = await it.ui.openPanel();
});
afterAll(() => it.ui.stop());
beforeEach(async () => {
  await closeEditors(it.ui);
  await newChat(it.ui);
});

const at = (path: string): string => join(it.ui.workspace, path);
const read = (path: string): string => readFileSync(at(path), "utf8");
interface Cell {
  readonly id: string;
  readonly source: readonly string[];
  readonly outputs?: readonly unknown[];
}
const cellsOf = (text: string): readonly Cell[] => JSON.parse(text).cells;
const sources = (text: string): string[] => cellsOf(text).map(({ source }) => source.join(""));
const look = (file_path: string) => call("Read", { file_path });
const change = (notebook_path: string, cell_id: string, new_source: string) =>
  call("NotebookEdit", { notebook_path, cell_id, new_source });
/** What the model was told last. */
const told = (): string => JSON.stringify(it.api.requests.at(-1)?.body.messages.at(-1));
async function job(...replies: Parameters<ScriptedUi["plan"]>): Promise<void> {
  it.plan(...replies, reply(say("That was the job.")));
  await send(panel, "Do it");
  await panel.getByText("That was the job.").waitFor();
}
/** The notebook as the editor holds it. */
const held = (path: string) =>
  it.ui.vs((vscode, file) => {
    const found = vscode.workspace.notebookDocuments.find(
      ({ uri }) => uri.scheme === "file" && uri.fsPath === file,
    );
    return found
      ? {
          isDirty: found.isDirty,
          sources: found.getCells().map(({ document }) => document.getText()),
          outputs: found.getCells().map(({ outputs }) => outputs.length),
        }
      : undefined;
  }, at(path));
const show = (path: string) =>
  it.ui.vs(async (vscode, file) => {
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    const editor = await vscode.window.showNotebookDocument(notebook);
    editor.selection = new vscode.NotebookRange(2, 3);
  }, at(path));
/** Writes into a cell as a person does, and leaves it unsaved. */
const type = (path: string, cell: number, text: string) =>
  it.ui.vs(
    async (vscode, file, index, inserted) => {
      const notebook = vscode.workspace.notebookDocuments.find(
        ({ uri }) => uri.scheme === "file" && uri.fsPath === file,
      );
      const document = notebook?.cellAt(index).document;
      if (!document) throw new Error(`No cell ${index}`);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), inserted);
      await vscode.workspace.applyEdit(edit);
    },
    at(path),
    cell,
    text,
  );

test("a notebook that is not open is changed on the disk, byte for byte, and no tab appears", async () => {
  await job(reply(look("closed.ipynb")), reply(change("closed.ipynb", "e5f6", "x = 2")));
  expect(read("closed.ipynb")).toBe(JUPYTER.replace("x = 1", "x = 2"));
  await expect.poll(() => tabs(it.ui)).toEqual([]);
});

test("an open notebook is changed where it is: saved again, outputs and selection stay, one undo takes it back", async () => {
  await show("open.ipynb");
  await job(reply(look("open.ipynb")), reply(change("open.ipynb", "e5f6", "x = 2")));
  expect(sources(read("open.ipynb"))[2]).toBe("x = 2");
  expect(cellsOf(read("open.ipynb"))[1]?.outputs).toHaveLength(2);
  await expect.poll(() => held("open.ipynb")).toMatchObject({ isDirty: false, outputs: [0, 2, 0, 0] });
  const selection = () => it.ui.vs((vscode) => vscode.window.activeNotebookEditor?.selection.start);
  await expect.poll(selection).toBe(2);
  await it.ui.page
    .locator(".notebook-editor .cell-list-container")
    .first()
    .click({ position: { x: 500, y: 560 } });
  await it.ui.page.keyboard.press("Control+z");
  await expect.poll(async () => (await held("open.ipynb"))?.sources[2]).toBe("x = 1");
  // A text of the same file would have been undone in its place.
  const texts = await it.ui.vs((vscode) => vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  expect(texts.filter((uri) => /^file:.*\.ipynb$/.test(uri))).toEqual([]);
});

test("what is unsaved is read, stays unsaved, and stays when the agent's cell is undone", async () => {
  await show("dirty.ipynb");
  await type("dirty.ipynb", 0, "Mine. ");
  await job(reply(look("dirty.ipynb")), reply(change("dirty.ipynb", "e5f6", "x = 2")));
  expect(JSON.stringify(it.api.requests)).toContain("Mine. # Title");
  expect(read("dirty.ipynb")).toBe(JUPYTER);
  expect(await held("dirty.ipynb")).toMatchObject({ isDirty: true, outputs: [0, 2, 0, 0] });
  expect((await held("dirty.ipynb"))?.sources.slice(0, 3)).toEqual([
    "Mine. # Title\n\nWords é ✓.",
    'print("hello")\nprint("world")',
    "x = 2",
  ]);
  expect(told()).not.toContain("error");
  await type("dirty.ipynb", 1, "# also mine\n");
  await panel.getByRole("button", { name: "Undo all", exact: true }).first().click();
  await expect.poll(async () => (await held("dirty.ipynb"))?.sources[2]).toBe("x = 1");
  expect((await held("dirty.ipynb"))?.sources.slice(0, 2)).toEqual([
    "Mine. # Title\n\nWords é ✓.",
    '# also mine\nprint("hello")\nprint("world")',
  ]);
  expect((await held("dirty.ipynb"))?.isDirty).toBe(true);
});

const tray = () => panel.getByRole("region", { name: "Changes to review" });
const marks = (text: string) =>
  it.ui.page.locator(".cell-statusbar-container").getByText(text, { exact: true });
async function twoCells(path: string): Promise<void> {
  await job(
    reply(look(path)),
    reply(
      change(path, "a1b2c3d4", 'print("hello")\nprint("world!")'),
      change(path, "e5f6", "x = 2"),
      call("NotebookEdit", {
        notebook_path: path,
        cell_id: "intro",
        cell_type: "code",
        new_source: "import os",
        edit_mode: "insert",
      }),
    ),
  );
}

test("cells are kept and undone one by one, below the cell and in the tray; a diff shows them as notebooks", async () => {
  await show("cells.ipynb");
  await twoCells("cells.ipynb");
  await marks("Plumb added this cell").waitFor();
  await expect.poll(() => marks("Plumb changed this cell").count()).toBe(2);
  await unfold(tray().locator(".strip-head"));
  await tray().getByText("cells.ipynb").first().waitFor();
  for (const width of [300, 600]) {
    await it.ui.setPanelWidth(width);
    for (const theme of ["light", "dark", "contrast"] as const) {
      await it.ui.setTheme(theme);
      await it.ui.shot(`notebook-cells-${theme}-${width}`);
    }
  }
  await it.ui.setTheme("dark");
  await it.ui.setPanelWidth(300);
  // What is asked at a cell is about that cell.
  it.plan(reply(say("Because.")));
  await marks("Ask").last().click();
  await it.ui.page.getByPlaceholder("What should be different?").fill("Why 2?");
  await it.ui.page.keyboard.press("Enter");
  await panel.getByText("Because.").waitFor();
  expect(told()).toContain("@@ cell 4 (python, e5f6) @@\\n-x = 1\\n+x = 2");
  await marks("Undo").last().click();
  await expect.poll(() => sources(read("cells.ipynb"))[3]).toBe("x = 1");
  expect(sources(read("cells.ipynb"))[1]).toBe("import os");
  await expect.poll(() => marks("Plumb changed this cell").count()).toBe(1);
  const compare = () =>
    it.ui.vs(
      (vscode, file) => vscode.commands.executeCommand("plumb.openDiff", vscode.Uri.file(file)),
      at("cells.ipynb"),
    );
  const diff = it.ui.page.locator(".notebook-text-diff-editor");
  await compare();
  await diff.getByText("import os").first().waitFor();
  await it.ui.vs((vscode) => vscode.commands.executeCommand("workbench.action.previousEditor"));
  await marks("Keep").first().click();
  await expect.poll(() => marks("Plumb added this cell").count()).toBe(0);
  // What was kept is no difference any more.
  await compare();
  await diff.getByText("world!").first().waitFor();
  await expect.poll(() => diff.getByText("import os").count()).toBe(0);
  for (const theme of ["light", "contrast", "dark"] as const) {
    await it.ui.setTheme(theme);
    await it.ui.shot(`notebook-diff-${theme}`);
  }
  // The stacked view has notebooks, too.
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.reviewChanges"));
  await it.ui.page.locator(".multiDiffEntry").getByText("cells.ipynb").first().waitFor();
  await it.ui.page.locator(".multiDiffEntry .view-line").first().waitFor();
  await it.ui.shot("notebook-stacked");
  await it.ui.vs((vscode) => vscode.commands.executeCommand("workbench.action.closeActiveEditor"));
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.keepAll"));
  // Nothing is left to compare.
  await expect.poll(() => tabs(it.ui)).toEqual(["cells.ipynb"]);
});

test("keys go from cell to cell, and decide about the one that is chosen; after a reload it is all there again", async () => {
  await twoCells("keys.ipynb");
  const next = () => it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.nextHunk"));
  const chosen = () => it.ui.vs((vscode) => vscode.window.activeNotebookEditor?.selection.start);
  await next();
  await expect.poll(chosen).toBe(1);
  await next();
  await expect.poll(chosen).toBe(2);
  await next();
  await expect.poll(chosen).toBe(3);
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.undoHunk"));
  await expect.poll(() => sources(read("keys.ipynb"))[3]).toBe("x = 1");
  await it.ui.reload();
  await it.ui.openPanel();
  await show("keys.ipynb");
  await expect.poll(() => marks("Plumb changed this cell").count()).toBe(1);
  await it.ui.vs((vscode) => vscode.commands.executeCommand("plumb.keepAll"));
  await expect.poll(() => marks("Plumb changed this cell").count()).toBe(0);
});

test("an open notebook that was only written differently is written back to the byte", async () => {
  await show("written.ipynb");
  const content = JUPYTER.replaceAll(/^ +/gm, (step) => step.repeat(3));
  const command = "sed -i -E 's/^( +)/\\1\\1\\1/' written.ipynb";
  it.plan(reply(call("Bash", { command })), reply(say("That was the job.")));
  await send(panel, "Do it");
  await card(panel)
    .getByRole("button", { name: /^Allow/ })
    .first()
    .click();
  await panel.getByText("That was the job.").waitFor();
  expect(read("written.ipynb")).toBe(content);
  await panel.getByRole("button", { name: "Undo all", exact: true }).first().click();
  await expect.poll(() => read("written.ipynb")).toBe(JUPYTER);
  await it.ui.page.locator('[id="plumb.plumb.plumb.hunks"]').waitFor({ state: "detached" });
  await expect.poll(() => held("written.ipynb")).toMatchObject({ isDirty: false, outputs: [0, 2, 0, 0] });
});

test("asked first, a card shows the cell, and what the user writes into its source is what is written", async () => {
  await it.ui.vs((vscode) =>
    vscode.workspace.getConfiguration("plumb").update("permissions.defaultMode", "ask", true),
  );
  await newChat(it.ui);
  it.plan(
    reply(look("asked.ipynb")),
    reply(change("asked.ipynb", "a1b2c3d4", "1 + 1")),
    reply(say("That was the job.")),
  );
  await send(panel, "Do it");
  await card(panel).waitFor();
  await card(panel).getByText("1 + 1").waitFor();
  await it.ui.shot("notebook-card");
  await card(panel).getByRole("button", { name: "Open proposal" }).click();
  await it.ui.page.locator(".modified .view-line").getByText("1 + 1").waitFor();
  await expect.poll(() => tabs(it.ui)).toEqual(["asked.ipynb, cell 2 (now ↔ proposed, can be edited)"]);
  await it.ui.page.locator(".modified .view-line").getByText("1 + 1").click();
  await it.ui.page.locator(".modified .monaco-editor.focused, .modified.focused").first().waitFor();
  await it.ui.page.keyboard.press("End");
  await isAtLine(it.ui, 1, 6);
  await it.ui.page.keyboard.type(" + 2");
  await card(panel).getByText("1 + 1 + 2").waitFor();
  await it.ui.shot("notebook-proposal");
  await card(panel)
    .getByRole("button", { name: /^Allow/ })
    .first()
    .click();
  await panel.getByText("That was the job.").waitFor();
  await expect.poll(() => sources(read("asked.ipynb"))[1]).toBe("1 + 1 + 2");
  expect(sources(read("asked.ipynb"))[2]).toBe("x = 1");
  expect(told()).toContain("The user changed your edit before accepting it");
  await expect.poll(() => tabs(it.ui)).toEqual([]);
});
