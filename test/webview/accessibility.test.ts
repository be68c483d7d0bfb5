import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { launchBrowser } from "../dev/browser.ts";
import { PanelPage } from "./harness/panel-page.ts";
import { SCENARIOS } from "./harness/scenarios.ts";
import type { ThemeName } from "./harness/themes.ts";

const Findings = z.array(z.string());

let browser: Browser;
let axe: string;

beforeAll(async () => {
  browser = await launchBrowser();
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});
afterAll(() => browser?.close());

const ALL = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: { "heading-order": { enabled: false } },
};
/** What a theme can break; the rest was looked at in the same page already. */
const COLOURS = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };

/** Violations as "rule: element", so that a red test says where. */
async function violations(panel: PanelPage, rules: object): Promise<string[]> {
  return Findings.parse(
    await panel.page.evaluate(
      `axe.run(document, ${JSON.stringify(rules)}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html.slice(0, 160) + " " + failureSummary)))`,
    ),
  );
}

const PAGES: readonly { width: number; themes: readonly [ThemeName, ThemeName] }[] = [
  { width: 300, themes: ["dark", "hc"] },
  { width: 600, themes: ["light", "hcLight"] },
];

test.each(Object.entries(SCENARIOS))(
  "%s: axe finds nothing, nothing is wider than the panel, nothing is refused",
  async (_, { messages, act }) => {
    for (const { width, themes } of PAGES) {
      const [first, second] = themes;
      const panel = await PanelPage.open(browser, { theme: first, width });
      await panel.deliver(...messages());
      await act?.(panel);
      await panel.page.evaluate(axe);
      expect(await violations(panel, ALL), first).toEqual([]);
      await panel.setTheme(second);
      expect(await violations(panel, COLOURS), second).toEqual([]);
      expect(
        await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBeLessThanOrEqual(0);
      expect(await panel.problems()).toEqual([]);
      await panel.close();
    }
  },
  60_000,
);
