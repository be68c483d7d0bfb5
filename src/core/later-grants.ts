import type { AgentEvent } from "./event.ts";
import { type LaterQuestion, laterEntries } from "./later.ts";

/** What was allowed later is used soon, or not at all. In milliseconds. */
const GRANT_MS = 60 * 60_000;

/** The number that the next one gets, or the one that the same question has already. */
export function laterNumber(log: readonly AgentEvent[], hash: string): { number: number; isNew: boolean } {
  const all = laterEntries(log);
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
  const found = laterEntries(log).find(
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
