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

/** Violations as "rule: element", so that a red test says where. */
async function violations(panel: PanelPage): Promise<string[]> {
  await panel.page.evaluate(axe);
  return Findings.parse(
    await panel.page.evaluate(`axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      rules: { "heading-order": { enabled: false } },
    }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html.slice(0, 160) + " " + failureSummary)))`),
  );
}

const THEMES: readonly ThemeName[] = ["dark", "light", "hc", "hcLight"];

test.each(Object.entries(SCENARIOS))(
  "%s: axe finds nothing, nothing is wider than the panel, nothing is refused",
  async (_, { messages, act }) => {
    for (const [index, theme] of THEMES.entries()) {
      const panel = await PanelPage.open(browser, { theme, width: index % 2 === 0 ? 300 : 600 });
      await panel.deliver(...messages());
      await act?.(panel);
      expect(await violations(panel), theme).toEqual([]);
      expect(
        await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBeLessThanOrEqual(0);
      expect(await panel.problems()).toEqual([]);
      await panel.close();
    }
  },
  60_000,
);
