import type { Difference } from "./difference.ts";

/** As many states of one thing are remembered. */
const MOST_STATES = 16;

/** Remembers what each thing was before, so that a switch that flips back and forth is one break and not many. */
export class Latches {
  readonly #seen = new Map<string, number[]>();

  /** False when what changed is again what it was before. */
  take({ toggle }: Difference): boolean {
    if (!toggle) return true;
    const states = this.#seen.get(toggle.name) ?? [fingerprint(toggle.before)];
    const now = fingerprint(toggle.now);
    const isNew = !states.includes(now);
    if (isNew) states.push(now);
    this.#seen.set(toggle.name, states.slice(-MOST_STATES));
    return isNew;
  }
}

/** 53 bits of a text: to tell states apart, not to prove anything. */
function fingerprint(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
