import * as vscode from "vscode";
import type { Storage } from "../../core/ports.ts";

/** Long after the window has opened: nobody waits for this, and it must not be in anybody's way. */
const FIRST_MS = 60_000;
const AGAIN_MS = 6 * 60 * 60_000;
/** After a conversation was deleted, so that deleting several collects once. */
const SOON_MS = 2_000;
/** Other windows do it as well; once in this time is enough for all of them. */
const FRESH_MS = 20 * 60 * 60_000;
const MEGABYTE = 1024 * 1024;
/** From here on it is said. */
const NEAR = 0.8;

/** Removes what no conversation needs any more, now and then, and says once when the user's folder gets large. */
export class StorageCare {
  readonly #dataDir: string;
  readonly #log: vscode.LogOutputChannel;
  #timer: NodeJS.Timeout | undefined;
  #isTold = false;
  readonly #freed = new Set<string>();

  constructor(dataDir: string, log: vscode.LogOutputChannel) {
    this.#dataDir = dataDir;
    this.#log = log;
    this.#wait(FIRST_MS, false);
  }

  /** What a deleted conversation alone needed goes with it. */
  followed(storage: Storage): Storage {
    return {
      ...storage,
      removeLog: async (id) => {
        const { namesInText } = await import("../node/garbage/references.ts");
        const log = await storage.readLog(id).catch(() => "");
        await storage.removeLog(id);
        for (const name of namesInText(log)) this.#freed.add(name);
        this.#wait(SOON_MS, true);
      },
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number, isForced: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#care(isForced), ms);
  }

  async #care(isForced: boolean): Promise<void> {
    this.#wait(AGAIN_MS, false);
    const { collectGarbage, lastCollection } = await import("../node/garbage/collect-garbage.ts");
    const { deleteAfterDays, maxMegabytes } = readLimits();
    try {
      const last = await lastCollection(this.#dataDir);
      const isFresh = last !== undefined && Math.abs(Date.now() - last.at) < FRESH_MS;
      const options = { dataDir: this.#dataDir, deleteAfterDays, freed: this.#freed };
      const now = isFresh && !isForced ? last : ((await collectGarbage(options)) ?? last);
      if (now) await this.#tellNear(now.sizeBytes / MEGABYTE, maxMegabytes);
    } catch (thrown) {
      // The next window, or tomorrow's, tries again; nothing that is needed has been removed.
      this.#log.warn(`Plumb's folder could not be cleaned up: ${String(thrown)}`);
    }
  }

  async #tellNear(megabytes: number, most: number): Promise<void> {
    if (this.#isTold || most === 0 || megabytes < most * NEAR) return;
    this.#isTold = true;
    const history = vscode.l10n.t("Show Chats");
    const settings = vscode.l10n.t("Settings");
    const message = vscode.l10n.t(
      "Plumb's chats and the texts for undoing their changes take up {0} MB of the {1} MB you allow. Delete chats you no longer need, or let old ones be deleted.",
      Math.round(megabytes),
      most,
    );
    const chosen = await vscode.window.showWarningMessage(message, history, settings);
    if (chosen === history) await vscode.commands.executeCommand("plumb.history");
    if (chosen === settings)
      await vscode.commands.executeCommand("workbench.action.openSettings", "plumb.storage");
  }
}

function readLimits(): { deleteAfterDays: number; maxMegabytes: number } {
  const settings = vscode.workspace.getConfiguration("plumb.storage");
  const count = (key: string, otherwise: number): number => {
    // A repository has no say in what is deleted.
    const value: unknown = settings.inspect(key)?.globalValue;
    return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : otherwise;
  };
  return { deleteAfterDays: count("deleteChatsAfterDays", 0), maxMegabytes: count("maxMegabytes", 1024) };
}
