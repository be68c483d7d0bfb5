import type { Detector, Found } from "./found.ts";

/** Characters that anchors are made of get a number of their own; all others share number 0. */
const BITS = 6;
const SHARED = 'abcdefghijklmnopqrstuvwxyz0123456789_-:/.~="$\\ +!@,';
const NUMBER_OF = new Uint8Array(129);
for (const [i, char] of [...SHARED].entries()) {
  NUMBER_OF[char.charCodeAt(0)] = i + 1;
  NUMBER_OF[char.toUpperCase().charCodeAt(0)] = i + 1;
}
const THREE = (1 << (3 * BITS)) - 1;
const DOT = 46;

interface Entry {
  readonly anchor: string;
  readonly detector: Detector;
}

/** Where the anchors of many detectors stand in a text, found in one pass whose cost does not grow with their number. */
export interface AnchorIndex {
  /** Which kinds of character make an anchor of two that stand together: those after them, and those before. */
  readonly byPair: Int32Array;
  readonly byThree: Uint16Array;
  readonly buckets: readonly (readonly Entry[])[];
}

/** Characters are of so many kinds: enough that most pairs are passed at one look. */
const KINDS = 15;
const AFTER = (1 << KINDS) - 1;
/** One of the two is a dot. */
const DOTS = 1 << KINDS;
const BEFORE = KINDS + 1;

const numberAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code < 128 ? (NUMBER_OF[code] ?? 0) : 0;
};

const keyOf = (anchor: string): number =>
  (numberAt(anchor, 0) << (2 * BITS)) | (numberAt(anchor, 1) << BITS) | numberAt(anchor, 2);

/** A text is looked at in parts of this many characters, each a byte: all that is not ASCII is OTHER, which has number 0. */
const PART = 4096;
const OTHER = 128;
/** Enough for what an anchor and the pair before it need of the next part. */
const OVERLAP = 4;
const bytes = new Uint8Array(PART + 2);
/** The same bytes, two by two: one look for two characters. */
const pairs = new Uint16Array(bytes.buffer);
const encoder = new TextEncoder();

function pairOf(first: number, second: number): number {
  bytes[0] = first;
  bytes[1] = second;
  return pairs[0] ?? 0;
}

/** Fills `bytes` from `from` on, and says with how many. */
function load(text: string, from: number): number {
  const part = text.slice(from, from + PART);
  const { length } = part;
  const { read, written } = encoder.encodeInto(part, bytes);
  if (read < length || written > length)
    for (let i = 0; i < length; i++) bytes[i] = Math.min(OTHER, part.charCodeAt(i));
  // What stood there before is no part of this text.
  bytes[length] = OTHER;
  bytes[length + 1] = OTHER;
  return length;
}

const codesOf = (number: number): number[] =>
  Array.from({ length: OTHER + 1 }, (_, code) => code).filter((code) => NUMBER_OF[code] === number);
const CODES = Array.from({ length: 1 << BITS }, (_, number) => codesOf(number));

const afterBit = (number: number): number => 1 << (number % KINDS);
const beforeBit = (number: number): number => 1 << (BEFORE + (number % KINDS));
const AFTER_OF = Int32Array.from(NUMBER_OF, (number) => afterBit(number) | DOTS);
const BEFORE_OF = Int32Array.from(NUMBER_OF, beforeBit);

/** Builds the index; tables of 768 KB, made once for all texts. */
export function indexAnchors(detectors: readonly Detector[]): AnchorIndex {
  const byPair = new Int32Array(1 << 16);
  const byThree = new Uint16Array(THREE + 1);
  const buckets: Entry[][] = [[]];
  const mark = (first: readonly number[], second: readonly number[], bit: number): void => {
    for (const one of first)
      for (const other of second) {
        const pair = pairOf(one, other);
        byPair[pair] = (byPair[pair] ?? 0) | bit;
      }
  };
  for (const detector of detectors) {
    for (const anchor of detector.anchors) {
      const key = keyOf(anchor);
      if (!byThree[key]) {
        byThree[key] = buckets.push([]) - 1;
        const [first, second, third] = [numberAt(anchor, 0), numberAt(anchor, 1), numberAt(anchor, 2)];
        mark(CODES[first] ?? [], CODES[second] ?? [], afterBit(third));
        mark(CODES[second] ?? [], CODES[third] ?? [], beforeBit(first));
      }
      buckets[byThree[key] ?? 0]?.push({ anchor, detector });
    }
  }
  mark([DOT], CODES.flat(), DOTS);
  mark(CODES.flat(), [DOT], DOTS);
  return { byPair, byThree, buckets };
}

type AtDot = (text: string, dot: number) => Found | undefined;

/** A text, where its loaded part begins, and what was found up to now. */
interface Search {
  readonly text: string;
  readonly index: AnchorIndex;
  readonly atDot: AtDot;
  readonly found: Found[];
  from: number;
}

/** Asks every detector at each of its anchors; `atDot` is asked where a dot and another one seven further on stand. */
export function findAt(text: string, index: AnchorIndex, atDot: AtDot): Found[] {
  const search: Search = { text, index, atDot, found: [], from: 0 };
  for (let isLast = text === ""; !isLast; search.from += PART - OVERLAP) {
    const length = load(text, search.from);
    isLast = search.from + length === text.length;
    lookAtPart(search, isLast ? length : PART - 2);
  }
  return search.found;
}

function lookAtPart(search: Search, end: number): void {
  const { byPair } = search.index;
  // At the beginning of a text there is nothing before, and two characters of every later part were the last one's.
  let before = search.from === 0 ? 0 : beforeAt(1);
  for (let at = search.from === 0 ? 0 : 2; at < end; at += 2) {
    const looks = (byPair[pairs[at >> 1] ?? 0] ?? 0) & (before | (AFTER_OF[bytes[at + 2] ?? 0] ?? 0));
    before = beforeAt(at + 1);
    if (looks !== 0) lookCloser(search, at, looks);
  }
}

const beforeAt = (at: number): number => BEFORE_OF[bytes[at] ?? 0] ?? 0;

/** In the order in which the third characters come: what is found earlier goes first. */
function lookCloser(search: Search, at: number, looks: number): void {
  if (looks & DOTS) askAtDot(search, at);
  if (looks >> BEFORE) askAt(search, at - 1);
  if (looks & DOTS) askAtDot(search, at + 1);
  if (looks & AFTER) askAt(search, at);
}

function askAtDot({ text, from, atDot, found }: Search, at: number): void {
  const dot = from + at;
  if (text.charCodeAt(dot) !== DOT || text.charCodeAt(dot + 7) !== DOT) return;
  const token = atDot(text, dot);
  if (token) found.push(token);
}

const numberOf = (at: number): number => NUMBER_OF[bytes[at] ?? 0] ?? 0;

function askAt({ text, index, from, found }: Search, at: number): void {
  const key = (numberOf(at) << (2 * BITS)) | (numberOf(at + 1) << BITS) | numberOf(at + 2);
  const bucket = index.byThree[key];
  if (!bucket) return;
  for (const { anchor, detector } of index.buckets[bucket] ?? [])
    if (standsAt(text, from + at, anchor)) detector.find(text, from + at, found);
}

/** Whether a text goes on with the anchor in any case; all it is asked for begins like the anchor. */
function standsAt(text: string, at: number, anchor: string): boolean {
  for (let i = 3; i < anchor.length; i++) {
    const code = text.charCodeAt(at + i);
    if (code < OTHER && lowerOf(code) !== anchor.charCodeAt(i)) return false;
  }
  return text.slice(at, at + anchor.length).toLowerCase() === anchor;
}

const lowerOf = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);
