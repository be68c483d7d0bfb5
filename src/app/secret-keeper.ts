import { AgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import type { Host, Paths, ShellChunk, Storage } from "../core/ports.ts";
import type { Secrets } from "../core/secrets.ts";
import type { Session } from "../core/session.ts";
import type { engine, Redactor } from "../safety/redact/engine.ts";

type Engine = typeof engine;

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

const KEY_DOCUMENT = "marks";
const UNCHECKED = "[This could not be looked through for secrets, so it is left out.]";
/** Files of this kind are small; what is larger is something else. */
const MOST_BYTES = 256 * 1024;
const MOST_FILES = 20;
const IS_DOT_ENV = /^\.env(?:\.[\w.-]+)?$/i;
const IS_EXAMPLE = /\.(?:example|sample|template|dist|defaults?)$/i;

const isDotEnv = (path: string, paths: Paths): boolean => {
  const name = paths.basename(path);
  return IS_DOT_ENV.test(name) && !IS_EXAMPLE.test(name);
};

/**
 * Knows what is secret in one conversation, and hides it. What recognises secrets is loaded while the first request is
 * under way; until then nothing but our own words passes, and of those our own keys are taken out.
 */
export class SecretKeeper implements Secrets {
  readonly #sources: SecretSources;
  readonly #values = new Set<string>();
  /** What placeholders stand for, by their marks; in memory only. */
  readonly #issued = new Map<string, Set<string>>();
  #engine: Engine | undefined;
  #hasFailed = false;
  #loading: Promise<void> | undefined;
  #reading: ReturnType<typeof readKey> | undefined;
  #mark: ((text: string) => string) | undefined;
  #made: { readonly key: string; readonly redactor: () => Redactor } | undefined;

  constructor(sources: SecretSources) {
    this.#sources = sources;
  }

  /** Begins to load, without anybody waiting for it. What `.env` files hold may have changed since the last turn. */
  begin(): void {
    this.#loading = this.#load();
  }

  ready(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      const [{ engine }, key] = await Promise.all([import("../safety/redact/engine.ts"), this.#key()]);
      this.#mark ??= engine.markerFor(key ?? engine.randomKey(), this.#sources.sessionId);
      this.#engine = engine;
      for (const value of engine.secretValues(this.#sources.environment)) this.#values.add(value);
      await this.#readDotEnvs();
    } catch {
      this.#hasFailed = this.#engine === undefined;
    }
  }

  /** Asked for once, or two that begin at the same time would each make one. */
  #key(): ReturnType<typeof readKey> {
    this.#reading ??= readKey(this.#sources.storage);
    return this.#reading;
  }

  async #readDotEnvs(): Promise<void> {
    if (!this.#sources.redactsSecrets()) return;
    const { host, roots } = this.#sources;
    const signal = AbortSignal.timeout(2_000);
    const look = async (root: string): Promise<void> => {
      const names = (await host.fs.list(root, signal)).filter(
        ({ name, isDirectory }) => !isDirectory && isDotEnv(host.paths.join(root, name), host.paths),
      );
      await Promise.all(
        names.slice(0, MOST_FILES).map(async ({ name }) => {
          const path = host.paths.join(root, name);
          const { kind, sizeBytes } = await host.fs.stat(path);
          if (kind !== "file" || sizeBytes > MOST_BYTES) return;
          this.learn(new TextDecoder().decode(await host.fs.read(path, signal)));
        }),
      );
    };
    // A file that cannot be read here cannot be read by a tool either; what is in it is looked for by its form.
    await Promise.allSettled(roots.map(look));
  }

  /** From now on what is secret in this `.env` file is replaced wherever it stands. */
  learn(dotEnv: string): void {
    if (!this.#engine) return;
    for (const value of this.#engine.dotEnvSecrets(dotEnv)) this.#values.add(value);
  }

  hide(text: string): string {
    if (this.#hasFailed) return UNCHECKED;
    const redactor = this.stream();
    if (redactor) return redactor.push(text) + redactor.end();
    let result = text;
    for (const key of this.#sources.ownKeys().filter(Boolean)) result = result.replaceAll(key, "[REDACTED]");
    return result;
  }

  /** For a text that comes in pieces; undefined while nothing is loaded. */
  stream(): Redactor | undefined {
    const { ownKeys, redactsSecrets } = this.#sources;
    const isOn = redactsSecrets();
    const { hash } = this;
    if (!this.#engine || !hash) return undefined;
    const own = ownKeys();
    const key = `${isOn} ${this.#values.size} ${own.join(" ")}`;
    if (this.#made?.key !== key) {
      const make = isOn ? this.#engine.createRedaction : this.#engine.createLiteralRedaction;
      const known = isOn ? [...own, ...this.#values] : own;
      this.#made = { key, redactor: make(known, this.#engine.sayWith(hash)) };
    }
    return this.#made.redactor();
  }

  /** The mark of a secret; what it stands for is remembered. */
  get hash(): ((secret: string) => string) | undefined {
    const mark = this.#mark;
    return mark && ((secret) => this.#remember(mark(secret), secret));
  }

  #remember(mark: string, secret: string): string {
    const known = this.#issued.get(mark) ?? new Set();
    this.#issued.set(mark, known.add(secret));
    return mark;
  }

  restore(text: string, held: string): string {
    if (!this.#engine) {
      if (!text.includes("[REDACTED:")) return text;
      throw new AgentError(
        "failed",
        "What recognises secrets could not be loaded, so nothing can be put in their place.",
      );
    }
    const { PLACEHOLDER, showsCharacters } = this.#engine;
    const characters = showsCharacters(text, held);
    // So that what stands in this very text is known, also when it was shown before the window was closed.
    if (characters.search(PLACEHOLDER) >= 0) this.hide(held);
    return characters.replaceAll(PLACEHOLDER, (placeholder: string, mark: string) => {
      if (held.includes(placeholder)) return placeholder;
      const fits = [...(this.#issued.get(mark) ?? [])].filter((secret) => held.includes(secret));
      const [only, ...more] = fits;
      if (only !== undefined && more.length === 0) return only;
      throw new AgentError(
        "invalid_input",
        `${placeholder} stands for a secret you are not shown, and this file ${more.length > 0 ? "holds several that it could be" : "does not hold it"}. Nothing was changed. Quote text around it instead, or name a variable the secret can be read from.`,
      );
    });
  }

  /** Says so when what a person typed holds a secret: it is sent as it is, because it may be meant to be. Never rejects. */
  async warn(typed: string, session: Session): Promise<void> {
    await this.ready();
    if (this.#hasFailed || this.hide(typed) === typed) return;
    const text =
      "Your message holds what looks like a secret. It is sent to the model, and kept in the chat, as you typed it.";
    try {
      session.append(MAIN, { type: "notice", kind: "warning", text });
    } catch {
      // The conversation was closed meanwhile.
    }
  }

  /** The host as tools get it: what commands print has no secrets in it, and what `.env` files hold is remembered. */
  guarded(host: Host): Host {
    return {
      ...host,
      documents: {
        ...host.documents,
        open: async (path, signal) => {
          const file = await host.documents.open(path, signal);
          if (isDotEnv(path, host.paths) && file.text.length <= MOST_BYTES) this.learn(file.text);
          return file;
        },
      },
      shell: { ...host.shell, run: (...args) => this.#printed(host.shell.run(...args)) },
    };
  }

  async *#printed(chunks: AsyncIterable<ShellChunk>): AsyncGenerator<ShellChunk, void> {
    const redactor = this.stream();
    if (!redactor) throw new AgentError("failed", UNCHECKED);
    try {
      for await (const chunk of chunks) {
        const text = chunk.type === "output" ? redactor.push(chunk.text) : redactor.end();
        if (text !== "") yield { type: "output", text };
        if (chunk.type === "exit") yield chunk;
      }
    } catch (thrown) {
      // What had no line end yet was printed all the same.
      const rest = redactor.end();
      if (rest !== "") yield { type: "output", text: rest };
      throw thrown;
    }
  }
}

/** The key of the marks is the user's, beside the logs and not in them: who finds a log cannot try guesses with it. */
async function readKey(storage: Storage): Promise<readonly [number, number] | undefined> {
  try {
    const known = /^\{"key":\[(-?\d{1,10}),(-?\d{1,10})\]\}$/.exec(
      (await storage.readDocument(KEY_DOCUMENT)) ?? "",
    );
    if (known) return [Number(known[1]), Number(known[2])];
    const { engine } = await import("../safety/redact/engine.ts");
    const key = engine.randomKey();
    await storage.writeDocument(KEY_DOCUMENT, JSON.stringify({ key }));
    return key;
  } catch {
    return undefined;
  }
}
