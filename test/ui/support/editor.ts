import { basename, join } from "node:path";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import type { Ui } from "./start-ui.ts";

/** How long one try may take that is made again when it came too early, in milliseconds. */
const TRY_MS = 5_000;
/** How long it is tried; in milliseconds. */
const TRIED = { timeout: 60_000 };

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** Shows a file with the cursor at the beginning of a line. Resolves once keys and commands act there. */
export async function showAt(ui: Ui, path: string, line: number): Promise<void> {
  // The cursor comes with the text: one that is set afterwards may arrive after what a test does next.
  await ui.vs(
    async (vscode, file, row) => {
      const selection = new vscode.Range(row - 1, 0, row - 1, 0);
      await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
    },
    join(ui.workspace, path),
    line,
  );
  const place = () =>
    ui.vs((vscode) => {
      const { document, selection } = vscode.window.activeTextEditor ?? {};
      return document && selection && `${document.uri.fsPath}:${selection.active.line + 1}`;
    });
  await expect.poll(place).toBe(`${join(ui.workspace, path)}:${line}`);
  await ui.page
    .locator(`.tab.active[data-resource-name="${basename(path)}"]`)
    .first()
    .waitFor();
  await isAtLine(ui, line);
  await editorHasKeys(ui);
}

/** Until the window itself has the cursor there, it may still tell of the place before, and take an extension back to it. */
export const isAtLine = (ui: Ui, line: number, column: number | string = "\\d+"): Promise<void> =>
  ui.page
    .locator(".statusbar-item")
    .getByText(new RegExp(`^Ln ${line}, Col ${column}\\b`))
    .waitFor();

/** Resolves once what is typed goes into a text of the editor's middle. */
export const editorHasKeys = (ui: Ui): Promise<void> =>
  ui.page.locator(".part.editor .monaco-editor.focused").first().waitFor();

/** The editor that is in front gets the keys. */
export async function focusEditor(ui: Ui): Promise<void> {
  await ui.vs((vscode) => vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup"));
  await editorHasKeys(ui);
}

/** Puts the cursor before everything else in the editor that is in front. */
export async function goToTop(ui: Ui): Promise<void> {
  await focusEditor(ui);
  await ui.page.keyboard.press("Control+Home");
  await isAtLine(ui, 1, 1);
}

export const peek = (ui: Ui): Locator => ui.page.locator(".zone-widget.dirty-diff");

/** Opens the peek at the first change after a line, as soon as the editor has found it, and ours is in front of git's. */
export async function openPeek(ui: Ui, path: string, line: number): Promise<void> {
  const whose = peek(ui).locator(".head select");
  const opened = async (): Promise<string> => {
    await showAt(ui, path, line);
    // Where it is open, the next one would be the one after it.
    await ui.page.keyboard.press("Escape");
    if (!(await succeeds(peek(ui).waitFor({ state: "detached", timeout: TRY_MS })))) return "still open";
    await ui.vs((vscode) => vscode.commands.executeCommand("editor.action.dirtydiff.next"));
    if (!(await succeeds(peek(ui).waitFor({ timeout: TRY_MS })))) return "not open";
    // Alone it has nobody to choose from.
    return (await whose.count()) === 0 ? "Plumb" : whose.first().inputValue();
  };
  await ui.page.locator(".dirty-diff-glyph").first().waitFor();
  await expect.poll(opened, TRIED).toBe("Plumb");
}

/** Right-clicks and takes an entry of the menu, which takes no click in the moment in which it opens. */
export async function fromMenu(ui: Ui, rightClick: () => Promise<void>, entry: string): Promise<void> {
  const item = ui.page.getByRole("menuitem", { name: entry });
  const taken = async (): Promise<boolean> => {
    if (!(await item.isVisible())) await rightClick();
    const isClicked = await succeeds(item.click({ timeout: TRY_MS }));
    return isClicked && succeeds(item.waitFor({ state: "hidden", timeout: TRY_MS }));
  };
  await expect.poll(taken, TRIED).toBe(true);
}

/** Uses a button that is there while the pointer is over something; that may be drawn anew in the same moment. */
export async function useOver(over: Locator, button: Locator): Promise<void> {
  const used = async (): Promise<boolean> => {
    const isOver = await succeeds(over.hover({ timeout: TRY_MS }));
    return isOver && succeeds(button.click({ timeout: TRY_MS }));
  };
  await expect.poll(used, TRIED).toBe(true);
}

/** Opens what is folded. Only for what does not open or close by itself any more. */
export async function unfold(head: Locator): Promise<void> {
  if ((await head.getAttribute("aria-expanded")) !== "true") await head.click();
}

/** Chooses an entry of the palette or of another list by its words, once the list is down to it and it is the chosen one. */
export async function takeFromList(ui: Pick<Ui, "page">, words: string): Promise<void> {
  const list = ui.page.locator(".quick-input-widget:visible");
  await list.locator(".monaco-list-row.focused").filter({ hasText: words }).waitFor();
  await ui.page.keyboard.press("Enter");
}
