import type { Detector, Found } from "./found.ts";

/** Characters that anchors are made of get a number of their own; all others share number 0. */
const BITS = 6;
const SHARED = 'abcdefghijklmnopqrstuvwxyz0123456789_-:/.~="$\\ +!@,';
const NUMBER_OF = new Uint8Array(128);
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
  readonly byThree: Uint16Array;
  readonly buckets: readonly (readonly Entry[])[];
}

const numberAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code < 128 ? (NUMBER_OF[code] ?? 0) : 0;
};

const keyOf = (anchor: string): number =>
  (numberAt(anchor, 0) << (2 * BITS)) | (numberAt(anchor, 1) << BITS) | numberAt(anchor, 2);

/** Builds the index; a table of 512 KB, made once for all texts. */
export function indexAnchors(detectors: readonly Detector[]): AnchorIndex {
  const byThree = new Uint16Array(THREE + 1);
  const buckets: Entry[][] = [[]];
  for (const detector of detectors) {
    for (const anchor of detector.anchors) {
      const key = keyOf(anchor);
      if (!byThree[key]) byThree[key] = buckets.push([]) - 1;
      buckets[byThree[key] ?? 0]?.push({ anchor, detector });
    }
  }
  return { byThree, buckets };
}

/** Asks every detector at each of its anchors; `atDot` is asked where a dot and another one seven further on stand. */
export function findAt(
  text: string,
  { byThree, buckets }: AnchorIndex,
  atDot: (text: string, dot: number) => Found | undefined,
): Found[] {
  const found: Found[] = [];
  let key = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    key = ((key << BITS) | (code < 128 ? (NUMBER_OF[code] ?? 0) : 0)) & THREE;
    const bucket = byThree[key];
    if (bucket && i > 1) ask(text, i - 2, buckets[bucket] ?? [], found);
    if (code === DOT && text.charCodeAt(i + 7) === DOT) {
      const token = atDot(text, i);
      if (token) found.push(token);
    }
  }
  return found;
}

function ask(text: string, at: number, entries: readonly Entry[], found: Found[]): void {
  for (const { anchor, detector } of entries) {
    if (text.slice(at, at + anchor.length).toLowerCase() === anchor) detector.find(text, at, found);
  }
}
