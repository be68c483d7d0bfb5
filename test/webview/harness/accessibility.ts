import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Scenario } from "./fixtures.ts";
import { PanelPage } from "./panel-page.ts";
import { launchPanelBrowser } from "./panel-server.ts";
import type { ThemeName } from "./themes.ts";

const Findings = z.array(z.string());

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

/** The panel at its narrowest and at its usual, in every theme. */
const SIGHTS: readonly { width: number; themes: readonly [ThemeName, ThemeName] }[] = [
  { width: 300, themes: ["dark", "hc"] },
  { width: 600, themes: ["light", "hcLight"] },
];

/** One test for each of these states of the panel: axe looks at it in every theme, narrow and wide. */
export function testAccessibility(scenarios: Readonly<Record<string, Scenario>>): void {
  let browser: Browser;
  let axe: string;

  beforeAll(async () => {
    browser = await launchPanelBrowser();
    axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  });
  afterAll(() => browser?.close());

  test.each(Object.entries(scenarios))(
    "%s: axe finds nothing, nothing is wider than the panel, nothing is refused",
    async (_, { messages, act }) => {
      const panel = await PanelPage.open(browser, { width: 300 });
      await panel.deliver(...messages());
      await act?.(panel);
      await panel.page.evaluate(axe);
      for (const { width, themes } of SIGHTS) {
        await panel.setWidth(width);
        for (const [theme, rules] of [
          [themes[0], ALL],
          [themes[1], COLOURS],
        ] as const) {
          await panel.setTheme(theme);
          expect(await violations(panel, rules), `${theme}, ${width}`).toEqual([]);
        }
        expect(
          await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
        ).toBeLessThanOrEqual(0);
      }
      expect(await panel.problems()).toEqual([]);
      await panel.close();
    },
    60_000,
  );
}
