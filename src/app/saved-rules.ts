import * as z from "zod";
import type { Storage } from "../core/ports.ts";

/** Strict, because what else somebody wrote there (e.g. `deny`) would silently not hold. */
const RulesDocument = z.strictObject({ allow: z.array(z.string()) });
const RULES = "rules";

/** The rules that the user gave a workspace on cards. An unreadable document grants nothing. */
export class SavedRules {
  readonly #storage: Storage;
  #texts: readonly string[] = [];
  #problem: string | undefined;
  /** What could not be written: it holds for this conversation. */
  #unsaved: readonly string[] = [];
  /** Counts beginnings and ends of writing, so that what was read meanwhile is not taken for newer. */
  #writes = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** What is wrong with the document, in words. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Another window may have been told in the meantime; what is being written here is newer. True when it is different. */
  async reread(): Promise<boolean> {
    const writes = this.#writes;
    const texts = [...(await this.#read()), ...this.#unsaved];
    if (this.#writes !== writes || JSON.stringify(texts) === JSON.stringify(this.#texts)) return false;
    this.#texts = texts;
    return true;
  }

  /** They hold at once, and for later sessions once it resolves. Rejects with `storage`. */
  async add(texts: readonly string[]): Promise<void> {
    this.#texts = [...this.#texts, ...texts];
    this.#writes += 1;
    const known = await this.#read();
    await this.#write([...new Set([...known, ...texts])]);
  }

  /** `changed` is told as soon as it holds here. Rejects with `storage`. */
  async replace(from: string, to: string | undefined, changed: () => void): Promise<void> {
    const known = await this.#read();
    const replaced = known.flatMap((text) => (text === from ? (to ?? []) : text));
    this.#texts = [...new Set(replaced)];
    changed();
    await this.#write(this.#texts);
  }

  async #read(): Promise<readonly string[]> {
    try {
      const document = await this.#storage.readDocument(RULES);
      return document === undefined ? [] : RulesDocument.parse(JSON.parse(document)).allow;
    } catch {
      this.#problem =
        "The saved rules of this workspace (rules.json) cannot be read; none of them applies. The file is kept as rules-damaged.json.";
      await this.#setAside();
      return [];
    }
  }

  /** What cannot be read is kept beside the document, because the next rule that is saved replaces it. */
  async #setAside(): Promise<void> {
    const damaged = await this.#storage.readDocument(RULES).catch(() => undefined);
    if (damaged !== undefined)
      await this.#storage.writeDocument(`${RULES}-damaged`, damaged).catch(() => undefined);
  }

  async #write(allow: readonly string[]): Promise<void> {
    this.#writes += 1;
    try {
      await this.#storage.writeDocument(RULES, JSON.stringify({ allow }, null, 2));
      this.#unsaved = [];
    } catch (thrown) {
      this.#unsaved = [...new Set([...this.#unsaved, ...this.#texts])];
      throw thrown;
    } finally {
      this.#writes += 1;
    }
  }
}
