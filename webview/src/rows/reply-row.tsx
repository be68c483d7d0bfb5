import { memo } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { Icon } from "../ui/icon.tsx";

export const ReplyRow = memo(function ReplyRow({ row }: { row: Extract<Row, { kind: "reply" }> }) {
  return (
    <div className="reply" aria-busy={row.isStreaming} data-done={!row.isStreaming}>
      <Markdown id={row.key} text={row.markdown} isOpen={row.isStreaming} />
      {row.wasCut && (
        <p className="cut-note">
          <Icon name="circle-slash" /> {t("The reply was cut off here.")}
        </p>
      )}
    </div>
  );
});
