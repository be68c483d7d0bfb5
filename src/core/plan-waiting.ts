import type { AgentEvent } from "./event.ts";

/** True when the newest thing that the user has not answered is a plan: it was presented, and nobody was there to approve it. */
export function isPlanWaiting(log: readonly AgentEvent[], agentId: string): boolean {
  const unanswered = new Set<string>();
  for (let at = log.length - 1; at >= 0; at -= 1) {
    const event = log[at];
    if (event?.agentId !== agentId) continue;
    if (event.type === "user") return false;
    if (event.type === "permission.decided" && event.by === "nobody") unanswered.add(event.callId);
    if (event.type === "permission.asked" && event.detail.kind === "plan")
      return unanswered.has(event.callId);
  }
  return false;
}
