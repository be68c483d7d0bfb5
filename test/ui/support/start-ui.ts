import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { launchBrowser } from "../../dev/browser.ts";
import { loadExtensions } from "../../dev/load-extensions.ts";
import { CACHE, OUTPUT } from "../../dev/paths.ts";
import { createSandbox, installExtension, startServer } from "../../dev/vscode-server.ts";
import { createDriver, type RunInEditor } from "./driver.ts";

/** Where the set-up of the run puts the VSIX that every editor installs. */
export const VSIX = join(CACHE, "plumb-under-test.vsix");

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
export const runningUis = (): readonly Ui[] => [...running];

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
  await installExtension(VSIX, { dataDir: join(box.dir, "installer"), extensionsDir });
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
  const ours = 'iframe.webview.ready[src*="extensionId=plumb.plumb"]';
  let frame = `.webview-overlay-content:not(.webview-overlay-outer-right) > ${ours}`;
  const learnOrigin = async (): Promise<void> => {
    const src = await page.locator(frame).getAttribute("src");
    const [origin] = /&origin=[^&]+&/.exec(src ?? "") ?? [];
    if (origin !== undefined) frame = `${ours}[src*="${origin}"]`;
  };
  const panel = (): FrameLocator => page.frameLocator(frame).frameLocator("iframe#active-frame");
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
    async openPanel() {
      const tab = page.locator('.activitybar [role="tab"]:has([aria-label^="Plumb"])');
      await tab.waitFor();
      // A click on the icon of an open view closes it.
      if ((await tab.getAttribute("aria-expanded")) !== "true") await tab.click();
      // Or the icon's tooltip lies over the view.
      await page.mouse.move(2, 2);
      await panel().locator("body").waitFor();
      await learnOrigin();
      return panel();
    },
    async setPanelWidth(pixels) {
      const box = await page.locator(".part.sidebar").boundingBox();
      if (!box) throw new Error("The side bar is closed.");
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width, y);
      await page.mouse.down();
      await page.mouse.move(box.x + pixels, y, { steps: 4 });
      await page.mouse.up();
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
