import type { Say } from "./marks.ts";
import type { Redactor } from "./redactor.ts";

/** Replaces given values and nothing else, in a text that comes in pieces. */
export class LiteralRedactor implements Redactor {
  readonly #values: readonly string[];
  readonly #longest: number;
  readonly #say: Say;
  #waiting = "";

  /** Values of one line; the longest goes first, so that none leaves half of another. */
  constructor(values: Iterable<string>, say: Say) {
    this.#values = [...new Set(values)].filter(Boolean).toSorted((a, b) => b.length - a.length);
    this.#longest = this.#values[0]?.length ?? 0;
    this.#say = say;
  }

  push(chunk: string): string {
    this.#waiting = this.#replaced(this.#waiting + chunk);
    // As much as may be the beginning of one is held back.
    const ready = Math.max(0, this.#waiting.length - this.#longest);
    const text = this.#waiting.slice(0, ready);
    this.#waiting = this.#waiting.slice(ready);
    return text;
  }

  end(): string {
    const rest = this.#replaced(this.#waiting);
    this.#waiting = "";
    return rest;
  }

  #replaced(text: string): string {
    return this.#values.reduce(
      (result, value) => result.replaceAll(value, () => this.#say("known secret", value)),
      text,
    );
  }
}
