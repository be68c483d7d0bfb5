import type { AnchorIndex } from "./anchors.ts";
import { endOfRun, isBreak } from "./found.ts";
import { LiteralRedactor } from "./literal-redactor.ts";
import { literalDetectors } from "./literals.ts";
import { markerFor, randomKey, type Say, sayWith } from "./marks.ts";
import { findBeginOfKey, type KeyEnd, KeyReader } from "./private-keys.ts";
import { indexWith, replaceAll, replaceIn, scan } from "./scan.ts";

/** A line longer than this many characters is worked on in parts; so this much is held back at most. */
const LONGEST_LINE = 32_768;
/** What is found in the last part of it waits for more, unless it began before. Longer than any pattern reaches. */
const OVERLAP = 10_240;
/** How far a pattern looks back. */
const LOOK_BACK = 320;

/** Redacts a text that comes in pieces. How it is cut into pieces changes nothing. */
export interface Redactor {
  /** Takes the next piece; returns what is ready, which is whole lines as a rule. */
  push(chunk: string): string;
  /** Returns the rest. The redactor can then be used for another text. */
  end(): string;
}

/** In a process of its own, marks tell equal secrets from others and nothing else. */
const sayHere = sayWith(markerFor(randomKey(), ""));

/** Replaces every secret in a text with a placeholder such as `[REDACTED:github-token#1a2b]`. Never throws. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  const redactor = createRedactor(secrets);
  return redactor.push(text) + redactor.end();
}

/** Makes redactors that share what is known, which takes a while to prepare. */
export function createRedaction(secrets: Iterable<string>, say: Say): () => Redactor {
  const index = indexWith(literalDetectors(secrets));
  return () => new LineRedactor(index, say);
}

/**
 * Makes a redactor. `secrets` are values that are always replaced, whatever they look like; `secretValues` chooses them
 * from an environment.
 */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  return new LineRedactor(indexWith(literalDetectors(secrets)), sayHere);
}

/** The same for the given values alone, whatever else looks like a secret. */
export function createLiteralRedaction(secrets: Iterable<string>, say: Say): () => Redactor {
  const values = [...secrets];
  return () => new LiteralRedactor(values, say);
}

/** Works on whole lines, because no pattern reaches across one; only private keys do, and they have a reader of their own. */
class LineRedactor implements Redactor {
  readonly #index: AnchorIndex;
  readonly #say: Say;
  #waiting = "";
  #key: KeyReader | undefined;
  /** What stood in front of the rest of a long line. */
  #before = "";
  #isInRun = false;

  constructor(index: AnchorIndex, say: Say) {
    this.#index = index;
    this.#say = say;
  }

  push(chunk: string): string {
    this.#waiting += chunk;
    // Looked for in the new piece only: to look through all that waits, piece by piece, would take the square of the time.
    const isReady = /[\r\n]/.test(chunk) || this.#waiting.length >= LONGEST_LINE;
    return isReady ? this.#work(false) : "";
  }

  end(): string {
    let result = this.#work(true);
    while (this.#key) result += this.#finishKey(this.#key.end()) + this.#work(true);
    this.#before = "";
    this.#isInRun = false;
    return result;
  }

  #work(isLast: boolean): string {
    let result = "";
    for (;;) {
      const { end, isWhole } = unitIn(this.#waiting, isLast, this.#isPlain());
      if (end === 0) return result;
      const unit = this.#waiting.slice(0, end);
      this.#waiting = this.#waiting.slice(end);
      result += this.#key ? this.#readKey(this.#key, unit) : this.#redactUnit(unit, isWhole);
    }
  }

  /** Whether whole lines can be worked on together. */
  #isPlain(): boolean {
    return !this.#key && this.#before === "" && !this.#isInRun;
  }

  #redactUnit(unit: string, isWhole: boolean): string {
    const begun = findBeginOfKey(unit, 0);
    if (!begun) return isWhole ? this.#rest(unit) : this.#part(unit);
    // A plus in front is the diff's, and part of the key as it stands there.
    const before = unit.slice(0, begun.start).replace(/(^|[\r\n])\+$/, "$1");
    this.#key = new KeyReader(unit.slice(before.length, begun.end));
    this.#waiting = unit.slice(begun.end) + this.#waiting;
    const output = this.#rest(before);
    this.#before = "";
    return output;
  }

  /** Whole lines, or what is left of a long one. */
  #rest(text: string): string {
    const own = this.#afterRun(text);
    if (this.#before === "") return replaceAll(own, this.#index, this.#say);
    const { length } = this.#before;
    const all = this.#before + own;
    this.#before = "";
    return replaceIn(
      all,
      length,
      scan(all, this.#index).filter(({ start }) => start >= length),
      this.#say,
    );
  }

  /** The first part of a line that is too long; what may still be cut off in it goes back to what waits. */
  #part(unit: string): string {
    const own = this.#afterRun(unit);
    const all = this.#before + own;
    const { length } = this.#before;
    const found = scan(all, this.#index).filter(({ start }) => start >= length);
    let cut = Math.max(length, all.length - OVERLAP);
    for (const { from, end } of found) if (from < cut && end > cut) cut = end;
    this.#isInRun = cut === all.length && found.at(-1)?.end === cut;
    this.#waiting = all.slice(cut) + this.#waiting;
    this.#before = all.slice(Math.max(0, cut - LOOK_BACK), cut);
    return replaceIn(
      all.slice(0, cut),
      length,
      found.filter(({ end }) => end <= cut),
      this.#say,
    );
  }

  /** Drops what belongs to a token that began in the part before. */
  #afterRun(text: string): string {
    if (!this.#isInRun) return text;
    const end = endOfRun(text, 0);
    this.#isInRun = end === text.length;
    return text.slice(end);
  }

  #readKey(reader: KeyReader, unit: string): string {
    const hasBreak = isBreak(unit.charCodeAt(unit.length - 1));
    const end = reader.read(hasBreak ? unit.slice(0, -1) : unit, hasBreak ? unit.slice(-1) : "");
    return end ? this.#finishKey(end) : "";
  }

  #finishKey(end: KeyEnd): string {
    this.#key = undefined;
    // What only looked like a key is not looked at for keys again, or it would be found for ever.
    if (!end.isKey) return replaceAll(end.text, this.#index, this.#say);
    this.#waiting = end.rest + this.#waiting;
    return this.#say("private key", end.material);
  }
}

interface Unit {
  /** 0 when there is nothing to work on yet. */
  readonly end: number;
  /** Whether it ends where a line ends. */
  readonly isWhole: boolean;
}

/** What can be worked on next: lines, all there are when `many`, or a part of a line that is too long. */
function unitIn(text: string, isLast: boolean, many: boolean): Unit {
  const end = many ? afterLines(text) : afterBreak(text, 0, Math.min(text.length, LONGEST_LINE));
  if (end > 0) return { end, isWhole: true };
  if (text.length >= LONGEST_LINE) return { end: LONGEST_LINE, isWhole: false };
  return { end: isLast ? text.length : 0, isWhole: true };
}

function afterBreak(text: string, from: number, to: number): number {
  for (let i = from; i < to; i++) if (isBreak(text.charCodeAt(i))) return i + 1;
  return 0;
}

/** Where the last line ends before one that is too long; looked for from behind, because only the last end matters. */
function afterLines(text: string): number {
  let end = 0;
  for (;;) {
    let next = Math.min(text.length, end + LONGEST_LINE);
    while (next > end && !isBreak(text.charCodeAt(next - 1))) next -= 1;
    if (next === end) return end;
    end = next;
  }
}
