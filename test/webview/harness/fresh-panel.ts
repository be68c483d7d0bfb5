import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { Log, ROOT } from "./log.ts";
import { PanelPage } from "./panel-page.ts";
import { launchPanelBrowser } from "./panel-server.ts";
import { SCENARIOS } from "./scenarios.ts";

// Importing this gives a file of tests a new panel for every test; afterwards nothing may have been refused.
let browser: Browser;
export let panel: PanelPage;

beforeAll(async () => {
  browser = await launchPanelBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  panel = await PanelPage.open(browser);
});
afterEach(async () => {
  expect(await panel.problems()).toEqual([]);
  await panel.close();
});

export const message = () => panel.page.getByLabel("Message to Plumb");
export const show = (name: string) => panel.deliver(...(SCENARIOS[name]?.messages() ?? []));
export const focused = () =>
  panel.page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? "");

/** A conversation that waits for leave to run a command. */
export function asking(): { log: Log; callId: string } {
  const log = new Log().setUp().prompt("Run the tests");
  const callId = log.askPermission(
    "Bash",
    "npm test",
    { kind: "command", command: "npm test \u202egpj.x", cwd: ROOT, description: "" },
    ["Bash(npm test)"],
  );
  return { log, callId };
}
