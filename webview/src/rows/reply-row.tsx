import { memo } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { Icon } from "../ui/icon.tsx";
import { ReplyActions } from "./message-actions.tsx";

type Props = { readonly row: Extract<Row, { kind: "reply" }>; readonly isLast: boolean };

export const ReplyRow = memo(function ReplyRow({ row, isLast }: Props) {
  return (
    <div className="reply" aria-busy={row.isStreaming} data-done={!row.isStreaming}>
      <Markdown id={row.key} text={row.markdown} isOpen={row.isStreaming} />
      {row.wasCut && (
        <p className="cut-note">
          <Icon name="circle-slash" /> {t("The reply was cut off here.")}
        </p>
      )}
      {isLast && !row.isStreaming && row.agentId === "main" && <ReplyActions />}
    </div>
  );
});
