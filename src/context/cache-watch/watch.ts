import type { BrokenCache, SinceReply } from "../../core/cache-watch.ts";
import type { Usage } from "../../core/message.ts";
import type { SentRequest } from "../../core/model.ts";
import { type Difference, differences, placeOf } from "./difference.ts";
import { Entries } from "./entries.ts";
import { Latches } from "./latches.ts";

/** A request that was answered. */
export interface Exchange {
  readonly sent: SentRequest;
  /** When it began, in epoch milliseconds. */
  readonly at: number;
  readonly usage: Usage;
  /** Why the provider says that its cache did not help. */
  readonly cacheMiss: string | undefined;
  readonly since: SinceReply;
}

/** What nobody changed is only looked into when it costs something. */
const WORTH_A_WORD_TOKENS = 1_000;
const WORTH_A_WORD_SHARE = 0.05;
/** After a restart nothing is known of the entries but that they are kept at least for so long. */
const SHORTEST_LIFE_MS = 5 * 60_000;

/** Watches the requests of one agent. Holds on to its last one, most of which the log has in memory anyway. */
export class AgentWatch {
  #last: SentRequest | undefined;
  readonly #entries = new Entries();
  readonly #latches = new Latches();

  /** Takes the next exchange. Returns what broke, once for what only flips back and forth. */
  take(exchange: Exchange): BrokenCache | undefined {
    const { sent, at, usage, since } = exchange;
    const all = this.#last ? differences(this.#last, sent) : [];
    if (all[0]) this.#entries.cut(all[0].unit);
    // Each is remembered; what only flips back may hide nothing that is new.
    const [changed] = all.filter((one) => this.#latches.take(one));
    const missed = this.#entries.look(sent, at);
    this.#entries.write(sent, at);
    const isFirst = this.#last === undefined;
    this.#last = sent;
    const lostTokens = Math.max(0, (since.last?.cachedTokens ?? 0) - usage.cacheReadTokens);
    if (lostTokens === 0 || (all.length > 0 && !changed)) return undefined;
    if (since.isCompacted || since.isCleared)
      return { ...wanted(since, changed), lostTokens, isIntended: true };
    if (changed) return { ...known(changed, since), lostTokens };
    if (lostTokens < WORTH_A_WORD_TOKENS || lostTokens < WORTH_A_WORD_SHARE * cachedBefore(since))
      return undefined;
    return { ...(isFirst ? untold(exchange) : explain(exchange, missed)), lostTokens };
  }
}

type Named = Pick<BrokenCache, "cause" | "place">;
type Judged = Omit<BrokenCache, "lostTokens">;
const cachedBefore = ({ last }: SinceReply): number => last?.cachedTokens ?? 0;

const wanted = ({ isCompacted }: SinceReply, changed: Difference | undefined): Named => ({
  cause: isCompacted ? "compacted" : "results cleared",
  place: changed?.place ?? "messages",
});

/** A picture that somebody adds costs this, and is wanted all the same. */
const known = ({ cause, place, isGrowth }: Difference, { isChosen }: SinceReply): Judged => ({
  cause,
  place,
  isIntended: isGrowth ?? (isChosen && (cause === "model changed" || cause === "effort changed")),
});

/** The same bytes as before, and yet much of them was not found. */
function explain(exchange: Exchange, { newest, found }: ReturnType<Entries["look"]>): Judged {
  const { sent, at, cacheMiss } = exchange;
  const place = placeOf(newest && sent.units[newest.unit]);
  if (newest && newest.until <= at) return { cause: "entry expired", place, isIntended: false };
  if (newest && newest.unit !== found?.unit) return { cause: "out of look-back", place, isIntended: false };
  const said = cacheMiss === undefined ? place : `provider: ${cacheMiss}`;
  return { cause: "unknown", place: said, isIntended: false };
}

/** What a provider that keeps records calls it. */
const IN_ITS_WORDS: Readonly<Record<string, BrokenCache["cause"]>> = {
  model_changed: "model changed",
  tools_changed: "tool changed",
  system_changed: "system changed",
  messages_changed: "message edited",
};

/** The first request since a restart: what was sent before it is not known, only what the log and the provider say. */
function untold({ at, cacheMiss = "", since }: Exchange): Judged {
  if (since.isChosen) return { cause: "model changed", place: "model", isIntended: true };
  const said = IN_ITS_WORDS[cacheMiss];
  if (said) return { cause: said, place: "provider", isIntended: false };
  const isExpired = since.last !== undefined && at - since.last.at >= SHORTEST_LIFE_MS;
  return { cause: isExpired ? "entry expired" : "unknown", place: "messages", isIntended: false };
}
