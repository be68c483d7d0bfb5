import { t } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { PermissionCard } from "./permission-card.tsx";
import { QuestionCard } from "./question-card.tsx";

/**
 * What waits for the user stands above the composer, not in the conversation: it can neither scroll away nor be
 * hidden inside a sub-agent's steps. The oldest comes first.
 */
export function AskDock() {
  const row = useView((view) => view.waiting);
  const count = useView((view) => view.status.openQuestions.length);
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  if (!row || isReadOnly) return null;
  return (
    <div className="ask-dock">
      {row.approval ? (
        <PermissionCard key={`${row.key}:${row.approval.hash}`} row={row} approval={row.approval} />
      ) : (
        row.questions &&
        row.state === "asking" && <QuestionCard key={row.key} row={row} questions={row.questions} />
      )}
      {count > 1 && <p className="ask-more">{t("{n} more after this one", { n: count - 1 })}</p>}
    </div>
  );
}
