import type { AgentEvent, EventOf } from "./event.ts";
import { isToolUse, text } from "./message.ts";

/**
 * What an agent's requests are made from: its own events, and of a fork first those of the agent it was forked from, up to
 * the reply that started it. What that agent does afterwards is its own affair.
 */
export function lineageOf(log: readonly AgentEvent[], agentId: string): readonly AgentEvent[] {
  const own = log.filter((event) => event.agentId === agentId);
  const fork = forkIn(own);
  if (!fork) return own;
  const before = lineageOf(log, fork.from).filter(({ seq }) => seq <= fork.seq);
  return [...before, ...answers(before.at(-1)), ...own];
}

/** It stands first, or behind the prefix that a fork takes over. */
function forkIn(own: readonly AgentEvent[]): EventOf<"agent.started">["fork"] {
  const started = own.slice(0, 3).find((event) => event.type === "agent.started");
  return started?.type === "agent.started" ? started.fork : undefined;
}

/** Every call has to be answered before anything else is said, and alike, so that forks of one reply share this, too. */
function answers(reply: AgentEvent | undefined): AgentEvent[] {
  if (reply?.type !== "assistant") return [];
  const { seq, at, agentId } = reply;
  return reply.content.filter(isToolUse).map(({ id: callId }) => ({
    ...{ seq, at, agentId, type: "tool.finished" as const, callId },
    ...{ isError: false, content: [text(FORKED)], outcome: "interrupted" as const },
  }));
}

const FORKED = "[You are a fork that began here; this result goes to the one you were forked from.]";
