import { memo, useState } from "react";
import type { ToolRow } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { plainTerminal } from "../text/terminal.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";

const TAIL_LINES = 8;
const MAX_LINES = 400;

/** What a call printed or returned. Live: its newest lines. Afterwards: everything the row holds, in a box. */
export const ToolOutput = memo(function ToolOutput({ row, isLive }: { row: ToolRow; isLive: boolean }) {
  const [isWhole, setWhole] = useState(false);
  const text = plainTerminal(row.output).replace(/\n+$/, "");
  if (text === "") return null;
  const lines = text.split("\n");
  const limit = isLive ? TAIL_LINES : MAX_LINES;
  const isCut = !isWhole && lines.length > limit;
  const shown = isCut ? lines.slice(-limit) : lines;
  return (
    <div className="output">
      {isCut && !isLive && (
        <button type="button" className="show-all" onClick={() => setWhole(true)}>
          {t("Show {n} earlier lines", { n: lines.length - limit })}
        </button>
      )}
      <ScrollBox className="output-scroll" label={t("Output")}>
        <pre>{shown.join("\n")}</pre>
      </ScrollBox>
      {!isLive && <CopyButton text={text} label={t("Copy output")} />}
    </div>
  );
});
