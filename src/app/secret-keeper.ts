import { AgentError } from "../core/errors.ts";
import { type Block, isText, type TextBlock, text } from "../core/message.ts";
import type { Host, ShellChunk, Storage } from "../core/ports.ts";
import { CONTEXT_TAG } from "../core/row-text.ts";
import type { Secrets } from "../core/secrets.ts";
import type { Session } from "../core/session.ts";
import type { KnownSecrets } from "./known-secrets.ts";

export interface SecretSources {
  readonly host: Host;
  readonly storage: Storage;
  readonly sessionId: string;
  readonly roots: readonly string[];
  /** The variables of the process: values of those with a secret's name are replaced wherever they stand. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Our own keys, as they are now. */
  readonly ownKeys: () => readonly string[];
  /** False when the user wants to see, and send, what tools bring as it is. Our own keys are replaced all the same. */
  readonly redactsSecrets: () => boolean;
}

const isQuotation = (block: Block): block is TextBlock =>
  isText(block) && block.text.startsWith(`<${CONTEXT_TAG} `);
/** The first request is on its way by then if it is not answered sooner, and loading does not hold it up. In milliseconds. */
const HEAD_START_MS = 30;
const UNCHECKED = "[This could not be looked through for secrets, so it is left out.]";

/**
 * Hides what is secret in one conversation. What recognises it is loaded while the first request is under way; until then
 * nothing but our own words passes, and of those our own keys are taken out.
 */
export class SecretKeeper implements Secrets {
  readonly #sources: SecretSources;
  #opening: Promise<KnownSecrets> | undefined;
  #known: KnownSecrets | undefined;
  #hasFailed = false;
  #loading: Promise<void> | undefined;

  constructor(sources: SecretSources) {
    this.#sources = sources;
  }

  /** Begins to load, without anybody waiting for it. What `.env` files hold may have changed since the last turn. */
  begin(session: Session): void {
    const isFirst = this.#opening === undefined;
    this.#loading = isFirst ? this.#headStart(session).then(() => this.#load()) : this.#load();
  }

  async #headStart(session: Session): Promise<void> {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, HEAD_START_MS);
    const stop = session.subscribe((event) => "live" in event && resolve());
    await begun;
    clearTimeout(timer);
    stop();
  }

  ready(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** The same without a head start for the first request: something that goes into it may hold secrets. */
  soon(): Promise<void> {
    if (this.#known) return this.ready();
    const loading = this.#load();
    this.#loading ??= loading;
    return loading;
  }

  async #load(): Promise<void> {
    this.#opening ??= import("./known-secrets.ts").then((late) => late.KnownSecrets.open(this.#sources));
    try {
      this.#known = await this.#opening;
      this.#hasFailed = false;
      await this.#known.look();
    } catch {
      this.#hasFailed = true;
      this.#opening = undefined;
    }
  }

  hide(text: string): string {
    if (this.#hasFailed) return UNCHECKED;
    try {
      if (this.#known) return this.#known.hide(text);
    } catch {
      return UNCHECKED;
    }
    const own = this.#sources.ownKeys().filter(Boolean);
    return own.reduce((result, key) => result.replaceAll(key, "[REDACTED]"), text);
  }

  restore(text: string, held: string): string {
    return this.#loaded().restore(text, held);
  }

  #loaded(): KnownSecrets {
    if (this.#known) return this.#known;
    throw new AgentError("failed", "What recognises secrets could not be loaded.");
  }

  /** A message whose quotations (of files, of changes) are without secrets; what a person typed stays. Never rejects. */
  async withoutAttached(content: readonly Block[]): Promise<readonly Block[]> {
    if (!content.some(isQuotation)) return content;
    await this.ready();
    return content.map((block) => (isQuotation(block) ? text(this.hide(block.text)) : block));
  }

  /** Never rejects. */
  async warn(typed: string, session: Session): Promise<void> {
    await this.ready();
    try {
      this.#known?.warn(typed, session);
    } catch {
      // The conversation was closed meanwhile.
    }
  }

  /**
   * The host as tools get it: what commands print has no secrets in it, and what `.env` files hold is remembered. No text of a
   * file is handed out before its secrets can be told from the rest: what changed in files is said before the first call.
   */
  guarded(host: Host): Host {
    return {
      ...host,
      documents: {
        ...host.documents,
        open: async (path, signal) => {
          const file = await host.documents.open(path, signal);
          await this.ready();
          this.#known?.opened(path, file.text);
          return file;
        },
      },
      web: {
        get: async (url, signal) => {
          this.#known?.refuseAddress(url);
          return host.web.get(url, signal);
        },
      },
      shell: { ...host.shell, run: (...args) => this.#printed(host.shell.run(...args)) },
    };
  }

  async *#printed(chunks: AsyncIterable<ShellChunk>): AsyncGenerator<ShellChunk, void> {
    yield* this.#loaded().printed(chunks);
  }
}
