import { useId, useState } from "react";
import type { Question } from "../../../src/core/detail.ts";
import type { ToolRow } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { usePost } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";

type Draft = { readonly chosen: readonly string[]; readonly other: string; readonly isOther: boolean };
const EMPTY: Draft = { chosen: [], other: "", isOther: false };

/** The answer as the model gets it; empty while there is none. */
export const answerOf = ({ chosen, other, isOther }: Draft): string =>
  [...chosen, ...(isOther && other.trim() ? [other.trim()] : [])].join(", ");

export function QuestionCard({ row, questions }: { row: ToolRow; questions: readonly Question[] }) {
  const post = usePost();
  const title = useId();
  const [drafts, setDrafts] = useState<readonly Draft[]>(questions.map(() => EMPTY));
  const [isSent, setSent] = useState(false);
  const answers = drafts.map(answerOf);
  const isComplete = answers.every((answer) => answer !== "");
  const send = (): void => {
    if (!isComplete || isSent) return;
    setSent(true);
    post({ type: "answers", callId: row.key, answers });
  };
  return (
    <div
      className="ask-card"
      role="alertdialog"
      aria-labelledby={title}
      tabIndex={-1}
      data-waiting="question"
      onKeyDown={(event) => {
        // Enter in a field or on a choice answers; on the button it is a click already.
        if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
        if (!(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        send();
      }}
    >
      <h2 id={title} className="ask-title">
        <Icon name="question" />
        <span>
          {questions.length === 1
            ? t("Plumb has a question")
            : t("Plumb has {n} questions", { n: questions.length })}
        </span>
      </h2>
      <div className="ask-subject">
        {questions.map((question, index) => (
          <QuestionFields
            key={question.question}
            question={question}
            draft={drafts[index] ?? EMPTY}
            change={(draft) => setDrafts(drafts.with(index, draft))}
          />
        ))}
      </div>
      <div className="ask-main">
        <Button kind="primary" disabled={!isComplete || isSent} onClick={send}>
          {t("Answer")}
        </Button>
      </div>
    </div>
  );
}

interface FieldsProps {
  readonly question: Question;
  readonly draft: Draft;
  readonly change: (draft: Draft) => void;
}

function QuestionFields({ question, draft, change }: FieldsProps) {
  const name = useId();
  const kind = question.multiSelect ? "checkbox" : "radio";
  const toggle = (label: string, isOn: boolean): void => {
    if (!question.multiSelect) return change({ ...draft, chosen: [label], isOther: false });
    change({
      ...draft,
      chosen: isOn ? [...draft.chosen, label] : draft.chosen.filter((one) => one !== label),
    });
  };
  const chooseOther = (isOn: boolean): void =>
    change({ ...draft, isOther: isOn, chosen: question.multiSelect ? draft.chosen : [] });
  return (
    <fieldset className="question">
      <legend>
        {question.header && <span className="question-header">{question.header}</span>}
        <span>{question.question}</span>
      </legend>
      {question.options.map(({ label, description }) => (
        <label key={label} className="option">
          <input
            type={kind}
            name={name}
            checked={draft.chosen.includes(label)}
            onChange={(event) => toggle(label, event.target.checked)}
          />
          <span>
            <span className="option-label">{label}</span>
            {description && <span className="option-description">{description}</span>}
          </span>
        </label>
      ))}
      <div className="option">
        <input
          type={kind}
          name={name}
          aria-label={t("Other answer")}
          checked={draft.isOther}
          onChange={(event) => chooseOther(event.target.checked)}
        />
        <input
          type="text"
          className="text-input"
          aria-label={t("Your own answer to: {question}", { question: question.question })}
          placeholder={t("Something else")}
          value={draft.other}
          maxLength={9_000}
          onChange={(event) =>
            change({
              ...draft,
              other: event.target.value,
              isOther: true,
              chosen: question.multiSelect ? draft.chosen : [],
            })
          }
        />
      </div>
    </fieldset>
  );
}
