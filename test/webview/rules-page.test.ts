import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { closePage } from "./harness/panel-page.ts";
import { launchPanelBrowser } from "./harness/panel-server.ts";
import { openRulesPage, RULES, TRIED } from "./harness/rules-page.ts";

let browser: Browser;
let axe: string;
beforeAll(async () => {
  browser = await launchPanelBrowser();
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});
afterAll(() => browser?.close());

const Findings = z.array(z.string());

test.each([
  [300, "dark"],
  [300, "hc"],
  [600, "light"],
  [1000, "hcLight"],
  [1000, "dark"],
] as const)(
  "%i pixels wide in %s axe finds nothing, and nothing is wider than the page",
  async (width, theme) => {
    const { page, deliver, problems } = await openRulesPage(browser, { theme, width, height: 900 });
    await deliver(RULES);
    await page.getByRole("textbox", { name: "Command" }).fill("npm run test && git push --force");
    await page.getByRole("button", { name: "Try", exact: true }).click();
    await deliver(TRIED);
    await page.getByRole("listitem").filter({ hasText: "git push --force" }).first().waitFor();
    await page.screenshot({ path: `test-output/panel/rules-${theme}-${width}.png`, fullPage: true });
    await page.evaluate(axe);
    const found = await page.evaluate(
      `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html.slice(0, 160) + " " + failureSummary)))`,
    );
    expect(Findings.parse(found)).toEqual([]);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
    expect(await problems()).toEqual([]);
    await closePage(page);
  },
);

test("with the keyboard alone a rule is tried, edited, removed, added and agreed to", async () => {
  const { page, deliver, posted, problems } = await openRulesPage(browser, { width: 600 });
  await deliver(RULES);
  const { keyboard } = page;
  await page.getByRole("textbox", { name: "Command" }).focus();
  await keyboard.type("ls");
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Edit Bash(git * main)" }).focus();
  await keyboard.press("Enter");
  await keyboard.press("Escape");
  // At once: a focus that comes later could take the keyboard from where it has gone meanwhile.
  expect(
    await page
      .getByRole("button", { name: "Edit Bash(git * main)" })
      .evaluate((it) => it === document.activeElement),
  ).toBe(true);
  await keyboard.press("Enter");
  await keyboard.press("ControlOrMeta+A");
  await keyboard.type("Bash(git log *)");
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove Bash(npx *)" }).press("Enter");
  await page.getByRole("button", { name: "project settings (.claude/settings.json)" }).first().press("Enter");
  await page.getByRole("textbox", { name: "New rule" }).focus();
  await keyboard.type("WebFetch(domain:a.example)");
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Allow these" }).press("Enter");
  await expect.poll(async () => (await posted()).map(({ type }) => type)).toHaveLength(7);
  expect(await posted()).toEqual([
    { type: "ready" },
    { type: "try", requestId: 1, kind: "command", text: "ls", mode: "ask" },
    { type: "change", id: "6", to: "Bash(git log *)" },
    { type: "change", id: "7" },
    { type: "openRule", id: "3" },
    { type: "add", target: "editor", verdict: "ask", text: "WebFetch(domain:a.example)" },
    { type: "approve", path: RULES.waiting[0]?.path, shown: RULES.waiting[0]?.added },
  ]);
  expect(await problems()).toEqual([]);
  await closePage(page);
});

test("what managed settings say cannot be changed here, and hidden characters are spelled out", async () => {
  const { page, deliver } = await openRulesPage(browser, { width: 600 });
  await deliver(RULES);
  expect(await page.getByRole("button", { name: "Edit Read(./.env)" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: "Remove Read(./.env)" }).count()).toBe(0);
  await page.getByText("<U+202E>").waitFor();
  await deliver({ type: "failed", message: "This rule cannot be changed here." });
  await page.getByText("This rule cannot be changed here.").waitFor();
  await page.getByRole("searchbox", { name: "Filter rules" }).fill("npx");
  await expect.poll(() => page.getByRole("button", { name: /^Remove/ }).count()).toBe(1);
  await closePage(page);
});
