/** A secret that was found. `from` is where what gave it away begins: at its start or before, at the name it has. */
export interface Found {
  readonly from: number;
  readonly start: number;
  readonly end: number;
  /** What a person is told was there. */
  readonly kind: string;
}

/** Looks at the places where one of its anchors stands, and says which secrets they are part of. */
export interface Detector {
  /** Lower-case literals of at least three characters; found in any case. */
  readonly anchors: readonly string[];
  /** Adds what it found. The text around `at` is not looked at across an end of line. */
  find(text: string, at: number, found: Found[]): void;
}

const ESCAPED_BEFORE = /(?:%[0-9A-Fa-f]{2}|\\[nrtbf]|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\[[0-9;]{1,12}m)$/;

/** Whether a token may begin here: not in the middle of a word, but after `%3D`, `\n` or a colour. */
export function canBegin(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text.charCodeAt(at - 1);
  const isWord =
    (before >= 97 && before <= 122) || (before >= 65 && before <= 90) || (before >= 48 && before <= 57);
  return !isWord || ESCAPED_BEFORE.test(text.slice(Math.max(0, at - 16), at));
}

export const isBreak = (code: number): boolean => code === 10 || code === 13;

const OF_TOKEN = /[A-Za-z0-9+/=_.~-]*/y;

/** Where the run of characters that tokens are made of ends. */
export function endOfRun(text: string, at: number): number {
  OF_TOKEN.lastIndex = at;
  OF_TOKEN.test(text);
  return Math.max(at, OF_TOKEN.lastIndex);
}
