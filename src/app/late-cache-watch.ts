import type { AgentWatch } from "../context/cache-watch/watch.ts";
import { type BrokenCache, type CacheWatch, sinceReply, type WatchedRequest } from "../core/cache-watch.ts";
import { type AgentEvent, MAIN } from "../core/event.ts";
import type { SentRequest } from "../core/model.ts";

/** So many agents are remembered at once; of the others only what the log says. */
const MOST_AGENTS = 8;

/** Watches what the agents of one conversation send. What compares is loaded while the first request is under way. */
export class LateCacheWatch implements CacheWatch {
  readonly #agents = new Map<string, AgentWatch>();
  #loading: Promise<typeof AgentWatch> | undefined;

  begin(agentId: string, log: readonly AgentEvent[], now: number): WatchedRequest {
    const since = sinceReply(log, agentId);
    let sent: SentRequest | undefined;
    return {
      sent: (request) => {
        sent = request;
        this.#load().catch(() => undefined);
      },
      answered: async (usage, cacheMiss): Promise<BrokenCache | undefined> => {
        if (!sent) return undefined;
        try {
          const watch = this.#watchOf(agentId, await this.#load());
          return watch.take({ sent, at: now, usage, cacheMiss, since });
        } catch {
          // Watching is a favour: nothing depends on it.
          return undefined;
        }
      },
    };
  }

  #load(): Promise<typeof AgentWatch> {
    this.#loading ??= import("../context/cache-watch/watch.ts").then((module) => module.AgentWatch);
    return this.#loading;
  }

  #watchOf(agentId: string, Watch: typeof AgentWatch): AgentWatch {
    const watch = this.#agents.get(agentId) ?? new Watch();
    this.#agents.delete(agentId);
    this.#agents.set(agentId, watch);
    const [oldest] = [...this.#agents.keys()].filter((id) => id !== MAIN);
    if (this.#agents.size > MOST_AGENTS && oldest !== undefined) this.#agents.delete(oldest);
    return watch;
  }
}
