/** Somebody who can be asked: a person in the editor or at a terminal, a program that answers for one, or nobody. */
export type Place = "panel" | "terminal" | "caller" | "none";

/** Whether somebody can be asked now. A fact that the host knows, and nothing that anybody chooses. */
export interface Presence {
  readonly place: Place;
  /** They are not there now and will come back: what needs them waits in their queue. */
  readonly isAway?: boolean;
  /** How that is known, in a few words, for the log. */
  readonly because?: string;
}

export const NOBODY: Presence = { place: "none" };

/** Where the one is for whom the work is done. The host sets it when that changes; the conversation goes by it. */
export class Whereabouts {
  readonly #listeners = new Set<() => void>();
  #now: Presence;

  constructor(now: Presence) {
    this.#now = now;
  }

  get now(): Presence {
    return this.#now;
  }

  set(now: Presence): void {
    const isSame = isSamePresence(now, this.#now);
    this.#now = now;
    if (!isSame) for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` after each change. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** What the log says of it, also in the words of a newer Plumb. */
interface Recorded {
  readonly place: string;
  readonly isAway?: boolean | undefined;
}

export const isSamePresence = (one: Recorded, other: Recorded): boolean =>
  one.place === other.place && (one.isAway === true) === (other.isAway === true);

/** Whether what is asked gets an answer now. */
export const isHere = ({ place, isAway }: Recorded): boolean => place !== "none" && isAway !== true;
