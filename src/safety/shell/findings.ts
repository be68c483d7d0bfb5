/** How much a command could do without anybody wanting it. */
export type Risk = "low" | "medium" | "high";

/** What makes a command more than harmless: for people, with the words that do it. */
export interface Reason {
  readonly risk: "medium" | "high";
  readonly text: string;
  /** The words as they are written. */
  readonly words: string;
  /** Place of the words in the command, UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `reads`: however risky, it changes nothing and sends nothing. */
export type Effect = "reads" | "changes";

const MAX_REASONS = 50;

/** Collects what was found in one text. */
export class Findings {
  readonly #text: string;
  readonly #reasons = new Map<string, Reason>();
  readOnly = true;

  constructor(text: string) {
    this.#text = text;
  }

  add(risk: "medium" | "high", text: string, { start, end }: Span, effect: Effect): void {
    if (effect === "changes") this.readOnly = false;
    const key = `${risk} ${text} ${start} ${end}`;
    // A high one is never left out, or the answer would be too low.
    if (this.#reasons.size >= MAX_REASONS && (risk === "medium" || this.risk === "high")) return;
    this.#reasons.set(key, { risk, text, words: this.#text.slice(start, end), start, end });
  }

  /** The words that stand somewhere in the text. */
  textAt({ start, end }: Span): string {
    return this.#text.slice(start, end);
  }

  get risk(): Risk {
    let risk: Risk = "low";
    for (const reason of this.#reasons.values()) {
      if (reason.risk === "high") return "high";
      risk = "medium";
    }
    return risk;
  }

  /** The riskiest first, otherwise as they stand in the text. */
  get reasons(): Reason[] {
    return [...this.#reasons.values()].toSorted(
      (a, b) => a.risk.localeCompare(b.risk) || a.start - b.start || a.end - b.end,
    );
  }
}
