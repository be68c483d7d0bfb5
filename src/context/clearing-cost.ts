/** What a token of input costs when it comes from the cache and when it is written there, in plain input tokens. */
export interface PriceRatios {
  readonly read: number;
  readonly write: number;
}
/** Of models whose prices are not known: the oldest and dearest of the ratios in use. */
export const USUAL_RATIOS: PriceRatios = { read: 0.1, write: 1.25 };

export interface Clearing {
  /** Tokens that no later request would hold. */
  readonly savedTokens: number;
  /** Tokens behind the first change that stay: they are written to the cache once more. */
  readonly tailTokens: number;
  /** Requests that are still to come, this one included. */
  readonly remainingSteps: number;
  /** Which share of what is cleared will be asked for once more. */
  readonly askedAgain: number;
  /** The cache has expired: all that stays is written anyway, and what goes need not be. */
  readonly isCold?: boolean;
}

/**
 * What clearing brings, in plain input tokens; below zero it costs. Whatever stays in the window is read again at every
 * step, so what is cleared early saves most; but everything behind the first change has to be written once more.
 */
export function gainOfClearing(clearing: Clearing, { read, write }: PriceRatios): number {
  const { savedTokens, tailTokens, remainingSteps, askedAgain, isCold = false } = clearing;
  const saved = savedTokens * (read * remainingSteps + (isCold ? write - read : 0));
  const rewritten = isCold ? 0 : tailTokens * (write - read);
  // Asked for once more it is written, and read with all that follows: as if it had never been cleared.
  const again = savedTokens * askedAgain * (write + read * (remainingSteps / 2));
  return saved - rewritten - again;
}

/** Few conversations end at their next step, and those that are long go on longest. */
const FEWEST_STEPS = 8;
const MOST_STEPS = 30;

/** How many requests are still to be expected of a conversation that has had so many: about as many again. */
export const remainingSteps = (steps: number): number => Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, steps));

/** Share of cleared results that agents asked for again. */
export const ASKED_AGAIN = 0.1;
