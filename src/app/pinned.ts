import * as z from "zod";
import type { Storage } from "../core/ports.ts";
import { comparePins, type Pin, type PinChange } from "../safety/pins.ts";

/** Strict, because what does not look like this was not written here, and approves nothing. */
const PinsDocument = z.strictObject({ pins: z.record(z.string(), z.record(z.string(), z.string())) });
const PINS = "pins";

export type Standing =
  | { readonly kind: "new" }
  | { readonly kind: "approved" }
  | { readonly kind: "changed"; readonly changes: readonly PinChange[] };

/**
 * What the user approved for this workspace, once each and as it was then. It stands in their own folder, never in the
 * repository, or the repository would approve itself.
 */
export class Pinned {
  readonly #storage: Storage;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** `name` says what it is as well, e.g. `mcp github`. A document that cannot be read approves nothing. */
  async standing(name: string, now: Pin): Promise<Standing> {
    const before = (await this.#read()).get(name);
    if (before === undefined) return { kind: "new" };
    const changes = comparePins(before, now);
    return changes.length === 0 ? { kind: "approved" } : { kind: "changed", changes };
  }

  /** To be called when a person agreed to exactly this. Rejects with `storage`, and then nothing is approved. */
  approve(name: string, pin: Pin): Promise<void> {
    return this.#change((pins) => pins.set(name, pin));
  }

  /** Rejects with `storage`. */
  withdraw(name: string): Promise<void> {
    return this.#change((pins) => pins.delete(name));
  }

  /** One after the other, because each writes all of them. */
  #change(change: (pins: Map<string, Pin>) => unknown): Promise<void> {
    const done = this.#writing.then(async () => {
      const pins = await this.#read();
      change(pins);
      await this.#storage.writeDocument(PINS, JSON.stringify({ pins: Object.fromEntries(pins) }, null, 2));
    });
    this.#writing = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<Map<string, Pin>> {
    try {
      const document = await this.#storage.readDocument(PINS);
      if (document === undefined) return new Map();
      return new Map(Object.entries(PinsDocument.parse(JSON.parse(document)).pins));
    } catch {
      return new Map();
    }
  }
}
