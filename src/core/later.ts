import { shortened } from "./cut-text.ts";
import type { AgentEvent, EventOf } from "./event.ts";

/** A question that was put off because its person was away. Its call has ended; allowing it lets the same call run once. */
export interface LaterQuestion {
  readonly callId: string;
  /** Counts from 1 within a conversation. */
  readonly number: number;
  readonly agentId: string;
  readonly card: EventOf<"permission.asked">;
}

/** One of them, decided or not. */
export interface LaterEntry extends LaterQuestion {
  readonly decided?: EventOf<"later.decided">;
  readonly isUsed: boolean;
}

/** All of them, oldest first. */
export function laterEntries(log: readonly AgentEvent[]): readonly LaterEntry[] {
  const cards = new Map<string, EventOf<"permission.asked">>();
  const found = new Map<string, LaterEntry>();
  for (const event of log) {
    if (event.type === "permission.asked") cards.set(event.callId, event);
    else if (event.type === "permission.decided") decidedAtOnce(event, cards.get(event.callId), found);
    else if (event.type === "later.decided") {
      const entry = found.get(event.callId);
      if (entry && !entry.decided) found.set(event.callId, { ...entry, decided: event });
    }
  }
  return [...found.values()];
}

/** Put off, or let through because of what was decided later. */
function decidedAtOnce(
  { callId, agentId, later, grant }: EventOf<"permission.decided">,
  card: EventOf<"permission.asked"> | undefined,
  found: Map<string, LaterEntry>,
): void {
  if (later !== undefined && card && !found.has(callId))
    found.set(callId, { callId, number: later, agentId, card, isUsed: false });
  const used = grant === undefined ? undefined : found.get(grant);
  if (used) found.set(used.callId, { ...used, isUsed: true });
}

/** Those that nobody has decided about, oldest first. */
export const laterQuestions = (log: readonly AgentEvent[]): readonly LaterQuestion[] =>
  laterEntries(log).filter(({ decided }) => !decided);

/** For the model, once its person has decided. It is data, and gives no authority: that comes from the log alone. */
export function laterNews(
  { number, card }: LaterQuestion,
  decided: { verdict: string; feedback?: string },
): string {
  const isAllowed = decided.verdict === "allow";
  const lines = [
    "<task-notification>",
    `<question>${number}</question>`,
    `<call>${escapeTags(shortened(`${card.name}: ${card.title}`, 500))}</call>`,
    `<decision>${isAllowed ? "allowed" : "denied"}</decision>`,
    ...(decided.feedback === undefined ? [] : [`<user-said>${escapeTags(decided.feedback)}</user-said>`]),
    isAllowed
      ? "Make exactly the same call again if it is still needed: it runs once without a question."
      : "Do not make this call again. Choose another way, or leave it.",
    "</task-notification>",
  ];
  return lines.join("\n");
}

const escapeTags = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
