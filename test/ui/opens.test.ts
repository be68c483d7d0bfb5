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
