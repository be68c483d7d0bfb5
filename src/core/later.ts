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

/** What was allowed later is used soon, or not at all. In milliseconds. */
const GRANT_MS = 60 * 60_000;

/** One of them, decided or not. */
interface Entry extends LaterQuestion {
  readonly decided?: EventOf<"later.decided">;
  readonly isUsed: boolean;
}

function entries(log: readonly AgentEvent[]): readonly Entry[] {
  const cards = new Map<string, EventOf<"permission.asked">>();
  const found = new Map<string, Entry>();
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
  found: Map<string, Entry>,
): void {
  if (later !== undefined && card && !found.has(callId))
    found.set(callId, { callId, number: later, agentId, card, isUsed: false });
  const used = grant === undefined ? undefined : found.get(grant);
  if (used) found.set(used.callId, { ...used, isUsed: true });
}

/** Those that nobody has decided about, oldest first. */
export const laterQuestions = (log: readonly AgentEvent[]): readonly LaterQuestion[] =>
  entries(log).filter(({ decided }) => !decided);

/** The number that the next one gets, or the one that the same question has already. */
export function laterNumber(log: readonly AgentEvent[], hash: string): { number: number; isNew: boolean } {
  const all = entries(log);
  const same = all.find(({ card, decided }) => card.hash === hash && !decided);
  return same ? { number: same.number, isNew: false } : { number: all.length + 1, isNew: true };
}

/** What the person allowed later about exactly this card, if it has not been used, and not so long ago. `now`: epoch milliseconds. */
export function grantFor(
  log: readonly AgentEvent[],
  hash: string,
  now: number,
): (LaterQuestion & { readonly feedback?: string }) | undefined {
  // What was allowed before a conversation was forked may have run, or may still run, in the one it comes from.
  const forkedAt = log.find((event) => event.type === "session")?.forkedFrom?.seq ?? 0;
  const found = entries(log).find(
    ({ card, decided, isUsed }) =>
      card.hash === hash &&
      decided?.verdict === "allow" &&
      !isUsed &&
      decided.seq >= forkedAt &&
      now - decided.at < GRANT_MS,
  );
  if (!found) return undefined;
  return found.decided?.feedback === undefined ? found : { ...found, feedback: found.decided.feedback };
}

/** For the model, as the result of a call that waits. */
export const putOff = (number: number, isNew: boolean): string =>
  `The user is away. ${isNew ? `This is question ${number} in their queue` : `This waits in their queue already, as question ${number}`}; it was not run. You are told what they decide. Go on with work that does not depend on it; when there is none, end your turn and say what waits.`;

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
