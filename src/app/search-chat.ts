import type { AgentEvent } from "../core/event.ts";
import { type Entry, entriesOf, excerpt, termsOf } from "../tools/transcript-entries.ts";

/** A place in a conversation in which all words of a query occur. */
export interface Found extends Entry {
  readonly excerpt: string;
}

const MOST_FOUND = 200;
/** One line of a list: what was found has to be seen in it. */
const AROUND_CHARS = 50;

/**
 * Looks through all of a conversation, also through what was summarised or cleared and is no longer sent; made once for
 * many queries. The newest come first, at most 200; no words find everything.
 */
export function searchChat(events: readonly AgentEvent[]): (query: string) => readonly Found[] {
  const entries = entriesOf(events, "").toReversed();
  return (query) => {
    const terms = termsOf(query);
    const found: Found[] = [];
    for (const entry of entries) {
      if (found.length === MOST_FOUND) break;
      const words =
        terms.length === 0 ? entry.text.slice(0, AROUND_CHARS * 3) : excerpt(entry.text, terms, AROUND_CHARS);
      if (words !== undefined) found.push({ ...entry, excerpt: words });
    }
    return found;
  };
}
