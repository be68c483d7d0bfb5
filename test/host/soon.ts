import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

/** How long the editor may take to tell its extensions what it has done already, in milliseconds. */
const SOON_MS = 20_000;

/** Asserts that `read` comes to give what is expected: the editor tells of tabs a moment after it opened or closed them. */
export async function comesToBe<T>(read: () => T, expected: T): Promise<void> {
  for (const end = performance.now() + SOON_MS; performance.now() < end; await delay(10)) {
    try {
      return assert.deepEqual(read(), expected);
    } catch {
      // Not yet.
    }
  }
  assert.deepEqual(read(), expected);
}
