import * as vscode from "vscode";
import type { Accounts } from "./accounts.ts";
import type { Chats } from "./chats.ts";

interface Parts {
  readonly chats: Chats;
  readonly accounts: Accounts;
  /** Brings the panel to the front, with the cursor in the message. */
  readonly reveal: () => Promise<void>;
  /** How often a person wanted to see something of the panel: the last wish counts. */
  readonly wishes: () => number;
}

/** From one conversation to another, and into the tour and out of it. Leaving one that works is asked first. */
export class Switching {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async newChat(): Promise<void> {
    if (!(await this.#mayLeave())) return;
    await this.#parts.chats.newChat();
  }

  /** A new chat with the cursor in its message, unless the person wanted to see something else meanwhile. */
  async beginChat(): Promise<void> {
    const { wishes, reveal } = this.#parts;
    const before = wishes();
    await this.newChat();
    if (before === wishes()) await reveal();
  }

  async openSession(id: string): Promise<void> {
    const { chats } = this.#parts;
    if (chats.current?.session.id !== id && !(await this.#mayLeave())) return;
    await chats.openSession(id);
  }

  async startTour(): Promise<void> {
    const { accounts, chats, reveal } = this.#parts;
    if (accounts.isTour || !(await this.#mayLeave())) return;
    await accounts.startTour();
    await chats.newChat();
    await reveal();
  }

  async leaveTour(): Promise<void> {
    const { accounts, chats } = this.#parts;
    if (!accounts.isTour || !(await this.#mayLeave())) return;
    await accounts.leaveTour();
    await chats.newChat();
  }

  /** Leaving a conversation stops it, so that is asked first. */
  async #mayLeave(): Promise<boolean> {
    if (!this.#parts.chats.current?.isRunning) return true;
    const stop = vscode.l10n.t("Stop and Leave");
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t("Plumb is still working in this chat."),
      { modal: true, detail: vscode.l10n.t("It will be stopped. You can come back and continue later.") },
      stop,
    );
    return chosen === stop;
  }
}
