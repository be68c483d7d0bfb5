import { homedir } from "node:os";
import * as vscode from "vscode";
import { FREE } from "../../core/budget-settings.ts";
import type { Host } from "../../core/ports.ts";
import { Whereabouts } from "../../core/presence.ts";
import { lateSpending } from "../node/late-spending.ts";
import { createStorage, defaultDataDir, workspaceKey } from "../node/node-storage.ts";
import { isThere, ruleFilesHere } from "../node/rule-file-places.ts";
import { Accounts, type KeyEnvironment } from "./accounts.ts";
import { Attention } from "./attention.ts";
import { mayBypass } from "./bypass-gate.ts";
import { Chats, currentProvider } from "./chats.ts";
import type { ChatOptions, Engine } from "./engine.ts";
import type { PanelView } from "./panel-view.ts";
import { startPermissions } from "./permissions/start-permissions.ts";
import { PlumbWindow } from "./plumb-window.ts";
import { readSettings } from "./settings.ts";
import { StorageCare } from "./storage-care.ts";
import { folderPaths } from "./surroundings.ts";
import { EditorTelemetry } from "./telemetry.ts";
import { createVscodeHost } from "./vscode-host.ts";
import { windowMemory } from "./window-memory.ts";

export interface StartParts {
  readonly context: vscode.ExtensionContext;
  readonly engine: Engine;
  readonly view: PanelView;
  readonly item: vscode.StatusBarItem;
  readonly log: vscode.LogOutputChannel;
  readonly environment: KeyEnvironment;
}

/** Builds everything of this window. Called once, on first use. */
export async function startWindow(parts: StartParts): Promise<PlumbWindow> {
  const { context, engine, view, item, log, environment } = parts;
  const memory = windowMemory(context);
  void memory.forgetOthers();
  const dataDir = defaultDataDir();
  const cwd = folderPaths()[0] ?? homedir();
  const care = new StorageCare(dataDir, log);
  context.subscriptions.push(care);
  const storage = care.followed(createStorage({ dataDir, workspaceKey: workspaceKey(cwd) }));
  const version = String(context.extension.packageJSON.version);
  const host = createVscodeHost({ dataDir, version, subscriptions: context.subscriptions });
  const accounts = new Accounts(context.secrets, engine, environment);
  const provider = currentProvider(() => accounts.provider());
  const telemetry = new EditorTelemetry(log, () => memory.isInTour);
  const whereabouts = new Whereabouts({ place: "panel" });
  const chats = new Chats({
    storage,
    memory,
    list: (from) => engine.listSessions(from),
    async open(sessionId) {
      const { model, effort, defaultMode: mode, isModeChosen, maxSteps, rules } = readSettings();
      const roots = await Promise.all(folderPaths().map((path) => host.fs.canonical(path)));
      return engine.openChat({
        host,
        storage,
        provider,
        cwd: roots[0] ?? homedir(),
        roots,
        readable: await readableFolders(host, dataDir),
        version,
        isTrusted: () => vscode.workspace.isTrusted,
        whereabouts,
        // The editor's own source control does, as soon as the workspace is trusted.
        runsGit: true,
        ...changeable,
        mayBypass,
        classifier: { model: () => readSettings().classifierModel },
        model,
        effort,
        mode,
        isModeChosen,
        maxSteps,
        // The tour is a script: it has nothing to say to a reminder.
        checksBeforeFinishing: () => readSettings().checksBeforeFinishing && !memory.isInTour,
        compactAt: () => readSettings().compactAt,
        ...ownParts(dataDir, () => memory.isInTour),
        telemetry,
        rules,
        ruleFiles: ruleFilesHere({ roots, dataDir }),
        sessionId,
      });
    },
  });
  // A conversation of the tour goes on in the tour.
  if (memory.isInTour) await accounts.startTour();
  const attention = new Attention(item);
  const permissions = startPermissions({
    ...{ context, chats, log, mayBypass },
    ruleFiles: (roots) => ruleFilesHere({ roots, dataDir }),
  });
  return new PlumbWindow({
    ...{ view, chats, accounts, host, engine },
    ...{ attention, log, memory, permissions, whereabouts, telemetry },
    global: context.globalState,
  });
}

/** As the user wants it now. */
const changeable = {
  redactsSecrets: () => readSettings().redactsSecrets,
  instructions: () => readSettings().instructions,
  keepsWarm: () => readSettings().keepsWarm,
};

/** Where large outputs and background tasks leave their text for the model to read on. */
async function readableFolders(host: Host, dataDir: string): Promise<readonly string[]> {
  const real = await host.fs.canonical(dataDir);
  return ["blobs", "tasks"].map((folder) => host.paths.join(real, folder));
}

/** What is the same for every conversation of this user. The tour costs nothing. */
function ownParts(
  dataDir: string,
  isInTour: () => boolean,
): Pick<ChatOptions, "budget" | "priceOf" | "spending" | "isThere"> {
  return {
    isThere,
    budget: () => readSettings().budget,
    priceOf: (model) => (isInTour() ? FREE : readSettings().priceOf(model)),
    spending: lateSpending({ dataDir, now: Date.now }),
  };
}
