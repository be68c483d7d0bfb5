import { AgentError } from "../core/errors.ts";
import type { AgentEvent } from "../core/event.ts";
import { type Entry, entriesOf, excerpt, termsOf } from "./transcript-entries.ts";

const MOST_FOUND = 12;
const PAGE_CHARS = 12_000;

interface Search {
  readonly query?: string | undefined;
  readonly entry?: number | undefined;
  readonly offset?: number | undefined;
}

/** What the tool called `ownName` answers. Throws `invalid_input` and `not_found`. */
export function runSearch(
  { query = "", entry, offset = 0 }: Search,
  events: readonly AgentEvent[],
  ownName: string,
): string {
  const entries = entriesOf(events, ownName);
  return entry === undefined ? find(entries, query) : show(entries, entry, offset);
}

function find(entries: readonly Entry[], query: string): string {
  const terms = termsOf(query);
  if (terms.length === 0) throw new AgentError("invalid_input", "Give a query, or the number of an entry.");
  const found = entries.toReversed().flatMap(({ seq, who, text }) => {
    const words = excerpt(text, terms);
    return words === undefined ? [] : [`[${seq}] ${who} (${text.length} characters)\n${words}`];
  });
  if (found.length === 0) return `Nothing in this conversation has all of: ${terms.join(", ")}.`;
  const more = found.length - MOST_FOUND;
  const rest = more > 0 ? [`[${more} older ones are not shown. Use more words.]`] : [];
  return [...found.slice(0, MOST_FOUND), ...rest].join("\n\n");
}

function show(entries: readonly Entry[], number: number, offset: number): string {
  const entry = entries.find(({ seq }) => seq === number);
  if (!entry) throw new AgentError("not_found", `There is no entry ${number}; search for one first.`);
  const page = entry.text.slice(offset, offset + PAGE_CHARS).toWellFormed();
  const end = offset + page.length;
  const rest = end < entry.text.length ? `\n[Cut; read on with offset ${end} of ${entry.text.length}.]` : "";
  return `[${number}] ${entry.who}\n${page}${rest}`;
}
