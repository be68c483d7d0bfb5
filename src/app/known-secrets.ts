import { AgentError } from "../core/errors.ts";
import { MAIN } from "../core/event.ts";
import type { Host, Paths, ShellChunk, Storage } from "../core/ports.ts";
import type { Session } from "../core/session.ts";
import { dotEnvSecrets, secretValues } from "../safety/redact/literals.ts";
import { type Marker, markerFor, PLACEHOLDER, randomKey, type Say, sayWith } from "../safety/redact/marks.ts";
import { createLiteralRedaction, createRedaction, type Redactor } from "../safety/redact/redactor.ts";
import { showsCharacters } from "../safety/redact/shown-characters.ts";
import type { SecretSources } from "./secret-keeper.ts";

const KEY_DOCUMENT = "marks";
/** Files of this kind are small; what is larger is something else. */
const MOST_BYTES = 256 * 1024;
const MOST_FILES = 20;
const LOOK_MS = 2_000;
const IS_DOT_ENV = /^\.env(?:\.[\w.-]+)?$/i;
const IS_EXAMPLE = /\.(?:example|sample|template|dist|defaults?)$/i;

const isDotEnv = (path: string, paths: Paths): boolean => {
  const name = paths.basename(path);
  return IS_DOT_ENV.test(name) && !IS_EXAMPLE.test(name);
};

/** What is secret in one conversation: values that are known, and what looks like one. Loaded late. */
export class KnownSecrets {
  readonly #sources: SecretSources;
  readonly #say: Say;
  readonly #values: Set<string>;
  /** What placeholders stand for, by their marks; in memory only. */
  readonly #issued = new Map<string, Set<string>>();
  #made: { readonly key: string; readonly redactor: () => Redactor } | undefined;

  static async open(sources: SecretSources): Promise<KnownSecrets> {
    return new KnownSecrets(sources, markerFor(await readKey(sources.storage), sources.sessionId));
  }

  private constructor(sources: SecretSources, mark: Marker) {
    this.#sources = sources;
    this.#say = sayWith((secret) => this.#remember(mark(secret), secret));
    this.#values = new Set(secretValues(sources.environment));
  }

  #remember(mark: string, secret: string): string {
    const known = this.#issued.get(mark) ?? new Set();
    this.#issued.set(mark, known.add(secret));
    return mark;
  }

  /** Reads the `.env` files of the workspace as they are now. Never rejects. */
  async look(): Promise<void> {
    if (!this.#sources.redactsSecrets()) return;
    const { host, roots } = this.#sources;
    const signal = AbortSignal.timeout(LOOK_MS);
    const late = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => late.resolve(), { once: true });
    // A file that cannot be read here cannot be read by a tool either; what is in it is looked for by its form.
    const looked = Promise.allSettled(roots.map((root) => this.#lookIn(root, host, signal)));
    await Promise.race([looked, late.promise]);
  }

  async #lookIn(root: string, host: Host, signal: AbortSignal): Promise<void> {
    const names = (await host.fs.list(root, signal)).filter(
      ({ name, isDirectory }) => !isDirectory && isDotEnv(host.paths.join(root, name), host.paths),
    );
    const read = names.slice(0, MOST_FILES).map(async ({ name }) => {
      const path = host.paths.join(root, name);
      const { kind, sizeBytes } = await host.fs.stat(path);
      if (kind !== "file" || sizeBytes > MOST_BYTES) return;
      this.#learn(new TextDecoder().decode(await host.fs.read(path, signal)));
    });
    await Promise.allSettled(read);
  }

  /** From now on what is secret in this file is replaced wherever it stands, if it is a `.env` file. */
  opened(path: string, text: string): void {
    if (text.length <= MOST_BYTES && isDotEnv(path, this.#sources.host.paths)) this.#learn(text);
  }

  #learn(dotEnv: string): void {
    for (const value of dotEnvSecrets(dotEnv)) this.#values.add(value);
  }

  hide(text: string): string {
    const redactor = this.#redactor();
    return redactor.push(text) + redactor.end();
  }

  #redactor(): Redactor {
    const isOn = this.#sources.redactsSecrets();
    const own = this.#sources.ownKeys();
    const key = `${isOn} ${this.#values.size} ${own.join(" ")}`;
    if (this.#made?.key !== key) {
      const redactor = isOn
        ? createRedaction([...own, ...this.#values], this.#say)
        : createLiteralRedaction(own, this.#say);
      this.#made = { key, redactor };
    }
    return this.#made.redactor();
  }

  /** Throws `denied` for an address with a known secret in it, however it is written there. */
  refuseAddress(url: string): void {
    const written = [url, decoded(url)];
    const known = [...this.#sources.ownKeys(), ...this.#values].filter(Boolean);
    if (known.some((secret) => written.some((text) => text.includes(secret))))
      throw new AgentError("denied", "The address holds a secret of this machine, so nothing was sent.");
  }

  /** See `Secrets.restore`. */
  restore(written: string, held: string): string {
    const text = showsCharacters(written, held);
    // So that what stands in this very text is known, also when it was shown before the window was closed.
    if (text.search(PLACEHOLDER) >= 0) this.hide(held);
    return text.replaceAll(PLACEHOLDER, (placeholder: string, mark: string) => {
      if (held.includes(placeholder)) return placeholder;
      const fits = [...(this.#issued.get(mark) ?? [])].filter((secret) => held.includes(secret));
      const [only, ...more] = fits;
      if (only !== undefined && more.length === 0) return only;
      throw new AgentError(
        "invalid_input",
        `${placeholder} stands for a secret you are not shown, and ${held === "" ? "it is not filled in here" : more.length > 0 ? "this file holds several that it could be" : "this file does not hold it"}. Nothing was done. Quote text around it instead, or name a variable or file the secret can be read from.`,
      );
    });
  }

  /** Says so when what a person typed holds a secret: it is sent as it is, because it may be meant to be. */
  warn(typed: string, session: Session): void {
    if (this.hide(typed) === typed) return;
    const text =
      "Your message holds what looks like a secret. It is sent to the model, and kept in the chat, as you typed it.";
    session.append(MAIN, { type: "notice", kind: "warning", text });
  }

  /** What a command prints, as far as it may be shown: line by line, because half of a secret looks like nothing. */
  async *printed(chunks: AsyncIterable<ShellChunk>): AsyncGenerator<ShellChunk, void> {
    const redactor = this.#redactor();
    try {
      for await (const chunk of chunks) {
        if (chunk.type === "asking") {
          yield chunk;
          continue;
        }
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

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** The key of the marks is the user's, beside the logs and not in them: who finds a log cannot try guesses with it. */
async function readKey(storage: Storage): Promise<readonly [number, number]> {
  const made = randomKey();
  try {
    const document = (await storage.readDocument(KEY_DOCUMENT)) ?? "";
    const known = /^\{"key":\[(-?\d{1,10}),(-?\d{1,10})\]\}$/.exec(document);
    if (known) return [Number(known[1]), Number(known[2])];
    await storage.writeDocument(KEY_DOCUMENT, JSON.stringify({ key: made }));
  } catch {
    // Equal secrets are told apart from others in this window only.
  }
  return made;
}
