import { useCallback, useEffect, useState } from "react";
import type { Approval, ToolRow } from "../../../src/core/rows.ts";
import { usePost } from "../state/panel.tsx";
import type { Choice } from "./approval-buttons.tsx";
import type { Proposed } from "./use-proposed.ts";

interface Card {
  readonly row: ToolRow;
  readonly approval: Approval;
  readonly feedback: string;
  /** Whether there is something to allow, and the user has said what is asked of them first. */
  readonly isReady: boolean;
  /** Nothing is allowed before the end of it was in sight. */
  readonly mustRead: boolean;
  /** Leads to what has to be read. */
  readonly readOn: () => void;
  readonly of: Proposed["answer"] | undefined;
}

export interface Answering {
  readonly choose: (choice: Choice) => void;
  readonly onEnd: () => void;
  readonly mayAllow: boolean;
  readonly isBlocked: boolean;
  readonly isSent: boolean;
}

/** After this long without a decision the answer did not arrive, and the buttons work again. */
const ANSWER_MS = 4000;

/** The one answer a card gives: sent once, for exactly the card on screen. */
export function useAnswer({ row, approval, feedback, isReady, mustRead, readOn, of }: Card): Answering {
  const post = usePost();
  const [isSent, setSent] = useState(false);
  const [isRead, setRead] = useState(false);
  const onEnd = useCallback(() => setRead(true), []);
  useEffect(() => {
    if (!isSent) return;
    const timer = setTimeout(() => setSent(false), ANSWER_MS);
    return () => clearTimeout(timer);
  }, [isSent]);
  const isBlocked = mustRead && !isRead;
  const mayAllow = isReady && !isBlocked && !isSent;
  const choose = ({ verdict, scope, rules }: Choice): void => {
    const isAllow = verdict === "allow";
    if (isAllow && isBlocked) return readOn();
    if (isSent || (isAllow && !mayAllow)) return;
    setSent(true);
    const reason = isAllow ? "" : feedback.trim();
    post({
      type: "permission",
      callId: row.key,
      hash: approval.hash,
      verdict,
      scope,
      ...(reason && { feedback: reason }),
      ...(rules && { rules }),
      ...(isAllow && of),
    });
  };
  return { choose, onEnd, mayAllow, isBlocked, isSent };
}
