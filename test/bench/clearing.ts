import { gainOfClearing, type PriceRatios, remainingSteps } from "../../src/context/clearing-cost.ts";
import { keep, out } from "./figures.ts";

/** Sizes in tokens. */
const PREFIX = 3_000;
const NOTE = 24;
const LEAST = 150;
const SEEDS = 40;
const LENGTHS = [10, 25, 50, 100, 200];

export interface ClearingRule {
  readonly kept: number;
  readonly leastShare: number;
  readonly leastGain: number;
  readonly askedAgain: number;
}
/** As in `src/context/clear-early.ts`. */
const RULE: ClearingRule = { kept: 4, leastShare: 0.5, leastGain: 10_000, askedAgain: 0.1 };

interface Item {
  tokens: number;
  readonly isResult: boolean;
}

/** Sessions that read, run and edit, paid for step by step: what clearing early costs of what never clearing does. */
export function benchClearing(): void {
  out(
    `\nclearing old results early: input tokens by price, in percent of never clearing (mean of ${SEEDS} sessions)`,
  );
  for (const [name, prices] of [
    ["reading at 0.1", { read: 0.1, write: 1.25 }],
    ["reading at 0.05", { read: 0.05, write: 1.25 }],
  ] as const) {
    for (const again of [0.05, 0.15]) {
      const shares = LENGTHS.map((steps) => {
        const [never, early] = [undefined, RULE].map((rule) => meanCost(steps, rule, prices, again));
        return { share: (100 * (early?.cost ?? 0)) / (never?.cost ?? 1), clears: early?.clears ?? 0 };
      });
      const words = shares.map(
        ({ share, clears }, i) => `${LENGTHS[i]} steps ${share.toFixed(0)} % (${clears.toFixed(1)} times)`,
      );
      out(`  ${name}, ${again * 100} % asked for again: ${words.join(", ")}`);
      keep(
        `clearing: ${name}, ${again * 100} % again`,
        SEEDS,
        Object.fromEntries(shares.map(({ share }, i) => [`${LENGTHS[i]} steps`, Math.round(share)])),
      );
    }
  }
}

function meanCost(
  steps: number,
  rule: ClearingRule | undefined,
  prices: PriceRatios,
  again: number,
): { cost: number; clears: number } {
  const all = Array.from({ length: SEEDS }, (_, seed) =>
    new SimulatedSession(seed + 1, rule, prices, again).run(steps),
  );
  const mean = (of: (one: { cost: number; clears: number }) => number): number =>
    all.reduce((sum, one) => sum + of(one), 0) / SEEDS;
  return { cost: mean(({ cost }) => cost), clears: mean(({ clears }) => clears) };
}

class SimulatedSession {
  readonly #items: Item[] = [];
  readonly #rule: ClearingRule | undefined;
  readonly #prices: PriceRatios;
  readonly #again: number;
  readonly #wanted: number[] = [];
  #seed: number;
  #cached = 0;

  constructor(seed: number, rule: ClearingRule | undefined, prices: PriceRatios, again: number) {
    this.#seed = seed * 7_919;
    this.#rule = rule;
    this.#prices = prices;
    this.#again = again;
  }

  run(steps: number): { cost: number; clears: number } {
    const { read, write } = this.#prices;
    let cost = PREFIX * (write - read);
    let clears = 0;
    for (let step = 1; step <= steps; step += 1) {
      if (this.#rule && this.#clear(this.#rule, step)) clears += 1;
      const tokens = (items: readonly Item[]): number => items.reduce((sum, one) => sum + one.tokens, 0);
      cost +=
        (PREFIX + tokens(this.#items.slice(0, this.#cached))) * read +
        tokens(this.#items.slice(this.#cached)) * write;
      this.#cached = this.#items.length;
      this.#work();
      for (const at of this.#wanted) if (at === step) this.#work();
    }
    return { cost, clears };
  }

  #work(): void {
    this.#items.push(
      { tokens: 120 + this.#random() * 250, isResult: false },
      { tokens: this.#resultTokens(), isResult: true },
    );
  }

  /** Most results are short; some are files, a few are large. */
  #resultTokens(): number {
    const kind = this.#random();
    if (kind < 0.6) return 300 + this.#random() * 800;
    return kind < 0.9 ? 1_500 + this.#random() * 2_500 : 6_000 + this.#random() * 4_000;
  }

  #clear({ kept, leastShare, leastGain, askedAgain }: ClearingRule, step: number): boolean {
    const results = this.#items.filter(({ isResult }) => isResult);
    const old = new Set(
      results.slice(0, Math.max(0, results.length - kept)).filter(({ tokens }) => tokens >= LEAST),
    );
    const first = this.#items.findIndex((item) => old.has(item));
    if (first < 0) return false;
    const sum = (items: readonly Item[]): number => items.reduce((total, { tokens }) => total + tokens, 0);
    const savedTokens = sum([...old]) - old.size * NOTE;
    const tailTokens = sum(this.#items.slice(first)) - savedTokens;
    if (savedTokens < leastShare * (PREFIX + sum(this.#items))) return false;
    const clearing = { savedTokens, tailTokens, remainingSteps: remainingSteps(step), askedAgain };
    if (gainOfClearing(clearing, this.#prices) < leastGain) return false;
    for (const item of old) {
      item.tokens = NOTE;
      if (this.#random() < this.#again) this.#wanted.push(step + 1 + Math.floor(this.#random() * 10));
    }
    this.#cached = Math.min(this.#cached, first);
    return true;
  }

  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}
