import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FrameLocator, Page } from "playwright-core";
import { launchBrowser } from "../../dev/browser.ts";
import { loadExtensions } from "../../dev/load-extensions.ts";
import { CACHE, OUTPUT } from "../../dev/paths.ts";
import { createSandbox, startServer } from "../../dev/vscode-server.ts";
import { createDriver, type RunInEditor } from "./driver.ts";

/** Where the set-up of the run installs the packaged Plumb; every editor gets a copy. */
export const INSTALLED = join(CACHE, "plumb-under-test");

export const THEMES = {
  light: { name: "Default Light Modern", bodyClass: "vscode-light" },
  dark: { name: "Default Dark Modern", bodyClass: "vscode-dark" },
  contrast: { name: "Default High Contrast", bodyClass: "vscode-high-contrast" },
  contrastLight: { name: "Default High Contrast Light", bodyClass: "vscode-high-contrast-light" },
} as const;
export type Theme = keyof typeof THEMES;

export interface UiOptions {
  /** Path in the workspace → text. */
  readonly workspaceFiles?: Readonly<Record<string, string>>;
  /** Added to the environment of the extension host, where Plumb looks for its key and address. */
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: Theme;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Runs before the editor starts, for what files alone cannot say. */
  readonly prepare?: (places: { workspace: string; plumbHome: string }) => void | Promise<void>;
}

export interface Ui {
  readonly page: Page;
  /** The real folder that is open. */
  readonly workspace: string;
  /** Plumb's own folder: settings, sessions. */
  readonly plumbHome: string;
  /** Runs a function with the editor's API inside the extension host. */
  readonly vs: RunInEditor;
  /** Plumb's view: find things in it by role and name. */
  panel(): FrameLocator;
  /** A page of Plumb's in the editor's middle, once the view was open. */
  editorPage(): FrameLocator;
  /** Clicks Plumb's icon as a user would, unless it is open, and waits until the view is loaded. */
  openPanel(): Promise<FrameLocator>;
  /** Drags the border of the side bar. */
  setPanelWidth(pixels: number): Promise<void>;
  setTheme(theme: Theme): Promise<void>;
  /** Loads the page again, as a user would; `vs` and `panel` go on working. */
  reload(): Promise<void>;
  /** Does what loads the window anew, and waits for its new extension host. */
  replace(act: () => Promise<unknown>): Promise<void>;
  /** Writes `test-output/ui/<name>.png` and returns its path. */
  shot(name: string): Promise<string>;
  /** What page, webviews and server printed, for the report of a failure. */
  log(): string;
  stop(): Promise<void>;
}

const running = new Set<Ui>();

/** Of any element, on a machine at half its speed. In milliseconds. */
const PATIENCE_MS = 60_000;
/** In which a view that is not on its way out appears, in milliseconds. */
const APPEARS_MS = 10_000;
const FRAME = 'iframe.webview.ready[src*="extensionId=plumb.plumb"]';
const inside = (page: Page, frame: string): FrameLocator =>
  page.frameLocator(frame).frameLocator("iframe#active-frame");
export const runningUis = (): readonly Ui[] => [...running];

/**
 * Clicks Plumb's icon unless its view is open. A window that is loaded again opens by itself what was open: a click in that
 * moment closes it, so what counts is whether it is there in the end.
 */
async function showView(page: Page, panel: () => FrameLocator): Promise<void> {
  const tab = page.locator('.activitybar [role="tab"]:has([aria-label^="Plumb"])');
  const isExpanded = async (): Promise<boolean> => (await tab.getAttribute("aria-expanded")) === "true";
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    if (!(await isExpanded())) await tab.click();
    // Or the icon's tooltip lies over the view.
    await page.mouse.move(2, 2);
    const appears = panel().locator("body").waitFor({ timeout: APPEARS_MS });
    const isThere = await appears.then(isExpanded, () => false);
    if (isThere) return;
    if (Date.now() > end) await appears;
  }
}

/** Another window on the same folder, with Plumb's view open; it is closed when `work` is done. */
export async function inSecondWindow(
  ui: Ui,
  work: (page: Page, panel: FrameLocator) => Promise<void>,
): Promise<void> {
  const page = await ui.page.context().newPage();
  try {
    await page.goto(ui.page.url());
    const panel = inside(page, FRAME);
    await showView(page, () => panel);
    await panel.locator("main[data-session]").waitFor();
    await work(page, panel);
  } finally {
    await page.close();
  }
}

