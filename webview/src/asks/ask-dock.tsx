import type { Detail } from "../../../src/core/detail.ts";
import type { ToolRow } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { useView } from "../state/panel.tsx";
import { ApprovalSubject } from "./approval-subject.tsx";
import { LaterQueue } from "./later-queue.tsx";
import { PermissionCard } from "./permission-card.tsx";
import { PlanCard } from "./plan-card.tsx";
import { QuestionCard } from "./question-card.tsx";

/**
 * What waits for the user stands above the composer, not in the conversation: it can neither scroll away nor be
 * hidden inside a sub-agent's steps. The oldest comes first.
 */
export function AskDock() {
  const row = useView((view) => view.waiting);
  const count = useView((view) => view.status.openQuestions.length);
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  const hasLater = useView((view) => view.status.later.length > 0);
  if (isReadOnly) return null;
  // What waits without an answer comes first; what the work went on without comes after it.
  if (!row && hasLater)
    return (
      <div className="ask-dock">
        <LaterQueue drawSubject={drawSubject} />
      </div>
    );
  if (!row) return null;
  return (
    <div className="ask-dock">
      <Card row={row} />
      {count > 1 && <p className="ask-more">{t("{n} more after this one", { n: count - 1 })}</p>}
    </div>
  );
}

const drawSubject = (detail: Detail, title: string, onEnd: () => void) => (
  <ApprovalSubject detail={detail} title={title} proposed={undefined} onEnd={onEnd} />
);
const drawText = (id: string, markdown: string) => <Markdown id={id} text={markdown} isOpen={false} />;

function Card({ row }: { row: ToolRow }) {
  const { approval, questions } = row;
  if (approval?.detail.kind === "plan")
    return (
      <PlanCard
        key={`${row.key}:${approval.hash}`}
        row={row}
        approval={approval}
        plan={approval.detail}
        drawText={drawText}
      />
    );
  if (approval) return <PermissionCard key={`${row.key}:${approval.hash}`} row={row} approval={approval} />;
  if (!questions || row.state !== "asking") return null;
  return <QuestionCard key={row.key} row={row} questions={questions} />;
}
