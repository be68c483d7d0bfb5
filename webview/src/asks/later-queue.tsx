import { type ReactNode, useCallback, useId, useState } from "react";
import type { Detail } from "../../../src/core/detail.ts";
import type { LaterCard } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { ReasonField } from "./reason-field.tsx";

/** Draws what a card is about. */
type Draw = (detail: Detail, title: string, onEnd: () => void) => ReactNode;

/** What was put off while the person was away, each with everything its card would have shown. */
export function LaterQueue({ drawSubject }: { readonly drawSubject: Draw }) {
  const cards = useView((view) => view.status.later);
  const title = useId();
  return (
    <section className="ask-card later-queue" aria-labelledby={title} tabIndex={-1} data-waiting="later">
      <h2 id={title} className="ask-title">
        <Icon name="clock" />
        <span>{tn(cards.length, "{n} question waits for you", "{n} questions wait for you")}</span>
      </h2>
      <p className="later-note">
        {t("Plumb went on without an answer. What you allow runs once, when Plumb calls it again.")}
      </p>
      <ol className="later-list">
        {cards.map((card, index) => (
          <LaterItem key={card.callId} card={card} isFirst={index === 0} drawSubject={drawSubject} />
        ))}
      </ol>
    </section>
  );
}

interface ItemProps {
  readonly card: LaterCard;
  readonly isFirst: boolean;
  readonly drawSubject: Draw;
}

function LaterItem({ card, isFirst, drawSubject }: ItemProps) {
  const { callId, number, title, approval } = card;
  const post = usePost();
  // The first one is open by itself: one question is the usual case.
  const [isChosen, setOpen] = useState<boolean>();
  const isOpen = isChosen ?? isFirst;
  const [isSent, setSent] = useState(false);
  const [words, setWords] = useState("");
  const [hasSeenEnd, setSeenEnd] = useState(false);
  const [isUnseenAccepted, setUnseenAccepted] = useState(false);
  const name = useId();
  const { detail } = approval;
  const unseen = detail.kind === "diff" ? detail.hiddenLines : 0;
  const isHigh = detail.kind === "command" && detail.risk?.level === "high";
  const mayAllow = (!isHigh || hasSeenEnd) && (unseen === 0 || isUnseenAccepted);
  const seeEnd = useCallback(() => setSeenEnd(true), []);
  const feedback = words.trim();
  const decide = (verdict: "allow" | "deny"): void => {
    if (isSent) return;
    setSent(true);
    post({ type: "later", callId, hash: approval.hash, verdict, ...(feedback && { feedback }) });
  };
  return (
    <li className="later-item">
      <button type="button" className="later-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name="chevron-right" className={isOpen ? "chevron is-open" : "chevron"} />
        <span id={name} className="later-title">
          {number}. {makeVisible(title, "exact")}
        </span>
      </button>
      {isOpen && (
        <>
          <ScrollBox className="ask-subject later-subject" label={t("What would run or change")}>
            {drawSubject(detail, title, seeEnd)}
          </ScrollBox>
          <p className="ask-why">{t("Why it asks: {why}", { why: approval.because })}</p>
          {unseen > 0 && (
            <label className="ask-unseen">
              <input
                type="checkbox"
                checked={isUnseenAccepted}
                onChange={(event) => setUnseenAccepted(event.target.checked)}
              />
              {tn(unseen, "Allow without seeing {n} line", "Allow without seeing {n} lines")}
            </label>
          )}
          <div className="later-buttons">
            <Button
              kind="primary"
              disabled={isSent || !mayAllow}
              aria-describedby={name}
              onClick={() => decide("allow")}
            >
              {t("Allow once")}
            </Button>
            <Button kind="secondary" disabled={isSent} aria-describedby={name} onClick={() => decide("deny")}>
              {feedback ? t("Deny and tell") : t("Deny")}
            </Button>
            <ReasonField
              label={t("Tell Plumb something about question {n}", { n: number })}
              placeholder={t("Say something with it")}
              words={words}
              setWords={setWords}
              deny={() => decide("deny")}
            />
          </div>
        </>
      )}
    </li>
  );
}
