import type * as vscode from "vscode";

/** What a window remembers across reloads, beside the conversations themselves. */
export class WindowMemory {
  readonly #memento: vscode.Memento;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  /** What is typed and not sent. */
  get draft(): string {
    const draft = this.#memento.get<unknown>("plumb.draft");
    return typeof draft === "string" ? draft : "";
  }
  keepDraft(text: string): Thenable<void> {
    return this.#memento.update("plumb.draft", text === "" ? undefined : text);
  }

  /** True while the window is in the tour. */
  get isInTour(): boolean {
    return this.#memento.get("plumb.tour") === true;
  }
  keepInTour(isSo: boolean): Thenable<void> {
    return this.#keep("plumb.tour", isSo);
  }

  /** True while a card waits, so that the next start brings it back without waiting for the panel. */
  get isWaiting(): boolean {
    return this.#memento.get("plumb.waiting") === true;
  }
  keepWaiting(isSo: boolean): Thenable<void> {
    return this.#keep("plumb.waiting", isSo);
  }

  /** The conversation that was open. */
  get sessionId(): string | undefined {
    const id = this.#memento.get<unknown>("plumb.session");
    return typeof id === "string" ? id : undefined;
  }
  keepSessionId(id: string): Thenable<void> {
    return this.#memento.update("plumb.session", id);
  }

  /** Written only when it changes: this is asked with every event. */
  #keep(key: string, isSo: boolean): Thenable<void> {
    const wasSo = this.#memento.get(key) === true;
    return wasSo === isSo ? Promise.resolve() : this.#memento.update(key, isSo || undefined);
  }
}
