import { splitHidden } from "../../../src/core/visible.ts";
import { t } from "../l10n.ts";

/** Text in which nothing can hide: bidirectional marks, control characters and odd blanks are spelled out. */
export function VisibleText({ text }: { text: string }) {
  const pieces = splitHidden(text, "exact");
  if (pieces.length === 1 && pieces[0]?.isHidden === false) return text;
  return pieces.map((piece, index) =>
    piece.isHidden ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
      <mark key={index} className="hidden-character" title={t("A character that cannot be seen")}>
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}
