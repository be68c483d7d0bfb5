import { memo } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t } from "../l10n.ts";
import { usePost } from "../state/panel.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";

const ICONS: Readonly<Record<string, IconName>> = {
  warning: "warning",
  error: "error",
  rewound: "discard",
  forked: "repo-forked",
};

type Props = { readonly row: Extract<Row, { kind: "notice" }>; readonly isLast: boolean };

export const NoticeRow = memo(function NoticeRow({ row, isLast }: Props) {
  const post = usePost();
  return (
    <p className="notice" data-notice={row.notice}>
      <Icon name={ICONS[row.notice] ?? "info"} />
      <span>
        {makeVisible(row.text)}
        {isLast && row.notice === "rewound" && (
          <button type="button" className="show-all" onClick={() => post({ type: "undoRewind" })}>
            {t("Undo rewind")}
          </button>
        )}
      </span>
    </p>
  );
});
