import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { panelHtml } from "./panel-html.ts";

/** What came from the page before anything could answer it; more than this means that the page is broken. */
const MAX_WAITING = 100;

/**
 * The side bar's web page, cheap enough to be registered at start-up. It knows no message: what arrives waits until
 * the panel that understands it is loaded.
 */
export class PanelView implements vscode.WebviewViewProvider {
  static readonly id = "plumb.chat";
  readonly #extensionUri: vscode.Uri;
  readonly #shown = new vscode.EventEmitter<void>();
  readonly #hidden = new vscode.EventEmitter<void>();
  #view: vscode.WebviewView | undefined;
  #waiting: unknown[] = [];
  #receive: ((raw: unknown) => void) | undefined;

  constructor(extensionUri: vscode.Uri) {
    this.#extensionUri = extensionUri;
  }

  /** The page is there, or there again. */
  get onDidShow(): vscode.Event<void> {
    return this.#shown.event;
  }
  /** The page is gone: whatever it knew is lost. */
  get onDidHide(): vscode.Event<void> {
    return this.#hidden.event;
  }

  get isVisible(): boolean {
    return this.#view?.visible === true;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#waiting = [];
    view.webview.options = {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [vscode.Uri.joinPath(this.#extensionUri, "dist", "webview")],
    };
    view.webview.onDidReceiveMessage((raw: unknown) => this.#take(raw));
    view.onDidChangeVisibility(() => (view.visible ? this.#shown : this.#hidden).fire());
    view.onDidDispose(() => {
      if (this.#view !== view) return;
      this.#view = undefined;
      this.#hidden.fire();
    });
    this.load();
    this.#shown.fire();
  }

  /** Loads the page, also to heal one that broke. */
  load(): void {
    const view = this.#view;
    if (!view) return;
    const dist = vscode.Uri.joinPath(this.#extensionUri, "dist", "webview");
    const uriOf = (name: string): string =>
      view.webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    view.webview.html = panelHtml({
      cspSource: view.webview.cspSource,
      nonce: randomBytes(16).toString("base64url"),
      scriptUri: uriOf("main.js"),
      sharedUri: uriOf("chunk.js"),
      styleUri: uriOf("main.css"),
      language: vscode.env.language,
      translations: toWords(vscode.l10n.bundle),
      loading: vscode.l10n.t("Plumb is starting…"),
    });
  }

  /** From now on `receive` gets every message, those that waited first. */
  connect(receive: (raw: unknown) => void): void {
    this.#receive = receive;
    for (const raw of this.#waiting.splice(0)) receive(raw);
  }

  #take(raw: unknown): void {
    if (this.#receive) this.#receive(raw);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(raw);
  }

  /** Resolves to false when no page was there to take it. */
  async post(message: unknown): Promise<boolean> {
    return (await this.#view?.webview.postMessage(message)) ?? false;
  }

  /** Shows the side bar and gives it the focus; `preserveFocus` leaves the focus where it is. */
  async reveal(options: { preserveFocus: boolean } = { preserveFocus: false }): Promise<void> {
    if (this.#view && options.preserveFocus) this.#view.show(true);
    else await vscode.commands.executeCommand(`${PanelView.id}.focus`);
  }

  /** `count` things wait for the person; the words are the badge's tooltip. */
  describe(description: string, badge: { count: number; words: string } | undefined): void {
    if (!this.#view) return;
    this.#view.description = description;
    this.#view.badge = badge && { value: badge.count, tooltip: badge.words };
  }
}

/** The editor's bundle may hold entries with comments; the panel needs only the words. */
function toWords(bundle: typeof vscode.l10n.bundle): Record<string, string> | undefined {
  return bundle && Object.fromEntries(Object.entries(bundle).map(([text, words]) => [text, String(words)]));
}
