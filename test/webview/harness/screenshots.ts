import { mkdir } from "node:fs/promises";
import { launchBrowser } from "../../dev/browser.ts";
import { PanelPage } from "./panel-page.ts";
import { SCENARIOS } from "./scenarios.ts";
import type { ThemeName } from "./themes.ts";

// node test/webview/harness/screenshots.ts [scenario ...]: pictures of every scenario, theme and width in test-output/panel.
const FOLDER = "test-output/panel";
const THEME_NAMES: readonly ThemeName[] = ["dark", "light", "hc"];
const WIDTHS = [300, 600];

const wanted = process.argv.slice(2);
await mkdir(FOLDER, { recursive: true });
const browser = await launchBrowser();
for (const [name, { messages, act }] of Object.entries(SCENARIOS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of THEME_NAMES) {
    for (const width of WIDTHS) {
      const panel = await PanelPage.open(browser, { theme, width, height: 760 });
      await panel.deliver(...messages());
      await act?.(panel);
      await panel.page.screenshot({ path: `${FOLDER}/${name}-${theme}-${width}.png` });
      const problems = await panel.problems();
      if (problems.length > 0) throw new Error(`${name}: ${problems.join("; ")}`);
      await panel.close();
    }
  }
}
await browser.close();
