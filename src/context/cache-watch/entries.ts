import type { SentRequest } from "../../core/model.ts";

/** A provider looks this many blocks back from a breakpoint. */
const LOOK_BACK_UNITS = 20;
/** More than can matter: the newest are kept, and the first, which live longest. */
const MOST_ENTRIES = 200;

interface Entry {
  /** The unit it ends with. */
  readonly unit: number;
  readonly keptMs: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** What should be in the cache because of what one agent sent: a model of the provider's, by position. */
export class Entries {
  #entries: readonly Entry[] = [];

  /** What ends at or after `unit` is about another prefix now. */
  cut(unit: number): void {
    this.#entries = this.#entries.filter((entry) => entry.unit < unit);
  }

  /** The newest entry there ever was for this prefix, and where a request finds the newest one that it can reach. */
  look(request: SentRequest, now: number): { newest: Entry | undefined; found: Entry | undefined } {
    const marks = request.units.flatMap(({ keptMs }, unit) => (keptMs === undefined ? [] : [unit]));
    const reachable = this.#entries.filter(
      ({ unit, until }) =>
        until > now && marks.some((mark) => unit <= mark && mark - unit <= LOOK_BACK_UNITS),
    );
    return { newest: this.#entries.at(-1), found: reachable.at(-1) };
  }

  /** A request that began at `now` wrote its breakpoints; what it read lives on. */
  write(request: SentRequest, now: number): void {
    const { found } = this.look(request, now);
    const byUnit = new Map(this.#entries.map((entry) => [entry.unit, entry]));
    if (found) byUnit.set(found.unit, { ...found, until: now + found.keptMs });
    for (const [unit, { keptMs }] of request.units.entries()) {
      if (keptMs === undefined) continue;
      const longest = Math.max(keptMs, byUnit.get(unit)?.keptMs ?? 0);
      byUnit.set(unit, { unit, keptMs: longest, until: now + longest });
    }
    const all = [...byUnit.values()].sort((a, b) => a.unit - b.unit);
    this.#entries = all.length > MOST_ENTRIES ? [...all.slice(0, 4), ...all.slice(4 - MOST_ENTRIES)] : all;
  }
}
