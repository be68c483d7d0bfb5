import type { Browser, Page } from "playwright-core";
import type { HostToView, ViewToHost } from "../../../src/protocol/view.ts";
import { type Bundle, bundlePanel } from "./bundle.ts";
import { START } from "./log.ts";
import { panelOrigin, serve } from "./panel-server.ts";
import { THEMES, type Theme, type ThemeName } from "./themes.ts";

const NONCE = "0123456789abcdef";
/** The policy the extension sets, word for word but for the source of styles. */
const policyFor = (origin: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${NONCE}'`,
    `style-src ${origin} 'nonce-${NONCE}'`,
    `font-src ${origin}`,
    "img-src data:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");

/** What VS Code puts before a webview's own styles. */
const EDITOR_STYLES = `@layer vscode-default { body { padding: 0 20px; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); } code { font-family: monospace; } }`;

/** Stands in for the editor's side of the webview: keeps what the panel posts, and its state across reloads. */
const EDITOR = `
  const posted = [];
  const problems = [];
  window.panelTest = { posted, problems, deliver: (message) => window.dispatchEvent(new MessageEvent("message", { data: message })) };
  document.addEventListener("securitypolicyviolation", (event) => problems.push(event.violatedDirective + " " + event.blockedURI));
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => { posted.push(structuredClone(message)); },
    getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null"),
    // Like the editor's, it hands the state back.
    setState: (state) => {
      sessionStorage.setItem("state", JSON.stringify(state));
      return state;
    },
  });`;

declare global {
  interface Window {
    readonly panelTest: {
      readonly posted: ViewToHost[];
      readonly problems: string[];
      deliver(message: HostToView): void;
    };
  }
}

export interface PanelOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
}

/** The panel in a page that looks to it like the editor. */
export class PanelPage {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  static async open(
    browser: Browser,
    { theme = "dark", width = 400, height = 800 }: PanelOptions = {},
  ): Promise<PanelPage> {
    const page = await openPage(browser, await bundlePanel(), { theme, width, height });
    return new PanelPage(page);
  }

  /** Delivers host messages one after the other and waits until the last has been drawn. */
  async deliver(...messages: readonly HostToView[]): Promise<void> {
    await this.page.evaluate((all) => {
      for (const message of all) window.panelTest.deliver(message);
      return new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
      });
    }, messages);
  }

  /** As the editor does it: the page stays, its variables and the class of its body change. */
  async setTheme(theme: ThemeName): Promise<void> {
    await this.page.evaluate(({ bodyClass, variables }) => {
      const { style } = document.documentElement;
      for (const name of Array.from(style)) if (name.startsWith("--vscode-")) style.removeProperty(name);
      for (const [name, value] of Object.entries(variables)) style.setProperty(`--vscode-${name}`, value);
      document.body.className = bodyClass;
      return new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      });
    }, THEMES[theme]);
  }

  posted(): Promise<ViewToHost[]> {
    return this.page.evaluate(() => window.panelTest.posted);
  }

  async postedOf<T extends ViewToHost["type"]>(type: T): Promise<Extract<ViewToHost, { type: T }>[]> {
    const isOfType = (message: ViewToHost): message is Extract<ViewToHost, { type: T }> =>
      message.type === type;
    return (await this.posted()).filter(isOfType);
  }

  /** Resolves with the first message of this type after waiting for it. */
  async nextOf<T extends ViewToHost["type"]>(type: T): Promise<Extract<ViewToHost, { type: T }>> {
    await this.page.waitForFunction(
      (wanted) => window.panelTest.posted.some((message) => message.type === wanted),
      type,
    );
    const [first] = await this.postedOf(type);
    if (!first) throw new Error(`The panel posted no ${type}.`);
    return first;
  }

  /** Content the policy refused, and messages the panel did not understand. */
  async problems(): Promise<string[]> {
    const reported = await this.postedOf("problem");
    const refused = await this.page.evaluate(() => window.panelTest.problems);
    return [...refused, ...reported.map((problem) => problem.message)];
  }

  /** Makes it as wide as this; what it shows stays. */
  async setWidth(width: number): Promise<void> {
    await this.page.setViewportSize({ width, height: this.page.viewportSize()?.height ?? 800 });
  }

  close(): Promise<void> {
    return closePage(this.page);
  }
}

/** Pages that nobody uses any more. A page that is loaded anew knows nothing of before, and starts no process. */
const idle = new WeakMap<Browser, Page[]>();
const folders = new WeakMap<Bundle, string>();

/** What the panel's sources or another page of ours make, in a page that looks like the editor. Resolves once it is ready. */
export async function openPage(
  browser: Browser,
  bundle: Bundle,
  { theme = "dark", width = 400, height = 800 }: PanelOptions = {},
): Promise<Page> {
  const origin = await panelOrigin();
  const page = idle.get(browser)?.pop() ?? (await newPage(browser));
  await page.setViewportSize({ width, height });
  await page.goto(`${origin}${folderOf(bundle, origin)}${theme}`);
  await page.waitForFunction(() => window.panelTest.posted.some((message) => message.type === "ready"));
  return page;
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  // Pictures that do not change with the day; timers run as always.
  await page.clock.setFixedTime(START + 5000);
  return page;
}

/** Gives a page back, for the next that wants one. */
export async function closePage(page: Page): Promise<void> {
  await page.evaluate(() => sessionStorage.clear());
  // Out of it, or what is under it in the next page would look pointed at.
  await page.mouse.move(-1, -1);
  const browser = page.context().browser();
  if (browser) idle.set(browser, [...(idle.get(browser) ?? []), page]);
}

function folderOf(bundle: Bundle, origin: string): string {
  const known = folders.get(bundle);
  if (known !== undefined) return known;
  const pages = Object.entries(THEMES).map(
    ([name, theme]) => [`/${name}`, { contentType: "text/html", body: html(theme, origin) }] as const,
  );
  const folder = serve({
    ...Object.fromEntries(pages),
    "/main.js": { contentType: "text/javascript", body: bundle.script },
    "/main.css": { contentType: "text/css", body: bundle.style },
  });
  folders.set(bundle, folder);
  return folder;
}

function html({ bodyClass, variables }: Theme, origin: string): string {
  const set = Object.entries(variables).map(
    ([name, value]) =>
      `document.documentElement.style.setProperty(${JSON.stringify(`--vscode-${name}`)}, ${JSON.stringify(value)});`,
  );
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Plumb</title>
<meta http-equiv="Content-Security-Policy" content="${policyFor(origin)}">
<style nonce="${NONCE}">${EDITOR_STYLES}</style>
<script nonce="${NONCE}">${set.join("")}${EDITOR}</script>
<link rel="stylesheet" href="main.css"></head>
<body class="${bodyClass}"><div id="root"></div><script type="module" nonce="${NONCE}" src="main.js"></script></body></html>`;
}
