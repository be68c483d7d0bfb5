import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import type { Detail } from "../../../src/core/detail.ts";
import type { Approval, ToolRow } from "../../../src/core/rows.ts";
import { t, tn } from "../l10n.ts";
import { usePost, useView } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Group, ScrollBox } from "../ui/scroll-box.tsx";
import { ReasonField } from "./reason-field.tsx";

type Plan = Extract<Detail, { kind: "plan" }>;
interface Props {
  readonly row: ToolRow;
  readonly approval: Approval;
  readonly plan: Plan;
  /** Draws a text. */
  readonly drawText: (id: string, markdown: string) => ReactNode;
}
type Answer =
  | { readonly verdict: "allow"; readonly mode: "ask" | "acceptEdits" | "auto" }
  | { readonly verdict: "deny" };

const APPROVALS = [
  {
    letter: "A",
    mode: "ask",
    words: () => t("Ask before edits"),
    name: () => t("Approve, ask before edits"),
  },
  {
    letter: "E",
    mode: "acceptEdits",
    words: () => t("Accept edits"),
    name: () => t("Approve, accept edits"),
  },
  { letter: "U", mode: "auto", words: () => t("Auto") },
] as const;
const KEYS: Readonly<Record<string, Answer>> = {
  a: { verdict: "allow", mode: "ask" },
  e: { verdict: "allow", mode: "acceptEdits" },
  u: { verdict: "allow", mode: "auto" },
  d: { verdict: "deny" },
};

/** A plan as the user has it in the editor by now. Only an answer here, or the mode picker, ends plan mode. */
export function PlanCard({ row, approval, plan: proposed, drawText }: Props) {
  const post = usePost();
  const touched = useView((view) => view.proposal);
  const [sentOf, setSentOf] = useState("");
  const [feedback, setFeedback] = useState("");
  const title = useId();
  const mine = touched?.callId === row.key && touched.hash === approval.hash ? touched.detail : undefined;
  const plan = mine?.kind === "plan" ? mine : proposed;
  const words = feedback.trim();
  const isSent = sentOf === plan.afterHash;
  const open = (): void => post({ type: "openProposal", callId: row.key });
  const choose = (answer: Answer): void => {
    if (isSent) return;
    // Answered for the text on screen: when the user has changed it since, the host says so and asks again.
    setSentOf(plan.afterHash);
    post({
      type: "permission",
      callId: row.key,
      hash: approval.hash,
      verdict: answer.verdict,
      scope: "once",
      of: plan.afterHash,
      ...(answer.verdict === "allow" && { mode: answer.mode }),
      ...(words && { feedback: words }),
    });
  };
  return (
    <div
      className="ask-card plan-card"
      role="alertdialog"
      aria-labelledby={title}
      tabIndex={-1}
      data-waiting="permission"
      onKeyDown={(event) => byKey(event, choose, open)}
    >
      <h2 id={title} className="ask-title">
        <Icon name="list-tree" />
        <span>{t("Approve this plan?")}</span>
      </h2>
      <p className="ask-facts">
        {mine !== undefined && (
          <span className="ask-amended" title={t("As you changed it in the editor")}>
            {t("Edited")}
          </span>
        )}
        <Button
          kind="quiet"
          icon="edit"
          className="ask-open"
          aria-keyshortcuts="O"
          title={t("Read, change and comment it in the editor before you answer (O)")}
          onClick={open}
        >
          {t("Open plan")}
        </Button>
      </p>
      <ScrollBox className="ask-subject plan-text" label={t("The plan")}>
        {plan.markdown.trim() === "" ? (
          <p className="cut-note">{t("The plan is empty.")}</p>
        ) : (
          drawText(`plan:${row.key}:${plan.afterHash}`, plan.markdown)
        )}
        {plan.hiddenChars > 0 && (
          <p className="ask-warning">
            <Icon name="warning" />{" "}
            {tn(
              plan.hiddenChars,
              "{n} more character is not shown here. Open the plan to read all of it.",
              "{n} more characters are not shown here. Open the plan to read all of it.",
            )}
          </p>
        )}
      </ScrollBox>
      <Answers isSent={isSent} words={feedback} setWords={setFeedback} choose={choose} />
    </div>
  );
}

interface AnswersProps {
  readonly isSent: boolean;
  readonly words: string;
  readonly setWords: (words: string) => void;
  readonly choose: (answer: Answer) => void;
}

function Answers({ isSent, words, setWords, choose }: AnswersProps) {
  const then = useId();
  const hasWords = words.trim() !== "";
  return (
    <div className="ask-buttons">
      <p id={then} className="plan-then">
        {t("Approve, and from then on:")}
      </p>
      <Group className="ask-main plan-choices" label={t("Approve the plan, or reject it")}>
        {APPROVALS.map(({ letter, mode, words: label }, index) => (
          <Choice
            key={mode}
            letter={letter}
            kind={index === 0 ? "primary" : "secondary"}
            describedBy={then}
            isOff={isSent}
            onClick={() => choose({ verdict: "allow", mode })}
          >
            {label()}
          </Choice>
        ))}
        <Choice letter="D" kind="secondary" isOff={isSent} onClick={() => choose({ verdict: "deny" })}>
          {hasWords ? t("Reject and tell") : t("Reject")}
        </Choice>
      </Group>
      <ReasonField
        label={t("Tell Plumb what to change in the plan, or what to mind")}
        placeholder={t("What to change, or what to mind")}
        words={words}
        setWords={setWords}
        deny={() => choose({ verdict: "deny" })}
      />
    </div>
  );
}

/** Letters, only while the card or one of its buttons has the focus. */
function byKey(event: KeyboardEvent, choose: (answer: Answer) => void, open: () => void): void {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return;
  if (event.target instanceof HTMLInputElement) return;
  const key = event.key.toLowerCase();
  const answer = KEYS[key];
  if (key !== "o" && !answer) return;
  event.preventDefault();
  if (answer) choose(answer);
  else open();
}

interface ChoiceProps {
  readonly letter: string;
  readonly kind: "primary" | "secondary";
  /** What says the rest of it. */
  readonly describedBy?: string;
  readonly isOff: boolean;
  readonly onClick: () => void;
  readonly children: string;
}

const Choice = ({ letter, kind, describedBy, isOff, onClick, children }: ChoiceProps) => (
  <button
    type="button"
    className={`button ${kind}`}
    disabled={isOff}
    aria-describedby={describedBy}
    aria-keyshortcuts={letter}
    onClick={onClick}
  >
    <span className="button-text">{children}</span>
    <kbd>{letter}</kbd>
  </button>
);
