/** How a placeholder is written for a secret of some kind. */
export type Say = (kind: string, secret: string) => string;

/** A keyed short mark of a text: equal texts have equal marks, and without the key a mark says nothing about its text. */
export type Marker = (text: string) => string;

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** HalfSipHash-2-4: a keyed hash that is quick without anything from outside. */
function keyedHash([k0, k1]: readonly [number, number], text: string): number {
  const v = new Int32Array([k0, k1, 0x6c796765 ^ k0, 0x74656462 ^ k1]);
  const word = (i: number): number => v[i] ?? 0;
  const round = (): void => {
    v[0] = word(0) + word(1);
    v[1] = rotated(word(1), 5) ^ word(0);
    v[0] = rotated(word(0), 16);
    v[2] = word(2) + word(3);
    v[3] = rotated(word(3), 8) ^ word(2);
    v[0] = word(0) + word(3);
    v[3] = rotated(word(3), 7) ^ word(0);
    v[2] = word(2) + word(1);
    v[1] = rotated(word(1), 13) ^ word(2);
    v[2] = rotated(word(2), 16);
  };
  const take = (block: number): void => {
    v[3] = word(3) ^ block;
    round();
    round();
    v[0] = word(0) ^ block;
  };
  for (let i = 0; i < text.length; i += 2) take(text.charCodeAt(i) | ((text.charCodeAt(i + 1) || 0) << 16));
  take(text.length);
  v[2] = word(2) ^ 0xff;
  for (let i = 0; i < 4; i++) round();
  return (word(1) ^ word(3)) >>> 0;
}

/** Marks of one conversation: `key` is kept by the user, `name` tells conversations apart. */
export function markerFor(key: readonly [number, number], name: string): Marker {
  const own = [keyedHash(key, `${name} 0`) | 0, keyedHash(key, `${name} 1`) | 0] as const;
  return (text) => (keyedHash(own, text) & 0xffff).toString(16).padStart(4, "0");
}

/** A key nobody knows, which is gone with the process. */
export function randomKey(): readonly [number, number] {
  const [a = 0, b = 0] = crypto.getRandomValues(new Int32Array(2));
  return [a, b];
}

/** `[REDACTED:github-token#1a2b]` */
export const sayWith =
  (marker: Marker): Say =>
  (kind, secret) =>
    `[REDACTED:${kind.replaceAll(" ", "-")}#${marker(secret)}]`;

/** What a placeholder looks like in a text; group 1 is its mark. */
export const PLACEHOLDER = /\[REDACTED:[a-z0-9-]{2,40}#([0-9a-f]{4})\]/g;
