import { memo } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { makeVisible } from "../text/visible.ts";
import { Icon, type IconName } from "../ui/icon.tsx";

const ICONS: Readonly<Record<string, IconName>> = {
  compacted: "list-tree",
  warning: "warning",
  error: "error",
};

export const NoticeRow = memo(function NoticeRow({ row }: { row: Extract<Row, { kind: "notice" }> }) {
  return (
    <p className="notice" data-notice={row.notice}>
      <Icon name={ICONS[row.notice] ?? "info"} />
      <span>{makeVisible(row.text)}</span>
    </p>
  );
});
