import * as vscode from "vscode";
import { AgentError, toAgentError } from "../../core/errors.ts";
import type { AgentEvent } from "../../core/event.ts";
import type { LiveEvent } from "../../core/live-event.ts";
import type { ModelProvider } from "../../core/model.ts";
import type { Storage } from "../../core/ports.ts";
import type { SessionSummary } from "../../protocol/view.ts";
import type { Chat } from "./engine.ts";
import type { WindowMemory } from "./window-memory.ts";

/** Opens a conversation: an existing one by its id, or a new one. */
export type OpenChat = (sessionId: string | undefined) => Promise<Chat>;

export type ChatEvent = { readonly durable: AgentEvent } | { readonly live: LiveEvent };

/** After a reload the process before us may still be letting go of the session. */
const LOCK_RETRIES_MS = [300, 700, 1500, 3000];

/** The one conversation this window has open, and the way to the others. Opening and closing never overlap. */
export class Chats {
  readonly #open: OpenChat;
  readonly #storage: Storage;
  readonly #list: (storage: Storage) => Promise<readonly SessionSummary[]>;
  readonly #memory: WindowMemory;
  readonly #switched = new vscode.EventEmitter<Chat>();
  readonly #happened = new vscode.EventEmitter<ChatEvent>();
  readonly #running = new vscode.EventEmitter<boolean>();
  #chat: Chat | undefined;
  #restoring: Promise<Chat> | undefined;
  #line: Promise<unknown> = Promise.resolve();
  #leave: (() => void)[] = [];

  constructor(parts: {
    open: OpenChat;
    storage: Storage;
    list: (storage: Storage) => Promise<readonly SessionSummary[]>;
    memory: WindowMemory;
  }) {
    this.#open = parts.open;
    this.#storage = parts.storage;
    this.#list = parts.list;
    this.#memory = parts.memory;
  }

  get onDidSwitch(): vscode.Event<Chat> {
    return this.#switched.event;
  }
  get onDidHappen(): vscode.Event<ChatEvent> {
    return this.#happened.event;
  }
  get onDidChangeRunning(): vscode.Event<boolean> {
    return this.#running.event;
  }

  /** The open conversation, if there is one already. */
  get current(): Chat | undefined {
    return this.#chat;
  }

  /** The open conversation; the first call brings back the one from before the window was closed. */
  ready(): Promise<Chat> {
    if (this.#chat) return Promise.resolve(this.#chat);
    this.#restoring ??= this.#inLine(() => this.#restore()).finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  async #restore(): Promise<Chat> {
    // Whoever was before us in the line may have opened one: opening it twice would close it under its user.
    if (this.#chat) return this.#chat;
    const last = this.#memory.sessionId;
    const chat = last === undefined ? undefined : await this.#openKnown(last);
    const found = await this.#enter(chat ?? (await this.#open(undefined)));
    if (found.readOnlyBecause !== undefined) void this.#retryLock(found.session.id);
    return found;
  }

  async #openKnown(id: string): Promise<Chat | undefined> {
    try {
      return await this.#open(id);
    } catch (thrown) {
      if (toAgentError(thrown).kind === "not_found") return undefined;
      throw thrown;
    }
  }

  async #retryLock(id: string): Promise<void> {
    for (const ms of LOCK_RETRIES_MS) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (this.#chat?.session.id !== id || this.#chat.readOnlyBecause === undefined) return;
      await this.#inLine(async () => {
        const chat = await this.#openKnown(id);
        if (!chat || chat.readOnlyBecause !== undefined) return chat?.close();
        await this.#enter(chat);
      });
    }
  }

  newChat(): Promise<Chat> {
    return this.#inLine(async () => this.#enter(await this.#open(undefined)));
  }

  openSession(id: string): Promise<Chat> {
    return this.#inLine(async () => {
      // One that could only be read is opened again: whoever had it may have let go of it.
      if (this.#chat?.session.id === id && this.#chat.readOnlyBecause === undefined) return this.#chat;
      return this.#enter(await this.#open(id));
    });
  }

  list(): Promise<readonly SessionSummary[]> {
    return this.#list(this.#storage);
  }

  /** Deletes a conversation for good; deleting the open one begins a new one. */
  async remove(id: string): Promise<void> {
    const entry = (await this.list()).find((session) => session.id === id);
    const isOpen = this.#chat?.session.id === id;
    if (entry?.isLocked && !isOpen)
      throw new AgentError("locked", vscode.l10n.t("This conversation is open elsewhere."));
    if (isOpen) await this.newChat();
    await this.#storage.removeLog(id);
  }

  /** The conversation's log as it stands on the disk. */
  readLog(id: string): Promise<string> {
    return this.#storage.readLog(id);
  }

  async close(): Promise<void> {
    await this.#inLine(() => this.#leaveCurrent());
    this.#switched.dispose();
    this.#happened.dispose();
    this.#running.dispose();
  }

  async #enter(chat: Chat): Promise<Chat> {
    await this.#leaveCurrent();
    this.#chat = chat;
    this.#leave = [
      chat.session.subscribe((event) => this.#happened.fire(event)),
      chat.onRunning((isRunning) => this.#running.fire(isRunning)),
    ];
    await this.#memory.keepSessionId(chat.session.id);
    this.#switched.fire(chat);
    return chat;
  }

  async #leaveCurrent(): Promise<void> {
    const chat = this.#chat;
    this.#chat = undefined;
    for (const leave of this.#leave.splice(0)) leave();
    await chat?.close();
  }

  /** Resolves once what was asked for so far is done: no other conversation comes of it any more. Never rejects. */
  async settled(): Promise<void> {
    await this.#line;
  }

  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work);
    this.#line = result.catch(() => undefined);
    return result;
  }
}

/** A provider that asks anew who is signed in for every request, so that signing in helps the open conversation. */
export function currentProvider(find: () => Promise<ModelProvider>): ModelProvider {
  return {
    id: "anthropic",
    async *stream(request, signal, onSent) {
      yield* (await find()).stream(request, signal, onSent);
    },
    warm: async (request, signal) => (await find()).warm?.(request, signal),
    countTokens: async (request, signal) => (await find()).countTokens?.(request, signal),
    models: async (signal) => (await find()).models(signal),
    canSign: async (model) => (await (await find()).canSign?.(model)) === true,
  };
}
