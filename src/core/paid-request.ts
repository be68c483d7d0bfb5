import { type AgentEvent, MAIN } from "./event.ts";
import type { Usage } from "./message.ts";

/** What a request was for. */
export type Purpose = "main" | "agents" | "summaries" | "classifier";

export interface PaidRequest {
  /** "" where the log does not say it. */
  readonly model: string;
  readonly purpose: Purpose;
  readonly usage: Usage;
}

/** The request that an event tells of, if it tells of one. `models`: of each agent, as of then. */
export function paidRequest(event: AgentEvent, models: ReadonlyMap<string, string>): PaidRequest | undefined {
  switch (event.type) {
    case "assistant":
    case "spent": {
      const { model, usage, agentId } = event;
      return { model, usage, purpose: agentId === MAIN ? "main" : "agents" };
    }
    case "classified":
      return { model: event.model, usage: event.usage, purpose: "classifier" };
    case "compacted": {
      const { usage, agentId } = event;
      return usage && { model: models.get(agentId) ?? "", usage, purpose: "summaries" };
    }
    default:
      return undefined;
  }
}
