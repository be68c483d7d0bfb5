import { afterAll, beforeAll, expect, test } from "vitest";
import { startUi, type Ui } from "./support/start-ui.ts";

let ui: Ui;
beforeAll(async () => {
  ui = await startUi({ workspaceFiles: { "hello.txt": "Hello\n" } });
});
afterAll(() => ui.stop());

test("a click on Plumb's icon shows its view, in every theme", async () => {
  const panel = await ui.openPanel();
  await panel.locator("#root").filter({ hasText: /\w/ }).waitFor();
  for (const theme of ["light", "contrast", "dark"] as const) {
    await ui.setTheme(theme);
    await ui.shot(`opens-${theme}`);
  }
  expect(await panel.locator("#root").textContent()).toMatch(/\w/);
});

test("its view can be made narrow and wide", async () => {
  await ui.openPanel();
  for (const width of [300, 600]) {
    await ui.setPanelWidth(width);
    const box = await ui.page.locator(".part.sidebar").boundingBox();
    expect(Math.abs((box?.width ?? 0) - width)).toBeLessThan(4);
  }
});

test("after a reload of the window the view and the editor are there again", async () => {
  await ui.reload();
  const panel = await ui.openPanel();
  await panel.locator("#root").filter({ hasText: /\w/ }).waitFor();
  expect(
    await ui.vs((vscode) => vscode.workspace.workspaceFolders?.map((folder) => folder.uri.fsPath)),
  ).toEqual([ui.workspace]);
});
