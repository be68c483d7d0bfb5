import type { Attachment } from "../../protocol/view.ts";
import { addAttachments } from "./attachments.ts";
import type { WindowMemory } from "./window-memory.ts";

/** The message that is being written in this window: its text, and what menus have put beside it. */
export class Written {
  readonly #memory: WindowMemory;
  #attachments: readonly Attachment[] = [];

  constructor(memory: WindowMemory) {
    this.#memory = memory;
  }

  get attachments(): readonly Attachment[] {
    return this.#attachments;
  }
  get text(): string {
    return this.#memory.draft;
  }

  keep(text: string): Thenable<void> {
    return this.#memory.keepDraft(text);
  }

  add(attachments: readonly Attachment[]): void {
    this.#attachments = addAttachments(this.#attachments, attachments);
  }

  drop(index: number): void {
    this.#attachments = this.#attachments.filter((_, at) => at !== index);
  }

  /** It is sent: what comes now belongs to the next one. */
  async clear(): Promise<void> {
    this.#attachments = [];
    await this.keep("");
  }
}
