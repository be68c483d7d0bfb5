import * as vscode from "vscode";
import { registerBeforeImages } from "./hosts/vscode/before-images.ts";
import { CODE_ACTION_KINDS, codeActions } from "./hosts/vscode/code-actions.ts";
import { COMMAND_IDS, type CommandId } from "./hosts/vscode/command-ids.ts";
import { registerBaselines } from "./hosts/vscode/hunks/baselines.ts";
import { logWithoutSecrets } from "./hosts/vscode/log-without-secrets.ts";
import { registerNotebookTexts } from "./hosts/vscode/notebooks/notebook-texts.ts";
import { PanelView } from "./hosts/vscode/panel-view.ts";
import type { PlumbWindow } from "./hosts/vscode/plumb-window.ts";
import { registerProposals } from "./hosts/vscode/proposals/proposal-files.ts";
import { windowMemory } from "./hosts/vscode/window-memory.ts";

let started: Promise<PlumbWindow> | undefined;

/** Registers, and loads nothing: everything else is imported when somebody first uses Plumb. */
export function activate(context: vscode.ExtensionContext): void {
  const before = performance.now();
  const log = logWithoutSecrets(vscode.window.createOutputChannel("Plumb", { log: true }));
  const view = new PanelView(context.extensionUri);
  const item = createStatusItem();
  // Taken now, before another extension could change it.
  const environment = {
    apiKey: process.env["ANTHROPIC_API_KEY"] || undefined,
    baseUrl: process.env["ANTHROPIC_BASE_URL"] || undefined,
  };
  const start = (): Promise<PlumbWindow> => {
    started ??= load({ context, view, item, log, environment });
    // A failed start can be tried again.
    started.catch(() => {
      started = undefined;
    });
    return started;
  };
  context.subscriptions.push(
    log,
    item,
    vscode.window.registerWebviewViewProvider(PanelView.id, view),
    view.onDidShow(() => void attempt(log, start)),
    vscode.languages.registerCodeActionsProvider({ scheme: "file" }, codeActions, CODE_ACTION_KINDS),
    registerBeforeImages(async (hash) => (await start()).readBlob(hash)),
    registerBaselines(async (path) => (await start()).hunks.baseline(path)),
    registerNotebookTexts({
      baseline: async (path) => (await start()).hunks.baseline(path),
      blob: async (hash) => (await start()).readBlob(hash),
    }),
    registerProposals(async () => (await start()).proposals),
    vscode.commands.registerCommand("plumb.showLog", () => log.show()),
    vscode.commands.registerCommand("plumb.openWalkthrough", openWalkthrough),
    ...COMMAND_IDS.map((id) =>
      vscode.commands.registerCommand(id, (...args: unknown[]) => attempt(log, () => run(id, start, args))),
    ),
  );
  // A card or an edit waited when the window closed: it is put on the table again without waiting for the panel.
  if (windowMemory(context).isWaiting) void attempt(log, async () => (await start()).chats.ready());
  log.info(`Activated in ${(performance.now() - before).toFixed(1)} ms.`);
}

/** The editor gives about five seconds: what runs is stopped, what is not written is written. */
export async function deactivate(): Promise<void> {
  const window = await started?.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 4500);
  });
  await Promise.race([window?.close(), tooLate]);
  clearTimeout(timer);
}

type Parts = Omit<Parameters<typeof import("./hosts/vscode/start-window.ts").startWindow>[0], "engine">;

async function load(parts: Parts): Promise<PlumbWindow> {
  const [{ startWindow }, { engine }] = await Promise.all([
    import("./hosts/vscode/start-window.ts"),
    import("./extension-engine.ts"),
  ]);
  return startWindow({ ...parts, engine });
}

async function run(
  id: CommandId,
  start: () => Promise<PlumbWindow>,
  args: readonly unknown[],
): Promise<unknown> {
  const [plumb, { commands }] = await Promise.all([start(), import("./hosts/vscode/commands.ts")]);
  return commands[id](plumb, ...args);
}

async function attempt(log: vscode.LogOutputChannel, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const { showProblem } = await import("./hosts/vscode/problems.ts");
    void showProblem(thrown, log);
  }
}

function createStatusItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem("plumb.status", vscode.StatusBarAlignment.Right, 100);
  item.name = "Plumb";
  item.text = "$(triangle-down) Plumb";
  item.tooltip = vscode.l10n.t("Open Plumb");
  item.command = "plumb.open";
  item.show();
  return item;
}

const openWalkthrough = (): Thenable<unknown> =>
  vscode.commands.executeCommand("workbench.action.openWalkthrough", "plumb.plumb#plumb.start", false);
