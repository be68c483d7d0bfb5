/** All results of one reply: about 65,000 tokens, a third of a common window. In characters. */
const REPLY_CHARS = 200_000;
/** However much there was before it, of every result so much is shown. */
const LEAST_CHARS = 4_000;

/** How much the results of one reply may bring together. Whoever comes to an end first takes first, and at most half of what is left. */
export class ReplyRoom {
  #left = REPLY_CHARS;

  /** How many of so many characters of a result may be sent; they count from now on. */
  take(chars: number): number {
    const granted = Math.min(chars, Math.max(LEAST_CHARS, Math.floor(this.#left / 2)));
    this.#left = Math.max(0, this.#left - granted);
    return granted;
  }
}
