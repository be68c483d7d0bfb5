import { dollarWords } from "../../core/cost.ts";
import type { Question } from "../../core/detail.ts";
import { AgentError } from "../../core/errors.ts";
import { type AgentEvent, MAIN } from "../../core/event.ts";
import { text } from "../../core/message.ts";
import type { Session } from "../../core/session.ts";
import { amountIn, type Limit, nextLimit } from "./limits.ts";

/** A limit that the next request would go beyond. US dollars. */
export interface Reached {
  readonly limit: Limit;
  readonly spent: number;
  readonly nextCosts: number;
}

export interface AskParts {
  readonly session: Session;
  /** Undefined when nobody is there to answer. */
  readonly answers: (
    callId: string,
    questions: readonly Question[],
    signal: AbortSignal,
  ) => Promise<readonly string[] | undefined>;
  /** Whether somebody is there who could be asked. */
  readonly canAsk: () => boolean;
}

const WHOSE = { run: "This run", session: "This conversation", day: "All conversations of today" } as const;
const ID = "budget-";
const STOP = "Stop";

/**
 * Asks the person whether it may cost more, and resolves to how much in US dollars, or to undefined when it may not. Rejects
 * with `budget` when nobody is there, and with the signal's reason.
 */
export async function askForMore(
  reached: Reached,
  { session, answers, canAsk }: AskParts,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (!canAsk()) throw budgetError(reached);
  const { limit, spent, nextCosts } = reached;
  const more = nextLimit(limit.dollars, spent + nextCosts);
  const goOn = `Go on up to ${dollarWords(more)}`;
  const question: Question = {
    question: `${wordsFor(reached)} Go on?`,
    header: "Budget",
    options: [
      { label: goOn, description: "The next question comes when that is reached." },
      { label: STOP, description: "Nothing is lost: you can go on later." },
    ],
    multiSelect: false,
  };
  // Of a window that was closed with the question open: its card is still there.
  const callId = openBudgetQuestion(session.events) ?? `${ID}${session.lastSeq + 1}`;
  session.append(MAIN, { type: "question.asked", callId, questions: [question], title: "Budget" });
  const end = (words: string, outcome: "done" | "interrupted"): void => {
    const isError = outcome !== "done";
    session.append(MAIN, { type: "tool.finished", callId, isError, content: [text(words)], outcome });
  };
  let given: readonly string[] | undefined;
  try {
    given = await answers(callId, [question], signal);
  } catch (thrown) {
    end("It was not answered.", "interrupted");
    signal.throwIfAborted();
    // Declined: that is no leave either.
    if (thrown instanceof AgentError && thrown.kind === "denied") return undefined;
    throw thrown;
  }
  if (!given) {
    end("Nobody is there to answer.", "interrupted");
    throw budgetError(reached);
  }
  session.append(MAIN, { type: "question.answered", callId, answers: [...given] });
  const answer = given[0] ?? STOP;
  const amount = answer === goOn ? more : amountIn(answer);
  // Less than the next request needs is no leave to send it.
  if (amount === undefined || amount < spent + nextCosts) {
    end("It stops here.", "done");
    return undefined;
  }
  end(`It may cost up to ${dollarWords(amount)}.`, "done");
  return amount;
}

/** Ends the card of a question that has become needless. */
export function endOpenQuestion(session: Session): void {
  const callId = openBudgetQuestion(session.events);
  if (callId === undefined) return;
  const content = [text("It need not be answered any more.")];
  session.append(MAIN, { type: "tool.finished", callId, isError: false, content, outcome: "interrupted" });
}

function openBudgetQuestion(events: readonly AgentEvent[]): string | undefined {
  const asked = events.findLast((event) => event.type === "question.asked" && event.callId.startsWith(ID));
  if (asked?.type !== "question.asked") return undefined;
  const { callId } = asked;
  const isOver = events.some(
    (event) => event.type === "tool.finished" && event.callId === callId && event.seq > asked.seq,
  );
  return isOver ? undefined : callId;
}

export function wordsFor({ limit, spent, nextCosts }: Reached): string {
  const whose = `${WHOSE[limit.scope]} ${limit.scope === "day" ? "have" : "has"} cost ${dollarWords(spent)} of your limit of ${dollarWords(limit.dollars)}`;
  return spent >= limit.dollars
    ? `${whose}.`
    : `${whose}, and the next request costs about ${dollarWords(nextCosts)}.`;
}

export const budgetError = (reached: Reached): AgentError => new AgentError("budget", wordsFor(reached));
