import { looksRandom } from "./looks.ts";

const BEGIN =
  /(?:-{4,5} ?BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)? ?-{4,5}|PuTTY-User-Key-File-[0-9]{1,2}:)/g;
const END =
  /(?:-{4,5} ?END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)? ?-{4,5}|Private-(?:MAC|Hash): ?[a-f0-9]{16,80})/;
const MARKS = ["PRIVATE KEY", "PuTTY-User-Key-File-"];
/** What may stand in front of the first mark: that of the format, or of a diff. */
export const LONGEST_BEGIN = 64;

const ESCAPED_BREAK = /\\{1,4}[nr]/g;
/** Line numbers, diff and quotation marks, indentation and string quotes around a line. */
const DECORATION =
  /^(?:[\w./@-]{1,200}[:-](?=[0-9]{1,6}[:-]))?[ \t]{0,40}(?:[0-9]{1,6}[→:|\t-][ \t]?)?[ \t+>|#*"'`-]{0,40}/;
const ONLY_TAIL = /^[ \t"'`,;+.\\)]{0,20}$/;
const TAIL = /[ \t"'`,;+.\\)]{0,20}$/;
const HEADER = /^[A-Za-z][A-Za-z-]{1,30}: /;
/** What a key is made of on the line of its first mark, where it may be the text of a JSON string. */
const KEY_RUN = /^(?:[A-Za-z0-9+/=]|\\{1,4}[nr]|[ \t]){0,40000}/;
const BASE64 = /^[A-Za-z0-9+/]+={0,3}$/;
const CHECKSUM = /^=[A-Za-z0-9+/]{4}$/;
/** A line of a key inside it; and at least this much before anything counts as a key. */
const FULL_LINE = 40;
const FIRST_RUN = 16;
const MOST_HELD = 24;
const MOST_HELD_CHARS = 4096;
const MOST_MATERIAL = 16_384;

/** Where a private key may begin in a text, its marks included, from `from` on. */
export function findBeginOfKey(text: string, from: number): { start: number; end: number } | undefined {
  let at = from;
  for (;;) {
    const mark = Math.min(...MARKS.map((each) => indexOrEnd(text, each, at)));
    if (mark >= text.length) return undefined;
    BEGIN.lastIndex = Math.max(from, mark - LONGEST_BEGIN);
    const match = BEGIN.exec(
      text.length > mark + LONGEST_BEGIN * 2 ? text.slice(0, mark + LONGEST_BEGIN * 2) : text,
    );
    if (match && match.index <= mark) return { start: match.index, end: match.index + match[0].length };
    at = mark + 1;
  }
}

const indexOrEnd = (text: string, mark: string, from: number): number => {
  const index = text.indexOf(mark, from);
  return index < 0 ? text.length : index;
};

/** What a piece of a key came to: nothing yet, or an end. */
export type KeyEnd =
  | {
      readonly isKey: true;
      readonly rest: string /** The key without all that is around its lines. */;
      readonly material: string;
    }
  /** It only looked like the beginning of one: the text is as it was. */
  | { readonly isKey: false; readonly text: string };

/**
 * Reads on after the first mark of a key, line by line, until the last mark or until what comes cannot be part of a key:
 * keys are cut off, quoted, indented and escaped, and all of that is still the key. Holds at most a few lines, and
 * nothing of a key once it is sure.
 */
export class KeyReader {
  #held: string;
  #material = "";
  readonly #isPutty: boolean;
  #isSure = false;
  #lines = 0;

  /** `begin` is the text of the first mark. */
  constructor(begin: string) {
    this.#held = begin;
    this.#isPutty = begin.includes("PuTTY");
  }

  /** Takes the next line without its end and that end; answers when the key is over. */
  read(line: string, lineEnd: string): KeyEnd | undefined {
    const last = END.exec(line);
    if (last) this.#keep(line.slice(0, last.index));
    if (last) return this.#close(line.slice(0, last.index), line.slice(last.index) + lineEnd, last[0].length);
    const isFirst = !this.#isSure && this.#lines === 0;
    const taken = isFirst ? this.#takeRun(line) : this.#takeLine(line);
    this.#keep(line.slice(0, taken));
    if (taken < line.length) {
      if (this.#isSure)
        return { isKey: true, rest: this.#held + line.slice(taken) + lineEnd, material: this.#material };
      return { isKey: false, text: this.#held + line + lineEnd };
    }
    this.#lines += 1;
    // Of a key nothing is held but the ends of its last lines, which are given back when it was cut off.
    this.#held += this.#isSure ? lineEnd : line + lineEnd;
    return this.#lines > MOST_HELD || this.#held.length > MOST_HELD_CHARS ? this.end() : undefined;
  }

  /** The text is over. */
  end(): KeyEnd {
    return this.#isSure
      ? { isKey: true, rest: this.#held, material: this.#material }
      : { isKey: false, text: this.#held };
  }

  #close(inside: string, fromMark: string, markLength: number): KeyEnd {
    this.#isSure ||= hasRun(inside) || hasRun(this.#held.replace(BEGIN, ""));
    return this.#isSure
      ? { isKey: true, rest: fromMark.slice(markLength), material: this.#material }
      : { isKey: false, text: this.#held + inside + fromMark };
  }

  /** The same key has the same material, be its lines numbered, quoted or escaped. */
  #keep(part: string): void {
    if (this.#material.length > MOST_MATERIAL) return;
    const core = part.replace(DECORATION, "").replaceAll(ESCAPED_BREAK, "");
    if (!HEADER.test(core)) this.#material += core.replaceAll(/[^A-Za-z0-9+/]/g, "");
  }

  /** How much of the line of the first mark can be key. */
  #takeRun(line: string): number {
    // The name of the format.
    if (this.#isPutty && /^[ \t]{0,4}[\w@.-]{1,60}[ \t]{0,4}$/.test(line)) return line.length;
    const run = KEY_RUN.exec(line)?.[0] ?? "";
    if (hasRun(run)) this.#become();
    // The line of a string that goes on below ends with a quote and a plus.
    const whole = ONLY_TAIL.test(line.slice(run.length)) ? line.length : run.length;
    return this.#isSure || whole === line.length ? whole : 0;
  }

  #takeLine(line: string): number {
    const core = line.replace(DECORATION, "").replace(TAIL, "").replaceAll(ESCAPED_BREAK, "");
    if (core === "") return line.length;
    const isMaterial = BASE64.test(core) && (core.length >= FULL_LINE || looksRandom(core, FIRST_RUN));
    // The last line of a key may be short; its padding or a digit tells it from a word after a key that was cut off.
    const isLast = this.#isSure && (CHECKSUM.test(core) || (BASE64.test(core) && /[0-9+/=]/.test(core)));
    if (isMaterial || isLast) this.#become();
    // PuTTY's format has headers between its parts, and says itself where it ends.
    const isHeader = HEADER.test(core) && (!this.#isSure || this.#isPutty);
    const isShort = this.#isPutty && this.#isSure && BASE64.test(core);
    return isMaterial || isLast || isHeader || isShort ? line.length : 0;
  }

  #become(): void {
    this.#isSure = true;
    this.#lines = 0;
    this.#held = "";
  }
}

const hasRun = (text: string): boolean =>
  text
    .replaceAll(ESCAPED_BREAK, " ")
    .split(/[^A-Za-z0-9+/=]+/)
    .some((run) => run.length >= FIRST_RUN && looksRandom(run, FIRST_RUN));
