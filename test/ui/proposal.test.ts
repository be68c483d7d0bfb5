import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { call, reply, say } from "../support/fake-api/replies.ts";
import { editorHasKeys } from "./support/editor.ts";
import {
  card,
  closeEditors,
  newChat,
  rewrite,
  type ScriptedUi,
  send,
  startScripted,
  tabs,
} from "./support/scripted.ts";

/** An edit that asks first: read, changed and chosen from before it happens. */
const LINES = Array.from({ length: 60 }, (_, index) => `export const line${index + 1} = ${index + 1};`);
const A = `${LINES.join("\n")}\n`;
const B = A.replace("line3 = 3;", "line3 = 33;")
  .replace("line30 = 30;", "line30 = 3030;")
  .replace("line55 = 55;\n", "line55 = 55;\nexport const added = true;\n");

let it: ScriptedUi;
beforeAll(async () => {
  it = await startScripted({ workspaceFiles: { "a.ts": A }, viewport: { width: 1440, height: 900 } });
});
afterAll(() => it.ui.stop());

const at = (path: string): string => join(it.ui.workspace, path);
const read = (path: string): string => readFileSync(at(path), "utf8");
const command = (id: string, ...args: unknown[]) =>
  it.ui.vs((vscode, name, values) => void vscode.commands.executeCommand(name, ...values), id, args);
const TAB = "a.ts (now ↔ proposed, can be edited)";
/** The proposal's document as the editor has it. */
const proposal = () =>
  it.ui.vs((vscode) => {
    const found = vscode.window.visibleTextEditors
      .map(({ document }) => document)
      .find(({ uri }) => uri.scheme === "plumb-proposal");
    return found && { text: found.getText(), language: found.languageId, isDirty: found.isDirty };
  });
const inFront = () => it.ui.vs((vscode) => vscode.window.activeTextEditor?.document.uri.scheme);
const titleButton = (name: "Accept" | "Deny"): Locator =>
  it.ui.page.locator(`.editor-actions [aria-label^="${name} Proposed Edit"]`);
const lastRequest = (): string =>
  JSON.stringify(it.api.requests.at(-1)?.body.messages.at(-1)?.content).replaceAll("\\n", "\n");

beforeEach(async () => {
  await command("plumb.stop");
  await closeEditors(it.ui);
  await rewrite(it.ui, "a.ts", A);
  await newChat(it.ui);
});

/** The agent reads the file and wants to replace it: its card is on the screen. */
async function asks(path = "a.ts", content = B): Promise<FrameLocator> {
  const panel = it.ui.panel();
  const change = reply(call("Write", { file_path: path, content }));
  it.plan(
    ...(existsSync(at(path)) ? [reply(call("Read", { file_path: path }))] : []),
    change,
    reply(say("Ready.")),
  );
  await send(panel, "Change it.");
  await card(panel).waitFor();
  return panel;
}

async function openFromCard(panel: FrameLocator): Promise<void> {
  await card(panel).getByRole("button", { name: "Open proposal" }).click();
  await expect.poll(inFront).toBe("plumb-proposal");
  await titleButton("Accept").waitFor();
}

/** Types at the end of a line of the proposal, as a user does. */
async function typeAtEndOf(line: number, text: string): Promise<void> {
  await command("workbench.action.focusActiveEditorGroup");
  const column = await it.ui.vs((vscode, row) => {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.uri.scheme !== "plumb-proposal")
      throw new Error("The proposal does not have the keys.");
    const end = editor.document.lineAt(row - 1).range.end;
    editor.selection = new vscode.Selection(end, end);
    return end.character + 1;
  }, line);
  await it.ui.page.locator(".statusbar").getByText(`Ln ${line}, Col ${column}`, { exact: true }).waitFor();
  await editorHasKeys(it.ui);
  await it.ui.page.keyboard.type(text);
  await expect.poll(async () => (await proposal())?.text).toContain(text);
}

