import { memo } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { usePost } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { CompactionRow } from "./compaction-row.tsx";
import { FinishedRow } from "./finished-row.tsx";
import { NoticeRow } from "./notice-row.tsx";
import { PromptRow } from "./prompt-row.tsx";
import { ReplyRow } from "./reply-row.tsx";
import { ThinkingRow } from "./thinking-row.tsx";
import { ToolRow } from "./tool-row.tsx";

type Props = { readonly row: Row; readonly isLast: boolean };

/** Any row. A row that cannot be drawn says so and leaves the others alone. */
export const RowView = memo(function RowView({ row, isLast }: Props) {
  const post = usePost();
  return (
    <div className="row" data-kind={row.kind}>
      <ErrorBoundary
        onError={(message) => post({ type: "problem", message })}
        fallback={(message, retry) => (
          <div className="finished is-failure">
            <div className="finished-words">
              <p>{t("This step could not be shown: {message}", { message })}</p>
              <div className="button-row">
                <Button onClick={retry}>{t("Show it again")}</Button>
              </div>
            </div>
          </div>
        )}
      >
        <RowOfKind row={row} isLast={isLast} />
      </ErrorBoundary>
    </div>
  );
});

const drawNested = (row: Row) => <RowView row={row} isLast={false} />;

function RowOfKind({ row, isLast }: Props) {
  switch (row.kind) {
    case "prompt":
      return <PromptRow row={row} />;
    case "reply":
      return <ReplyRow row={row} isLast={isLast} />;
    case "thinking":
      return <ThinkingRow row={row} />;
    case "tool":
      return <ToolRow row={row} drawRow={drawNested} />;
    case "notice":
      return <NoticeRow row={row} isLast={isLast} />;
    case "compaction":
      return <CompactionRow row={row} />;
    case "finished":
      return <FinishedRow row={row} isLast={isLast} />;
    default:
      return row satisfies never;
  }
}
