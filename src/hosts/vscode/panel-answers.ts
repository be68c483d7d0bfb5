import * as vscode from "vscode";
import type { Host } from "../../core/ports.ts";
import type { Chats } from "./chats.ts";
import { pickFiles } from "./file-picks.ts";
import type { Panel } from "./panel.ts";
import { folderPaths } from "./surroundings.ts";

interface Parts {
  readonly panel: Panel;
  readonly chats: Chats;
  readonly host: Host;
}

/** What the panel asks the window for, beside the conversation itself. */
export class PanelAnswers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async tellSessions(): Promise<void> {
    const { panel, chats } = this.#parts;
    panel.send({ type: "sessions", sessions: [...(await chats.list())] });
  }

  async deleteSession(id: string): Promise<void> {
    await this.#parts.chats.remove(id);
    await this.tellSessions();
  }

  async tellFiles(query: string, requestId: number): Promise<void> {
    const { panel, host } = this.#parts;
    const signal = AbortSignal.timeout(5000);
    const files = await pickFiles(query, { host, roots: folderPaths(), signal });
    panel.send({ type: "files", requestId, files: files.map((file) => ({ ...file })) });
  }

  /** What rules on a card would cover, and whether it may give them. */
  async tellRules(callId: string, hash: string, rules: readonly string[]): Promise<void> {
    const { panel, chats } = this.#parts;
    const found = await chats.current?.checkRules(callId, hash, rules);
    const checked = found?.rules.map((rule) => ({ ...rule })) ?? [];
    const problem = found ? found.problem : vscode.l10n.t("This question is no longer open.");
    const said = { callId, hash, rules: checked, ...(problem !== undefined && { problem }) };
    panel.send({ type: "rulesChecked", ...said });
  }

  /** A card that was answered elsewhere, or whose call has changed: nothing was approved. */
  tellSettled(): void {
    const { panel } = this.#parts;
    const text = vscode.l10n.t("This question is no longer open. Nothing was decided.");
    panel.send({ type: "toast", level: "info", text });
    void panel.snapshot();
  }
}
