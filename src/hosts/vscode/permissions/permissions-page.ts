import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { toAgentError } from "../../../core/errors.ts";
import { MODES } from "../../../core/mode.ts";
import {
  HostToPage,
  type PageRule,
  type PageTarget,
  PageToHost,
  type PageWaiting,
} from "../../../protocol/permissions-page.ts";
import { receive } from "../../../protocol/view.ts";
import type { Chats } from "../chats.ts";
import { panelHtml } from "../panel-html.ts";
import type { DeskRule, RuleDesk } from "./desk.ts";
import { addSettingRule, changeSettingRule, isSettingRule } from "./setting-rules.ts";

const EDITOR_SETTINGS = "editor";

export interface PageParts {
  readonly extensionUri: vscode.Uri;
  readonly chats: Chats;
  readonly log: vscode.LogOutputChannel;
  readonly mayBypass: () => boolean;
}

/**
 * The page of rules in the editor area. It may only ask: what it names is looked up in the list it was shown last, so a page that
 * went wrong can change nothing but what a person sees on it.
 */
export class PermissionsPage {
  readonly #parts: PageParts;
  #panel: vscode.WebviewPanel | undefined;
  #rules = new Map<string, DeskRule>();
  #listed = 0;
  #leave: vscode.Disposable[] = [];

  constructor(parts: PageParts) {
    this.#parts = parts;
  }

  /** Shows the page, or brings it to the front. */
  open(): void {
    if (this.#panel) return this.#panel.reveal();
    const panel = vscode.window.createWebviewPanel(
      "plumb.permissions",
      vscode.l10n.t("Permissions"),
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        enableForms: false,
        enableCommandUris: false,
        localResourceRoots: [vscode.Uri.joinPath(this.#parts.extensionUri, "dist", "page")],
      },
    );
    this.#panel = panel;
    panel.iconPath = new vscode.ThemeIcon("shield");
    const take = receive(
      PageToHost,
      (message) => void this.#attempt(() => this.#act(message)),
      (why) => this.#parts.log.warn(`The page of rules sent what is not understood: ${why}`),
    );
    this.#leave = [
      panel.webview.onDidReceiveMessage(take),
      this.#parts.chats.onDidSwitch(() => void this.tell()),
      this.#parts.chats.onDidHappen((event) => {
        if ("durable" in event && ["rules", "mode"].includes(event.durable.type)) void this.tell();
      }),
      panel.onDidChangeViewState(() => {
        if (panel.visible) void this.tell();
      }),
      panel.onDidDispose(() => this.#closed()),
    ];
    panel.webview.html = this.#html(panel.webview);
  }

