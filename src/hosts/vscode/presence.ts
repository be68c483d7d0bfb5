interface Parts {
  /** Milliseconds without a sign after which the person counts as away; 0 means never. */
  readonly afterMs: () => number;
  /** True while the editor itself says that somebody uses it. */
  readonly isUsed: () => boolean;
  readonly onChange: (isAway: boolean) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly later: (work: () => void, ms: number) => { stop(): void };
}

/**
 * Whether the person is at the desk. They are away when nothing was seen of them for a while, until the next sign; and
 * when they said so, until they say otherwise.
 */
export class Presence {
  readonly #parts: Parts;
  #seenAt: number;
  #isIdle = false;
  #isByHand = false;
  #timer: { stop(): void } | undefined;
  #told = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#seenAt = parts.now();
    this.#wait();
  }

  get isAway(): boolean {
    return this.#isIdle || this.#isByHand;
  }

  /** How it is known that they are away; undefined when they are not. For the log. */
  get because(): string | undefined {
    if (this.#isByHand) return "they said that they leave";
    return this.#isIdle ? "nothing was seen of them for a while" : undefined;
  }

  /** The person was seen to do something. */
  seen(): void {
    this.#seenAt = this.#parts.now();
    if (!this.#isIdle) return;
    this.#isIdle = false;
    this.#wait();
    this.#tell();
  }

  /** The person says that they leave, or that they are back. */
  set(isAway: boolean): void {
    this.#isByHand = isAway;
    if (!isAway) this.seen();
    this.#tell();
  }

  /** The setting was changed. */
  again(): void {
    this.seen();
    this.#wait();
  }

  dispose(): void {
    this.#timer?.stop();
  }

  #wait(): void {
    this.#timer?.stop();
    this.#timer = undefined;
    const { afterMs, later, now } = this.#parts;
    const after = afterMs();
    if (after > 0 && !this.#isIdle)
      this.#timer = later(() => this.#look(after), Math.max(0, this.#seenAt + after - now()));
  }

  #look(after: number): void {
    const { isUsed, now } = this.#parts;
    if (isUsed()) this.#seenAt = now();
    this.#isIdle = now() - this.#seenAt >= after;
    this.#wait();
    this.#tell();
  }

  #tell(): void {
    if (this.#told === this.isAway) return;
    this.#told = this.isAway;
    this.#parts.onChange(this.isAway);
  }
}
