import { MAIN } from "../core/event.ts";
import { laterNews, laterQuestions } from "../core/later.ts";
import type { Session } from "../core/session.ts";

/** What a person decides about a question of their queue; `hash` says which card they looked at. */
export interface LaterAnswer {
  readonly callId: string;
  readonly hash: string;
  readonly verdict: "allow" | "deny";
  readonly feedback?: string;
}

/** Writes the decision down. Undefined when there is no such question any more, else what the agent is told. */
export function decideLater(
  { callId, hash, verdict, feedback }: LaterAnswer,
  session: Session,
): string | undefined {
  const question = laterQuestions(session.events).find((one) => one.callId === callId);
  if (question?.card.hash !== hash) return undefined;
  const decided = { verdict, ...(feedback !== undefined && { feedback }) };
  session.append(MAIN, { type: "later.decided", callId, hash, ...decided });
  return laterNews(question, decided);
}