  /** What it shows has changed elsewhere. Never rejects. */
  tell(): Promise<void> {
    return this.#attempt(() => this.#list());
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #closed(): void {
    for (const one of this.#leave.splice(0)) one.dispose();
    this.#panel = undefined;
    this.#rules.clear();
  }

  #html(webview: vscode.Webview): string {
    const uriOf = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.#parts.extensionUri, "dist", "page", name)).toString();
    const words = vscode.l10n.bundle;
    return panelHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString("base64url"),
      scriptUri: uriOf("main.js"),
      sharedUri: undefined,
      styleUri: uriOf("main.css"),
      language: vscode.env.language,
      translations:
        words && Object.fromEntries(Object.entries(words).map(([text, own]) => [text, String(own)])),
      loading: vscode.l10n.t("Reading the rules…"),
    });
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const { message } = toAgentError(thrown);
      this.#parts.log.warn(message);
      this.#send({ type: "failed", message });
    }
  }

  #send(message: HostToPage): void {
    void this.#panel?.webview.postMessage(HostToPage.parse(message));
  }

  async #desk(): Promise<RuleDesk> {
    return (await this.#parts.chats.ready()).ruleDesk();
  }

  async #act(message: PageToHost): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.#list();
      case "problem":
        return this.#parts.log.warn(message.message);
      case "openRule": {
        const file = this.#rules.get(message.id)?.file;
        return file && openAt(file.path, file.line);
      }
      case "openWaiting": {
        const { permissions } = await this.#parts.chats.ready();
        const isShown = permissions.waiting.some(({ file }) => file.path === message.path);
        return isShown ? openAt(message.path, 1) : undefined;
      }
      case "change":
        return this.#change(message.id, message.to);
      case "add":
        return this.#add(message);
      case "approve": {
        const { permissions } = await this.#parts.chats.ready();
        await permissions.approve(message.path, message.shown);
        return this.#list();
      }
      case "try": {
        const { kind, text, mode, requestId } = message;
        const tried = await (await this.#desk()).explain({ kind, text, mode });
        return this.#send({ type: "tried", requestId, tried: toTried(tried) });
      }
      case "export":
        return void (await vscode.commands.executeCommand("plumb.exportDecisions"));
      default:
        return message satisfies never;
    }
  }

  async #change(id: string, to: string | undefined): Promise<void> {
    const rule = this.#rules.get(id);
    const desk = await this.#desk();
    if (!rule) return this.#list();
    if (isSettingRule(rule)) {
      if (to !== undefined) desk.check({ verdict: rule.verdict, text: to });
      await changeSettingRule(rule, to);
    } else await desk.change(rule, to);
    await this.#list();
  }

  async #add({ target, verdict, text }: Extract<PageToHost, { type: "add" }>): Promise<void> {
    const desk = await this.#desk();
    desk.check({ verdict, text });
    const file = desk.files.find(({ path }) => path === target);
    if (file) await desk.write(file, { verdict, to: text.trim() });
    else if (target === EDITOR_SETTINGS) await addSettingRule(verdict, text.trim());
    await this.#list();
  }

  async #list(): Promise<void> {
    if (!this.#panel) return;
    const chat = await this.#parts.chats.ready();
    const desk = await chat.ruleDesk();
    const listed = ++this.#listed;
    const found = (await desk.list()).filter(({ state }) => state !== "waiting");
    // Another list was asked for meanwhile: only the newest one is shown.
    if (listed !== this.#listed) return;
    this.#rules = named(found);
    const modes = MODES.filter((mode) => mode !== "bypass" || this.#parts.mayBypass());
    this.#send({
      type: "rules",
      rules: [...this.#rules].map(([id, rule]) => pageRule(id, rule)),
      waiting: chat.permissions.waiting.map(
        ({ file, added, removed }): PageWaiting => ({
          ...{ path: file.path, label: file.label, added: [...added], removed: [...removed] },
        }),
      ),
      problems: [...chat.permissions.problems],
      targets: targetsOf(desk),
      modes,
      mode: chat.mode,
      isTrusted: vscode.workspace.isTrusted,
    });
  }
}

const toTried = ({
  verdict,
  because,
  targets,
  matching,
  parts,
}: Awaited<ReturnType<RuleDesk["explain"]>>) => ({
  ...{ verdict, because, targets: [...targets], matching: matching.map((one) => ({ ...one })) },
  parts: parts.map((part) => ({ ...part, reasons: [...part.reasons] })),
});

/** A rule keeps its name from list to list, so that what is clicked meanwhile is what was meant. */
function named(rules: readonly DeskRule[]): Map<string, DeskRule> {
  const all = new Map<string, DeskRule>();
  for (const rule of rules) {
    let id = JSON.stringify([rule.verdict, rule.text, rule.source]);
    while (all.has(id)) id += "+";
    all.set(id, rule);
  }
  return all;
}

function pageRule(id: string, rule: DeskRule): PageRule {
  const { verdict, text, source, file, state, warnings, use } = rule;
  return {
    ...{ id, verdict, text, source, hasFile: file !== undefined, warnings: [...warnings] },
    state: state === "waiting" ? "unknown" : state,
    canChange: state !== "broken" && !source.startsWith("managed settings") && source !== "command line",
    uses: use?.count ?? 0,
    ...(use && { lastAt: use.lastAt }),
  };
}

/** Files of the workspace only once it is trusted: nothing of it is read before. */
function targetsOf(desk: RuleDesk): PageTarget[] {
  const all: PageTarget["verdicts"] = ["allow", "ask", "deny"];
  const files = desk.files.filter(({ root }) => root === undefined || vscode.workspace.isTrusted);
  return [
    { id: EDITOR_SETTINGS, label: vscode.l10n.t("User settings of the editor"), verdicts: all },
    ...files.map(({ path, label }) => ({ id: path, label, verdicts: all })),
  ];
}

async function openAt(path: string, line: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const at = new vscode.Position(Math.max(0, Math.min(line, document.lineCount) - 1), 0);
  await vscode.window.showTextDocument(document, {
    selection: document.lineAt(at).range,
    viewColumn: vscode.ViewColumn.Beside,
  });
}
