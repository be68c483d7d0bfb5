import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type * as vscode from "vscode";
import { replaceFile } from "../node/atomic-write.ts";

const WINDOW_KEY = "plumb.window";

/** A window that nobody has opened for so long has been closed for good. */
const FORGET_AFTER_MS = 90 * 24 * 60 * 60_000;

interface State {
  readonly draft: string;
  readonly isInTour: boolean;
  readonly isWaiting: boolean;
  readonly sessionId: string | undefined;
  readonly drafts: readonly KeptDraft[];
}
/** What the user made of a proposed edit that still waits: where its text is. */
export interface KeptDraft {
  readonly name: string;
  /** SHA-256 of the text: the blob it is in. */
  readonly blob: string;
}
const KEYS = ["draft", "isInTour", "isWaiting", "sessionId", "drafts"] as const;
const NAME = /^window-[\w-]{1,64}\.json$/;
const NOTHING: State = { draft: "", isInTour: false, isWaiting: false, sessionId: undefined, drafts: [] };

/**
 * What a window remembers across reloads, beside the conversations themselves. It is a file of its own, because the
 * editor writes its state only after a pause, and in a browser a reload does not wait for that: a conversation begun
 * a moment ago would be forgotten. The editor's state merely holds the window's number.
 */
export class WindowMemory {
  readonly #folder: string;
  readonly #path: string;
  #state: State;
  #writing: Promise<void> | undefined;
  #isStale = false;

  /** `folder` need not exist yet. */
  constructor(memento: Pick<vscode.Memento, "get" | "update">, folder: string) {
    const known = memento.get<unknown>(WINDOW_KEY);
    const id = typeof known === "string" && /^[\w-]{1,64}$/.test(known) ? known : randomUUID();
    if (id !== known) void memento.update(WINDOW_KEY, id);
    this.#folder = folder;
    this.#path = join(this.#folder, `window-${id}.json`);
    this.#state = read(this.#path);
  }

  /** What is typed and not sent. */
  get draft(): string {
    return this.#state.draft;
  }
  keepDraft(draft: string): Promise<void> {
    return this.#keep({ draft });
  }

  /** True while the window is in the tour. */
  get isInTour(): boolean {
    return this.#state.isInTour;
  }
  keepInTour(isInTour: boolean): Promise<void> {
    return this.#keep({ isInTour });
  }

  /** True while a card or an edit waits, so that the next start brings it back without waiting for the panel. */
  get isWaiting(): boolean {
    return this.#state.isWaiting;
  }
  keepWaiting(isWaiting: boolean): Promise<void> {
    return this.#keep({ isWaiting });
  }

  /** The conversation that was open. */
  get sessionId(): string | undefined {
    return this.#state.sessionId;
  }
  keepSessionId(sessionId: string): Promise<void> {
    return this.#keep({ sessionId });
  }

  /** Oldest first. */
  get drafts(): readonly KeptDraft[] {
    return this.#state.drafts;
  }
  keepDrafts(drafts: readonly KeptDraft[]): Promise<void> {
    const isSame = drafts.length === 0 && this.#state.drafts.length === 0;
    return isSame ? Promise.resolve() : this.#keep({ drafts });
  }

  /** Resolves once it is on the disk. Asked with every event and every key, so only what is new is written. */
  async #keep(change: Partial<State>): Promise<void> {
    const next = { ...this.#state, ...change };
    if (KEYS.every((key) => next[key] === this.#state[key])) return this.#writing;
    this.#state = next;
    this.#isStale = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** Never rejects: a full disk is told by what must not be lost, and this merely saves a click. */
  async #write(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await mkdir(this.#folder, { recursive: true });
        const bytes = Buffer.from(JSON.stringify(this.#state));
        await replaceFile(this.#path, bytes, { mode: 0o600, sync: false });
      } catch {
        return;
      }
    }
  }

  /** Removes what windows left behind that were never opened again. */
  async forgetOthers(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter((other) => NAME.test(other))) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found && Date.now() - found.mtimeMs > FORGET_AFTER_MS) await rm(path, { force: true });
    }
  }
}

/** The memory of the window that an extension was started in. */
export const windowMemory = (context: vscode.ExtensionContext): WindowMemory =>
  new WindowMemory(context.workspaceState, (context.storageUri ?? context.globalStorageUri).fsPath);

function read(path: string): State {
  try {
    const { draft, isInTour, isWaiting, sessionId, drafts }: Record<string, unknown> = JSON.parse(
      readFileSync(path, "utf8"),
    );
    return {
      draft: typeof draft === "string" ? draft : "",
      isInTour: isInTour === true,
      isWaiting: isWaiting === true,
      sessionId: typeof sessionId === "string" ? sessionId : undefined,
      drafts: Array.isArray(drafts) ? drafts.filter(isKeptDraft) : [],
    };
  } catch {
    // A new window, or a file that somebody damaged: it starts afresh.
    return NOTHING;
  }
}

const isKeptDraft = (value: unknown): value is KeptDraft =>
  typeof value === "object" &&
  value !== null &&
  "name" in value &&
  typeof value.name === "string" &&
  "blob" in value &&
  typeof value.blob === "string";
