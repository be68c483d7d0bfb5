import { type AgentEvent, MAIN, type Outcome } from "../core/event.ts";
import { plainText } from "../core/message.ts";
import type { TurnResult } from "./surface.ts";

/** What a program is told at the end of a turn. `events` are those since it was begun; `dollars` are of the session. */
export function turnResult(
  events: readonly AgentEvent[],
  outcome: Outcome | "queued" | "idle",
  dollars: number,
): TurnResult {
  const own = events.filter(({ agentId }) => agentId === MAIN);
  const last = own.findLast((event) => event.type === "finished");
  const reply = own.findLast((event) => event.type === "assistant");
  const isOwn = outcome !== "queued" && outcome !== "idle";
  return {
    outcome: isOwn ? outcome : (last?.outcome ?? "cancelled"),
    text: reply ? plainText(reply.content).trim() : "",
    ...(last?.error && { error: last.error }),
    ...{ denied: deniedIn(events), sessionCostUsd: dollars },
  };
}

function deniedIn(events: readonly AgentEvent[]): TurnResult["denied"] {
  const unanswered = new Set<string>();
  for (const event of events)
    if (event.type === "permission.decided" && event.by === "nobody") unanswered.add(event.callId);
  return events.flatMap((event) =>
    event.type === "permission.asked" && unanswered.has(event.callId)
      ? [{ name: event.name, title: event.title, rules: event.suggestions }]
      : [],
  );
}
