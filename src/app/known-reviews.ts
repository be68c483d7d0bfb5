import type { FileReview } from "../review/hunks.ts";
import type { FileLedger, Ledger } from "../review/ledger.ts";

/** What the file is compared with: it stays the same while somebody types. */
export interface Sources {
  readonly baseline: string;
  readonly newest: string;
}
export interface Computed {
  readonly review: FileReview;
  readonly sources: Sources;
}
interface Known extends Computed {
  /** The hashes of all that it was computed from: a review is a function of those texts and of nothing else. */
  readonly of: string;
  readonly currentHash: string;
}

/** Texts that are kept to be at hand, of all files together; what is looked at longest ago goes first. */
const MOST_CHARS = 200_000_000;

const reviews = new WeakMap<Ledger, KnownReviews>();

/**
 * What there is to decide in a file, as `compute` finds it. One decision asks for it several times, and views ask after
 * each change of their file: it is computed again only when one of its texts is another.
 */
export async function knownReview(
  ledger: Ledger,
  { path, baseline, earlier, newest }: Pick<FileLedger, "path" | "baseline" | "earlier" | "newest">,
  currentHash: string,
  compute: (known: Sources | undefined) => Promise<Computed>,
): Promise<FileReview> {
  const known = reviews.get(ledger) ?? new KnownReviews();
  reviews.set(ledger, known);
  const of = JSON.stringify([baseline, earlier, newest]);
  const found = known.get(path, of);
  const computed = found?.currentHash === currentHash ? found : await compute(found?.sources);
  known.put(path, { of, currentHash, ...computed });
  return computed.review;
}

/** Nothing is left to decide in a file: its texts are not needed any more. */
export const forgetReview = (ledger: Ledger, path: string): void => reviews.get(ledger)?.remove(path);

class KnownReviews {
  readonly #files = new Map<string, Known>();
  #chars = 0;

  get(path: string, of: string): Known | undefined {
    const found = this.#files.get(path);
    return found?.of === of ? found : undefined;
  }

  put(path: string, known: Known): void {
    this.remove(path);
    this.#files.set(path, known);
    this.#chars += charsOf(known);
    for (const oldest of this.#files.keys()) {
      if (this.#chars <= MOST_CHARS || oldest === path) break;
      this.remove(oldest);
    }
  }

  remove(path: string): void {
    const known = this.#files.get(path);
    if (known) this.#chars -= charsOf(known);
    this.#files.delete(path);
  }
}

const charsOf = ({ review, sources }: Known): number =>
  review.baseline.length + review.current.length + sources.baseline.length + sources.newest.length;
