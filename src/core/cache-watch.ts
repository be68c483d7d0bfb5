import type { CacheBreakCause } from "./cache-stats.ts";
import type { AgentEvent } from "./event.ts";
import type { Usage } from "./message.ts";
import type { SentRequest } from "./model.ts";

/** Why a request found less in the cache than the one before it had left there. */
export interface BrokenCache {
  readonly cause: CacheBreakCause;
  readonly place: string;
  readonly lostTokens: number;
  readonly isIntended: boolean;
}

/** Compares what an agent really sends with what it sent last. */
export interface CacheWatch {
  /** Before a request: `log` is what it is made from, `now` is epoch milliseconds. */
  begin(agentId: string, log: readonly AgentEvent[], now: number): WatchedRequest;
}
export interface WatchedRequest {
  readonly sent: (request: SentRequest) => void;
  /** Once the reply is there. Never rejects; undefined when nothing broke. */
  answered(usage: Usage, cacheMiss?: string): Promise<BrokenCache | undefined>;
}

/** What the log says about why a request may differ from the one before it. */
export interface SinceReply {
  readonly isCompacted: boolean;
  readonly isCleared: boolean;
  /** Another model or effort was chosen. */
  readonly isChosen: boolean;
  /** What the agent left in the cache with its last reply, and when that had begun, in epoch milliseconds. */
  readonly last: { readonly at: number; readonly cachedTokens: number } | undefined;
}

/** Looks at what happened since the last reply only. */
export function sinceReply(log: readonly AgentEvent[], agentId: string): SinceReply {
  const types = new Set<string>();
  for (let i = log.length - 1; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.agentId !== agentId) continue;
    if (event.type === "assistant") {
      const { cacheReadTokens, cacheWriteTokens } = event.usage;
      const last = {
        at: event.at - (event.durationMs ?? 0),
        cachedTokens: cacheReadTokens + cacheWriteTokens,
      };
      return { ...changesFrom(types), last };
    }
    types.add(event.type);
  }
  return { ...changesFrom(types), last: undefined };
}

const changesFrom = (types: ReadonlySet<string>): Omit<SinceReply, "last"> => ({
  isCompacted: types.has("compacted"),
  isCleared: types.has("cleared") || types.has("dropped"),
  isChosen: types.has("prefix"),
});
