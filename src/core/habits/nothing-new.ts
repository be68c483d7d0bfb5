import { canonicalJson } from "../hash.ts";
import { fingerprint, withoutTimes } from "./fingerprint.ts";
import { type Advice, type Habit, type HabitKind, type Happening, isOwnEdit, type Stop } from "./habit.ts";

/** Times that the same calls brought the same results, the first time included. */
const NUDGE_AT = 3;
/** Later than for failures: somebody may be waiting for something. */
const STOP_AT = 8;

/** Replies whose calls have all been made before, with the same results, while nothing was changed. */
export const nothingNew: HabitKind = { id: "nothing-new", begin: () => new NothingNew() };

class NothingNew implements Habit {
  readonly #known = new Set<string>();
  #now: string[] = [];
  #hasFailed = false;
  #row = 1;
  #isNudged = false;

  take(happening: Happening): void {
    switch (happening.type) {
      case "reply":
        this.#settle();
        return;
      case "result": {
        const { name, input, text, finished } = happening.result;
        this.#hasFailed ||= finished.isError;
        this.#now.push(fingerprint(`${name}\n${canonicalJson(input)}\n${withoutTimes(text)}`));
        return;
      }
      case "edit":
        if (isOwnEdit(happening.event)) this.#forget();
        return;
      case "reminded":
        this.#isNudged = true;
        return;
      case "unstuck":
        this.#forget();
        return;
      default:
        happening satisfies never;
    }
  }

  #forget(): void {
    this.#known.clear();
    this.#now = [];
    this.#row = 1;
    this.#isNudged = false;
  }

  /** The calls of the reply before are answered. Failures alone are the matter of another habit. */
  #settle(): void {
    const now = this.#now.splice(0);
    const isStale = now.length > 0 && now.every((one) => this.#known.has(one));
    if (isStale && !(this.#hasFailed && now.length === 1)) this.#row += 1;
    else if (now.length > 0 && !isStale) {
      this.#row = 1;
      this.#isNudged = false;
    }
    for (const one of now) this.#known.add(one);
    this.#hasFailed = false;
  }

  beforeAsking(): Advice | Stop | undefined {
    this.#settle();
    if (this.#row >= STOP_AT)
      return {
        message: `Stopped, because the same calls brought the same results ${this.#row} times in a row.`,
      };
    if (this.#row < NUDGE_AT || this.#isNudged) return undefined;
    return {
      text: `Your calls have brought the same results ${this.#row} times, and nothing has changed in between. Use what you know, do something else, or finish. To wait for something, wait inside of one command; you are told when a background command ends.`,
      about: [String(this.#row)],
    };
  }
}