/** Starts a real VS Code with the packaged Plumb installed, in a fresh home, and a browser on it. */
export async function startUi(options: UiOptions = {}): Promise<Ui> {
  const box = createSandbox(options.env);
  const driver = createDriver(box.dir);
  const extensionsDir = join(box.dir, "extensions");
  for (const [path, text] of Object.entries(options.workspaceFiles ?? {})) {
    mkdirSync(dirname(join(box.workspace, path)), { recursive: true });
    writeFileSync(join(box.workspace, path), text);
  }
  await options.prepare?.({ workspace: box.workspace, plumbHome: box.plumbHome });
  cpSync(INSTALLED, extensionsDir, { recursive: true });
  const server = await startServer({
    dataDir: box.dataDir,
    extensionsDir,
    builtins: "most",
    settings: {
      "workbench.colorTheme": THEMES[options.theme ?? "dark"].name,
      // As on the desktop: the browser's editor would save what a test leaves unsaved.
      "files.autoSave": "off",
      // Scripts of tests say what they say, and have nothing to add to it.
      "plumb.checkBeforeFinishing": false,
      ...options.settings,
    },
    env: { ...box.env, ...driver.env },
  });
  const browser = await launchBrowser();
  const lines: string[] = [];
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  page.on("console", (message) => lines.push(`[${message.type()}] ${message.text()}`));
  page.on("pageerror", (error) => lines.push(`[error] ${error.stack ?? error.message}`));
  const stop = async (): Promise<void> => {
    running.delete(ui);
    await browser.close();
    await server.stop();
    box.remove();
  };
  // Our pages are webviews as well: those reach the right edge of the window, the side bar does not. That is what the editor
  // says of a layout, late at times; the origin of the view, once it is known, is the same for as long as there is a profile.
  let frame = `.webview-overlay-content:not(.webview-overlay-outer-right) > ${FRAME}`;
  let others = `.webview-overlay-outer-right > ${FRAME}`;
  const learnOrigin = async (): Promise<void> => {
    const src = await page.locator(frame).getAttribute("src");
    const [origin] = /&origin=[^&]+&/.exec(src ?? "") ?? [];
    if (origin === undefined) return;
    frame = `${FRAME}[src*="${origin}"]`;
    others = `${FRAME}:not([src*="${origin}"])`;
  };
  const panel = (): FrameLocator => inside(page, frame);
  let vs: RunInEditor | undefined;
  const ui: Ui = {
    page,
    workspace: box.workspace,
    plumbHome: box.plumbHome,
    vs: (run, ...args) => {
      if (!vs) throw new Error("The editor is loading.");
      return vs(run, ...args);
    },
    panel,
    editorPage: () => inside(page, others),
    async openPanel() {
      await showView(page, panel);
      await learnOrigin();
      return panel();
    },
    async setPanelWidth(pixels) {
      const measure = async () => {
        const found = await page.locator(".part.sidebar").boundingBox();
        if (!found) throw new Error("The side bar is closed.");
        return found;
      };
      const { x, y: top, width, height } = await measure();
      const y = top + height / 2;
      await page.mouse.move(x + width, y);
      await page.mouse.down();
      await page.mouse.move(x + pixels, y, { steps: 4 });
      await page.mouse.up();
      for (const end = Date.now() + PATIENCE_MS; ; await delay(20)) {
        const now = (await measure()).width;
        if (Math.abs(now - pixels) < 4) return;
        if (Date.now() > end) throw new Error(`The side bar is ${now} pixels wide, not ${pixels}.`);
      }
    },
    async setTheme(theme) {
      const { name, bodyClass } = THEMES[theme];
      await ui.vs(async (vscode, value) => {
        await vscode.workspace
          .getConfiguration("workbench")
          .update("colorTheme", value, vscode.ConfigurationTarget.Global);
      }, name);
      if ((await page.locator(frame).count()) > 0) {
        await panel().locator(`body.${bodyClass}`).waitFor();
      }
    },
    reload: () => ui.replace(() => page.reload()),
    async replace(act) {
      driver.forget();
      const acting = act();
      vs = undefined;
      await acting;
      await page.locator(".monaco-workbench").waitFor();
      vs = await driver.connect();
    },
    async shot(name) {
      const path = join(OUTPUT, "ui", `${name.replaceAll(/[^\w.-]+/g, "-")}.png`);
      await page.screenshot({ path, animations: "disabled" });
      return path;
    },
    log: () => [...lines, server.log()].join("\n"),
    stop,
  };
  try {
    await loadExtensions(page, server.port, { extensions: [driver.extension] });
    await page.goto(server.address(box.workspace));
    await page.locator(".monaco-workbench").waitFor();
    vs = await driver.connect();
  } catch (error) {
    await ui.shot("did-not-start");
    await stop();
    throw new Error(`VS Code did not start in the browser.\n${ui.log().slice(-5000)}`, { cause: error });
  }
  running.add(ui);
  return ui;
}
