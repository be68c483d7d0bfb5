import { lexer } from "marked";
import { blocks, drawMarkdown, type Page, visibleSource } from "./markdown.ts";

/**
 * A reply while it is written: blocks that are finished are drawn once and for all, the one that is being written is drawn
 * again. A half line can still become something else, so only whole lines finish a block.
 */
export class ReplyStream {
  readonly #page: () => Page;
  #source = "";
  #drawnChars = 0;
  #hasLines = false;

  constructor(page: () => Page) {
    this.#page = page;
  }

  add(delta: string): void {
    this.#source += delta;
  }

  /** What was streamed is void. True when some of it has been drawn. */
  discard(): boolean {
    const wasDrawn = this.#hasLines;
    this.#source = "";
    this.#drawnChars = 0;
    this.#hasLines = false;
    return wasDrawn;
  }

  /** Lines that will not change any more, each of them once. */
  take(): string[] {
    const rest = this.#source.slice(this.#drawnChars);
    const end = rest.lastIndexOf("\n") + 1;
    const tokens = lexer(rest.slice(0, end).replaceAll("\r\n", "\n"));
    const raws = tokens.slice(0, -1).reduce((sum, { raw }) => sum + raw.length, 0);
    // What marked reads is a character shorter at each CRLF; then all waits for the end.
    if (raws === 0 || rest.includes("\r\n")) return [];
    const taken = rest.slice(0, raws);
    const lines = drawMarkdown(taken, this.#page());
    this.#drawnChars += raws;
    return this.#spaced(lines);
  }

  /** The block that is being written, as far as it goes; at most its last `rows` lines. */
  tail(rows: number): string[] {
    const rest = this.#source.slice(this.#drawnChars);
    return rest.trim() === ""
      ? []
      : this.#before(blocks(lexer(visibleSource(rest)), this.#page())).slice(-rows);
  }

  /** The rest, once the whole is known: all of it where something else had been streamed. */
  end(whole: string): string[] {
    const isSame = whole.startsWith(this.#source.slice(0, this.#drawnChars));
    const rest = isSame ? whole.slice(this.#drawnChars) : whole;
    const lines = rest.trim() === "" ? [] : this.#spaced(drawMarkdown(rest, this.#page()));
    this.discard();
    return lines;
  }

  #spaced(lines: string[]): string[] {
    const spaced = this.#before(lines);
    if (lines.length > 0) this.#hasLines = true;
    return spaced;
  }

  #before = (lines: string[]): string[] => (lines.length > 0 ? ["", ...lines] : lines);
}
