import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { source as axe } from "axe-core";
import type { FrameLocator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { card, send } from "./support/scripted.ts";
import { startUi, THEMES, type Ui } from "./support/start-ui.ts";

/** The first five minutes of somebody without a key, on the sample project. */
const SAMPLE = join(import.meta.dirname, "../../media/sample");
let ui: Ui;
beforeAll(async () => {
  ui = await startUi({
    viewport: { width: 1280, height: 860 },
    env: { ANTHROPIC_API_KEY: "", ANTHROPIC_BASE_URL: "" },
    prepare: ({ workspace }) => cpSync(SAMPLE, workspace, { recursive: true }),
  });
});
afterAll(() => ui.stop());

const read = (path: string): string => readFileSync(join(ui.workspace, path), "utf8");
const original = (path: string): string => readFileSync(join(SAMPLE, path), "utf8");

/** Pictures for people to judge: three themes, narrow and wide. And nothing that an accessibility check finds. */
async function everyLook(panel: FrameLocator, name: string): Promise<void> {
  for (const theme of ["light", "contrast", "dark"] as const) {
    await ui.setTheme(theme);
    for (const width of [300, 600]) {
      await ui.setPanelWidth(width);
      await ui.shot(`${name}-${theme}-${width}`);
    }
    expect(await violations(panel), `${name} in ${THEMES[theme].name}`).toEqual([]);
  }
  await ui.setPanelWidth(420);
}

async function violations(panel: FrameLocator): Promise<string[]> {
  return panel.locator("body").evaluate(async (body, library) => {
    // The page's policy forbids eval; a function of the test's own world may bring its library along.
    if (!("axe" in window)) new Function(library).call(window);
    const { axe: checker } = window as unknown as { axe: typeof import("axe-core") };
    const { violations: found } = await checker.run(body.ownerDocument, { resultTypes: ["violations"] });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  }, axe);
}

test("without a key there is a way in, and the tour says plainly that no AI is involved", async () => {
  const panel = await ui.openPanel();
  await panel.getByRole("button", { name: "Try without a key" }).waitFor();
  await everyLook(panel, "tour-1-welcome");
  await panel.getByRole("button", { name: "Try without a key" }).click();
  await panel.getByText("no AI", { exact: false }).first().waitFor();
  await ui.shot("tour-2-started");
});

test("the tour reads, plans, edits and runs for real, and asks before each change", async () => {
  const panel = ui.panel();
  await send(panel, "Fix the failing test");
  await card(panel).getByText("Change src/duration.js?").waitFor();
  await everyLook(panel, "tour-3-edit");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await card(panel).getByText("Change README.md?").waitFor();
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await card(panel).getByText("Run this command?").waitFor();
  await everyLook(panel, "tour-4-command");
  await card(panel).getByRole("button", { name: "Allow once" }).click();
  await panel.getByText("That was the task.").waitFor();
  await everyLook(panel, "tour-5-done");
  expect(read("src/duration.js")).not.toBe(original("src/duration.js"));
});

test("an edit opens as a diff with the real file, one is kept and the other undone", async () => {
  const panel = ui.panel();
  await panel.getByRole("button", { name: "Open the diff of src/duration.js" }).first().click();
  await ui.page.locator(".monaco-diff-editor .modified").filter({ hasText: "seconds % 3600" }).waitFor();
  await ui.shot("tour-6-diff");
  await panel.getByRole("button", { name: "Keep the change in src/duration.js" }).first().click();
  await panel.getByRole("button", { name: "Undo the change in README.md" }).first().click();
  await expect.poll(() => read("README.md")).toBe(original("README.md"));
  expect(read("src/duration.js")).toContain("seconds % 3600");
  await panel.getByText("Undone").first().waitFor();
  await ui.shot("tour-7-reviewed");
});
