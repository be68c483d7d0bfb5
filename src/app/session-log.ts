import { AgentError } from "../core/errors.ts";
import type { AgentEvent } from "../core/event.ts";
import type { LogFile, Storage } from "../core/ports.ts";
import { decodeSession, encodeRecord, type SessionFile } from "./session-file.ts";

export interface Past {
  readonly events: readonly AgentEvent[];
  /** Why this session can be read but not continued, in words; undefined when it can. */
  readonly readOnlyBecause: string | undefined;
  /** Records that cannot be read; they stay in the file as they are. */
  readonly damaged: number;
}

/**
 * A session on disk. The file comes into being with the first prompt, so that looking at an empty chat leaves
 * nothing behind; what is appended before that waits in memory.
 */
export class SessionLog {
  readonly id: string;
  readonly #storage: Storage;
  #file: LogFile | undefined;
  #opening: Promise<void> | undefined;
  #waiting: string[] = [];
  #readOnlyBecause: string | undefined;
  #isEnded = false;

  constructor(storage: Storage, id: string) {
    this.#storage = storage;
    this.id = id;
  }

  get isWriting(): boolean {
    return this.#file !== undefined;
  }

  /** Reads an existing session and takes its lock. Without the lock it can still be read. */
  async load(): Promise<Past> {
    const first = decodeSession(await this.#storage.readLog(this.id));
    if (first.isNewer) return this.#readOnly(first, "It was written by a newer version of Plumb.");
    try {
      this.#file = await this.#storage.openLog(this.id);
    } catch (thrown) {
      if (thrown instanceof AgentError && thrown.kind === "locked") {
        return this.#readOnly(first, "Another window or terminal is writing it.");
      }
      throw thrown;
    }
    // Once more under the lock: its last writer may have appended since.
    const session = decodeSession(await this.#storage.readLog(this.id));
    if (session.isTorn) this.#file.cutTornTail();
    return { events: session.events, readOnlyBecause: undefined, damaged: session.damaged };
  }

  #readOnly({ events, damaged }: SessionFile, readOnlyBecause: string): Past {
    this.#readOnlyBecause = readOnlyBecause;
    return { events, readOnlyBecause, damaged };
  }

  /** Creates the file if there is none yet. Rejects with `locked` or `storage`. */
  open(): Promise<void> {
    if (this.#file) return Promise.resolve();
    this.#opening ??= this.#create().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #create(): Promise<void> {
    this.#refuseReadOnly();
    const file = await this.#storage.openLog(this.id);
    for (const line of this.#waiting.splice(0)) file.append(line);
    this.#file = file;
  }

  /** Throws `storage` when the record cannot be written, and `locked` when the session is read-only. */
  readonly write = (event: AgentEvent): void => {
    if (this.#isEnded) return;
    this.#refuseReadOnly();
    const line = encodeRecord(event);
    if (this.#file) this.#file.append(line);
    else this.#waiting.push(line);
  };

  /** From now on nothing is written, at once: what a stop leads to does not belong to the conversation. */
  end(): void {
    this.#isEnded = true;
  }

  #refuseReadOnly(): void {
    if (this.#readOnlyBecause !== undefined) throw new AgentError("locked", this.#readOnlyBecause);
  }

  flush(): Promise<void> {
    return this.#file?.flush() ?? Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => undefined);
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
