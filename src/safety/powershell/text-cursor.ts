import { Unreadable } from "./skeleton.ts";

/** Characters ahead that are looked at to tell what comes. */
const AHEAD = 64;

/** Goes through a text and writes another one, of which each place comes from a place in the first. */
export class TextCursor {
  protected readonly text: string;
  protected at = 0;
  #out = "";
  /** Pairs of places: in what is written, in the text. */
  readonly #map: [number, number][] = [];

  constructor(text: string) {
    this.text = text;
  }

  protected get written(): string {
    return this.#out;
  }

  /** The place in the text that a place in what is written comes from. */
  protected readonly origin = (at: number): number => {
    const [written = 0, text = 0] = this.#map.findLast(([place]) => place <= at) ?? [];
    return Math.min(text + at - written, this.text.length);
  };

  protected get char(): string | undefined {
    return this.text[this.at];
  }

  protected get next(): string | undefined {
    return this.text[this.at + 1];
  }

  protected get rest(): string {
    return this.text.slice(this.at, this.at + AHEAD);
  }

  protected fail(problem: string, at = this.at): never {
    throw new Unreadable(problem, at);
  }

  protected emit(text: string, from = this.at): void {
    this.#map.push([this.#out.length, from]);
    this.#out += text;
  }

  protected copy(length: number): void {
    this.emit(this.text.slice(this.at, this.at + length));
    this.at += length;
  }

  protected startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Blanks, comments and continued lines; line ends too when `lines`. True when there were any. */
  protected skip(lines: boolean): boolean {
    const from = this.at;
    while (this.#skipBlanks() || this.#skipComment() || (lines && this.#skipLine()));
    return this.at > from;
  }

  #skipBlanks(): boolean {
    const { length } = /^(?:[ \t]+|`\r?\n)*/.exec(this.text.slice(this.at, this.at + 4_096))?.[0] ?? "";
    this.at += length;
    return length > 0;
  }

  #skipComment(): boolean {
    if (this.startsWith("<#")) {
      const end = this.text.indexOf("#>", this.at + 2);
      if (end < 0) this.fail("a comment does not end");
      this.at = end + 2;
      return true;
    }
    if (this.char !== "#") return false;
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
    return true;
  }

  #skipLine(): boolean {
    if (!/[\r\n]/.test(this.char ?? "")) return false;
    this.at += 1;
    return true;
  }
}