test("opened from the card and changed in the editor, it is written as changed, and the model is told once", async () => {
  const panel = await asks();
  expect(await tabs(it.ui)).toEqual([]);
  await openFromCard(panel);
  await expect.poll(() => tabs(it.ui)).toEqual([TAB]);
  await expect.poll(proposal).toMatchObject({ text: B, language: "typescript" });
  await it.ui.shot("proposal-open-dark");
  await typeAtEndOf(3, " // mine");
  await card(panel).getByText("Edited", { exact: true }).waitFor();
  await it.ui.shot("proposal-amended-dark");
  await titleButton("Accept").click();
  await panel.getByText("Ready.").waitFor();
  const amended = B.replace("line3 = 33;", "line3 = 33; // mine");
  expect(read("a.ts")).toBe(amended);
  expect(lastRequest()).toContain("The user changed your edit before accepting it");
  expect(lastRequest()).toContain("-export const line3 = 33;\n+export const line3 = 33; // mine");
  await expect.poll(() => tabs(it.ui)).toEqual([]);
  expect(it.api.violations).toEqual([]);
});

test("by keys alone: O opens it, the panel's key accepts it as it stands", async () => {
  const panel = await asks();
  await card(panel).press("o");
  await expect.poll(inFront).toBe("plumb-proposal");
  await titleButton("Accept").waitFor();
  await typeAtEndOf(30, " // by key");
  await command("plumb.allowPending");
  await panel.getByText("Ready.").waitFor();
  expect(read("a.ts")).toBe(B.replace("line30 = 3030;", "line30 = 3030; // by key"));
  await expect.poll(() => tabs(it.ui)).toEqual([]);
});

test("only the chosen changes are allowed; without one there is nothing to allow", async () => {
  const panel = await asks();
  const boxes = card(panel).getByRole("checkbox");
  await expect.poll(() => boxes.count()).toBe(3);
  await card(panel).getByRole("checkbox", { name: "Change 2 of 3, line 30" }).uncheck();
  await card(panel).getByRole("button", { name: "Allow 2 of 3" }).waitFor();
  await it.ui.shot("proposal-hunks-dark-300");
  await boxes.nth(0).uncheck();
  await boxes.nth(2).uncheck();
  const none = card(panel).getByRole("button", { name: "Allow 0 of 3" });
  await expect.poll(() => none.isDisabled()).toBe(true);
  await boxes.nth(0).check();
  await card(panel).getByRole("button", { name: "Allow 1 of 3" }).waitFor();
  await card(panel).press("a");
  await panel.getByText("Ready.").waitFor();
  expect(read("a.ts")).toBe(A.replace("line3 = 3;", "line3 = 33;"));
  expect(lastRequest()).toContain("-export const line30 = 3030;\n+export const line30 = 30;");
});

test("with the diff open, the key allows what the card shows: without what is not chosen there", async () => {
  const panel = await asks();
  await openFromCard(panel);
  await card(panel).getByRole("checkbox", { name: "Change 2 of 3, line 30" }).uncheck();
  await card(panel).getByRole("button", { name: "Allow 2 of 3" }).waitFor();
  await it.ui.page.keyboard.press("Control+Alt+y");
  await panel.getByText("Ready.").waitFor();
  expect(read("a.ts")).toBe(B.replace("line30 = 3030;", "line30 = 30;"));
  await expect.poll(() => tabs(it.ui)).toEqual([]);
});

test("denied from the title: nothing is written, the tab is closed, and the model hears no", async () => {
  const panel = await asks();
  await openFromCard(panel);
  await typeAtEndOf(3, " // mine");
  await titleButton("Deny").click();
  await panel.getByText("Ready.").waitFor();
  expect(read("a.ts")).toBe(A);
  expect(lastRequest()).toContain("The user declined this call");
  await expect.poll(() => tabs(it.ui)).toEqual([]);
});

test("what was typed survives a reload with the card open, and is what the card then accepts", async () => {
  await openFromCard(await asks());
  await typeAtEndOf(3, " // before the reload");
  // The editor keeps what is typed by itself; what it has not stored yet would be lost with the page.
  await command("workbench.action.files.save");
  await expect.poll(async () => (await proposal())?.isDirty).toBe(false);
  await it.ui.reload();
  const panel = await it.ui.openPanel();
  await card(panel).getByText("Edited", { exact: true }).waitFor();
  // Whether the tab comes back is up to the editor, which stores that only now and then.
  await openFromCard(panel);
  await expect.poll(async () => (await proposal())?.text).toContain("// before the reload");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await panel.getByText("Ready.").waitFor();
  expect(read("a.ts")).toBe(B.replace("line3 = 33;", "line3 = 33; // before the reload"));
  await expect.poll(() => tabs(it.ui)).toEqual([]);
});

