import type { CompactionRow as Row } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { useLate } from "../ui/use-late.ts";

/** Room that was made in the model's window. What draws it is loaded late: most conversations never need it. */
export function CompactionRow({ row }: { row: Row }) {
  const Card = useLate(true)?.CompactionCard;
  return Card ? <Card row={row} /> : <p className="notice">{t("Room was made.")}</p>;
}
