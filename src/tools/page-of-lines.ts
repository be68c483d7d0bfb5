import { cutText } from "../core/cut-text.ts";
import type { LineRange } from "../core/line-ranges.ts";

/** Lines of a page, where nobody says how many. */
export const DEFAULT_LIMIT = 2_000;
/** Of one line, no more is shown. */
export const MAX_LINE_CHARS = 2_000;
/** About 20,000 tokens: more than that is read in pages, whatever the number of lines. Most files of 2,000 lines are shorter. */
export const MAX_PAGE_CHARS = 60_000;

export interface Range {
  /** One-based number of the first line. */
  readonly offset: number;
  /** Number of lines. */
  readonly limit: number;
}

/** Collects the numbered lines of one range of a file, which may arrive piece by piece and never end. */
export class PageOfLines {
  readonly range: Range;
  readonly #maxChars: number;
  readonly #shown: string[] = [];
  #chars = 0;
  #passed = 0;
  #isFull = false;
  #hasCutLine = false;

  constructor(range: Range, maxChars = MAX_PAGE_CHARS) {
    this.range = range;
    this.#maxChars = maxChars;
  }

  /** False when the page is full: this line and all after it are not shown. */
  add(line: string): boolean {
    if (this.#isFull) return false;
    if (this.#passed + 1 < this.range.offset) {
      this.#passed += 1;
      return true;
    }
    const numbered = `${this.#passed + 1}\t${this.#cut(line)}`;
    this.#isFull =
      this.#shown.length >= this.range.limit ||
      (this.#shown.length > 0 && this.#chars + numbered.length > this.#maxChars);
    if (this.#isFull) return false;
    this.#passed += 1;
    this.#chars += numbered.length + 1;
    this.#shown.push(numbered);
    return true;
  }

  #cut(line: string): string {
    if (line.length <= MAX_LINE_CHARS) return line;
    this.#hasCutLine = true;
    return `${cutText(line, MAX_LINE_CHARS)}… [line cut after ${MAX_LINE_CHARS} characters]`;
  }

  /** The numbered lines of some ranges of the page. */
  linesIn(ranges: readonly LineRange[]): string {
    return ranges
      .map(([first, last]) =>
        this.#shown.slice(first - this.range.offset, last - this.range.offset + 1).join("\n"),
      )
      .join("\n");
  }

  get text(): string {
    return this.#shown.join("\n");
  }
  get isEmpty(): boolean {
    return this.#shown.length === 0;
  }
  /** One-based number of the last line shown. */
  get lastLine(): number {
    return this.#passed;
  }
  /** True when more lines followed than were shown. */
  get isFull(): boolean {
    return this.#isFull;
  }
  /** True when every line there is was shown to its end. */
  get isWhole(): boolean {
    return !this.#isFull && !this.#hasCutLine && this.range.offset === 1;
  }
}

/** Lines without their ends; the end of the last line does not begin another one. */
export function splitLines(text: string): string[] {
  const lines = text.includes("\r") ? text.split(/\r?\n/) : text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

export const unsavedNote = ({ isDirty }: { isDirty: boolean }): string =>
  isDirty ? "\n[The editor holds unsaved changes of this file; this is its text.]" : "";

/** A page as the model reads it. `total` is the number of lines of the file, where it is known. */
export function describePage(page: PageOfLines, total: number | undefined, path: string): string {
  if (total === 0) return `[${path} is empty.]`;
  if (page.isEmpty) {
    return `[Nothing there: ${path} has ${total ?? page.lastLine} lines, so line ${page.range.offset} is past its end.]`;
  }
  return `${page.text}${onward(page, total)}`;
}

/** How to read on; "" at the end of the file. */
export function onward({ range, lastLine, isFull }: PageOfLines, total: number | undefined): string {
  if (!isFull) return "";
  const shown = `Lines ${range.offset}-${lastLine}${total === undefined ? "" : ` of ${total}`}`;
  return `\n[${shown}. Go on: call Read with offset=${lastLine + 1}.]`;
}
