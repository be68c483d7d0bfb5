import type { Price } from "./cost.ts";

/** How long an entry at the end of a conversation lives, from the beginning of the request that wrote or read it. */
export const LIFE_MS = 5 * 60_000;
/** How long somebody writes who has begun to. */
const WRITING_MS = 90_000;
/** Too late to be sure that the entry is still there when the request arrives. */
const LATE_MS = 5_000;
/** How often what somebody begins to write is sent. */
const SENT_SHARE = 0.9;
/** What a model reads in a second when nothing of it is cached, and what such a second of a person is worth in US dollars. */
const TOKENS_A_SECOND = 15_000;
const SECOND_DOLLARS = 0.005;
/** Below this, nothing is won that anybody would notice. */
const FEWEST_TOKENS = 4_000;

/** How long before its end an entry is read once more while a turn waits for something. */
export const KEEP_BEFORE_MS = 20_000;
/** How often what a turn waits for comes in the end. */
const COMES_SHARE = 0.7;

/**
 * Whether an entry that is about to expire is worth reading once more while a turn waits: for a long command, a sub-agent, or a
 * person. `times`: how often that was done for the same wait; all of it is lost when nothing comes.
 */
export function worthKeeping({
  tokens,
  price,
  idleMs,
  times,
}: Parameters<typeof worthWarming>[0] & { readonly times: number }): boolean {
  const leftMs = LIFE_MS - idleMs;
  if (tokens < FEWEST_TOKENS || leftMs < LATE_MS || leftMs > 2 * KEEP_BEFORE_MS) return false;
  return COMES_SHARE * (price.cacheWrite - price.cacheRead) > price.cacheRead * (times + 1);
}

/**
 * Whether a request without an answer pays, now that somebody begins to write. Before the entry of `tokens` expires it costs
 * a read, and may save writing all of it anew; afterwards it only saves time, and costs all of it when nothing is sent.
 */
export function worthWarming({
  tokens,
  price,
  idleMs,
}: {
  readonly tokens: number;
  readonly price: Price;
  /** Since the last request began. */
  readonly idleMs: number;
}): boolean {
  if (tokens < FEWEST_TOKENS) return false;
  const read = (tokens * price.cacheRead) / 1_000_000;
  const write = (tokens * price.cacheWrite) / 1_000_000;
  const leftMs = LIFE_MS - idleMs;
  if (leftMs > LATE_MS) {
    const tooSlow = Math.max(0, 1 - leftMs / WRITING_MS);
    return SENT_SHARE * tooSlow * (write - read) > read;
  }
  const won = SENT_SHARE * (tokens / TOKENS_A_SECOND) * SECOND_DOLLARS;
  return won > SENT_SHARE * read + (1 - SENT_SHARE) * write;
}