test("a new file has nothing on the left; its proposal can be changed like any other", async () => {
  const panel = await asks("new.ts", "export const fresh = 1;\n");
  await openFromCard(panel);
  const sides = async () => {
    const shown = await it.ui.vs((vscode) =>
      vscode.window.visibleTextEditors.map(({ document }) => [document.uri.scheme, document.getText()]),
    );
    return shown.toSorted();
  };
  await expect.poll(sides).toEqual([
    ["plumb-before", ""],
    ["plumb-proposal", "export const fresh = 1;\n"],
  ]);
  expect(existsSync(at("new.ts"))).toBe(false);
  await it.ui.shot("proposal-new-file-dark");
  await typeAtEndOf(1, " // mine");
  await titleButton("Accept").click();
  await panel.getByText("Ready.").waitFor();
  expect(read("new.ts")).toBe("export const fresh = 1; // mine\n");
});

test("stopped while it is open: unchanged it closes, changed it stays and says that it is over, and nobody is asked", async () => {
  await openFromCard(await asks());
  await command("plumb.stop");
  await expect.poll(() => tabs(it.ui)).toEqual([]);
  await newChat(it.ui);
  await openFromCard(await asks());
  await typeAtEndOf(3, " // keep this");
  await command("plumb.stop");
  await titleButton("Accept").waitFor({ state: "detached" });
  expect(await tabs(it.ui)).toEqual([TAB]);
  await expect.poll(async () => (await proposal())?.isDirty).toBe(false);
  await it.ui.shot("proposal-settled-dark");
  await command("workbench.action.closeActiveEditor");
  await expect.poll(() => tabs(it.ui)).toEqual([]);
  expect(await it.ui.page.locator(".monaco-dialog-box").count()).toBe(0);
  expect(read("a.ts")).toBe(A);
});

test("refused because the same lines were changed meanwhile: the file is theirs, and what was typed is still there", async () => {
  const panel = await asks();
  await openFromCard(panel);
  await typeAtEndOf(3, " // mine");
  const theirs = A.replace("line3 = 3;", "line3 = 333;");
  await it.ui.vs(
    async (vscode, path, text) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
      await vscode.workspace.applyEdit(edit);
      await document.save();
    },
    at("a.ts"),
    theirs,
  );
  await titleButton("Accept").click();
  await panel.getByText("Ready.").waitFor();
  expect(read("a.ts")).toBe(theirs);
  expect(lastRequest()).toContain("was changed at the same lines (3) while the user was asked");
  // The editor may open a tab for the file that was changed above without one.
  expect(await tabs(it.ui)).toContain(TAB);
  expect((await proposal())?.text).toContain("line3 = 33; // mine");
  await titleButton("Accept").waitFor({ state: "detached" });
  await expect.poll(async () => (await proposal())?.isDirty).toBe(false);
});

test("told to, it opens by itself, and the keys stay in the panel", async () => {
  const set = (value: string | undefined) =>
    it.ui.vs(
      (vscode, wanted) =>
        vscode.workspace.getConfiguration("plumb").update("review.openProposal", wanted ?? undefined, true),
      value,
    );
  await set("always");
  const panel = await asks();
  await expect.poll(() => tabs(it.ui)).toEqual([TAB]);
  const hasKeys = () => panel.locator("body").evaluate((body) => body.ownerDocument.hasFocus());
  await expect.poll(hasKeys).toBe(true);
  await set(undefined);
});

test("in every theme and width the card and the diff can be read", async () => {
  const panel = await asks();
  await card(panel).getByRole("checkbox").nth(1).uncheck();
  await openFromCard(panel);
  for (const theme of ["light", "contrast", "contrastLight", "dark"] as const) {
    await it.ui.setTheme(theme);
    await it.ui.setPanelWidth(350);
    await it.ui.shot(`proposal-card-${theme}-300`);
    await it.ui.setPanelWidth(650);
    await it.ui.shot(`proposal-card-${theme}-600`);
  }
});
