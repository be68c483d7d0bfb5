import type { Locator } from "playwright-core";
import { launchBrowser } from "../dev/browser.ts";
import type { Ui } from "../ui/support/start-ui.ts";
import { fixedCart } from "../webview/harness/fixtures.ts";
import { PanelPage } from "../webview/harness/panel-page.ts";
import { entry, hunksOf, pending } from "../webview/harness/pending.ts";
import { keep, median, out, show } from "./figures.ts";

/** The panel's tray with ever more pending hunks, in a page that looks to it like the editor. */
export async function benchTray(runs: number): Promise<void> {
  out(`\nthe panel's change tray (${runs} runs, medians, spread in brackets)`);
  const browser = await launchBrowser();
  try {
    for (const files of [2, 20, 200, 2000]) {
      const entries = Array.from({ length: files }, (_, index) => entry(`src/f${index}.ts`, 5, index));
      const panel = await PanelPage.open(browser);
      await panel.deliver(fixedCart().snapshot());
      const told: number[] = [];
      for (let i = 0; i < runs; i += 1) {
        const start = performance.now();
        await panel.deliver(pending(entries.slice(0, 500)));
        told.push(performance.now() - start);
      }
      await panel.deliver(
        ...Array.from({ length: Math.ceil(files / 500) }, (_, page) =>
          pending(entries.slice(page * 500, (page + 1) * 500), { isAll: page === 0 }),
        ),
      );
      const opened = await openings(panel.page.locator(".strip-head"), runs);
      const [first] = entries;
      const changed: number[] = [];
      for (let i = 0; first && i < runs; i += 1) {
        const start = performance.now();
        await panel.deliver(pending([{ ...first, version: i + 2 }], { isAll: false }), hunksOf(first));
        changed.push(performance.now() - start);
      }
      await panel.close();
      out(`  ${`${files * 5} hunks in ${files} files`.padEnd(26)} open ${show(opened).padEnd(16)} ms`);
      out(`    told ${show(told)} ms, one file changed ${show(changed)} ms (both with three frames)`);
      keep(`tray: ${files} files`, runs, {
        openMs: median(opened),
        toldMs: median(told),
        changedMs: median(changed),
      });
    }
  } finally {
    await browser.close();
  }
}

/** The same in a real VS Code, where a conversation with pending hunks is open. */
export async function benchTrayIn(ui: Ui, runs: number): Promise<void> {
  const head = ui.panel().locator(".strip-head").last();
  const [first = Number.NaN] = await openings(head, 1);
  const again = await openings(head, runs);
  out(`  opening the tray             first ${first.toFixed(0)} ms, then ${show(again)} ms (goal 200)`);
  keep("editor review: tray", runs, { firstMs: first, openMs: median(again) });
}

/** Milliseconds from the click to the frame that shows the files; the tray is closed again each time. */
async function openings(head: Locator, runs: number): Promise<number[]> {
  await head.waitFor();
  const times: number[] = [];
  for (let i = 0; i < runs; i += 1)
    times.push(
      await head.evaluate(async (button: HTMLElement) => {
        const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        const start = performance.now();
        button.click();
        while (!document.querySelector(".tray-files > li")) await frame();
        await frame();
        const ms = performance.now() - start;
        button.click();
        while (document.querySelector(".tray-files > li")) await frame();
        return ms;
      }),
    );
  return times;
}
