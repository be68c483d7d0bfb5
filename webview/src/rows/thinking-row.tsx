import { memo, useState } from "react";
import type { Row } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t } from "../l10n.ts";
import { Icon, Spinner } from "../ui/icon.tsx";

/** While it streams only the newest lines are shown: the whole of it would be laid out again with every word. */
const LIVE_CHARS = 600;

export const ThinkingRow = memo(function ThinkingRow({ row }: { row: Extract<Row, { kind: "thinking" }> }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="thinking">
      <button type="button" className="line" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {row.isStreaming ? <Spinner /> : <Icon name="thinking" />}
        <span className="line-verb">{row.isStreaming ? t("Thinking…") : t("Thought about it")}</span>
        <Icon name="chevron-right" className={isOpen ? "chevron is-open" : "chevron"} />
      </button>
      {row.isStreaming && !isOpen && <LiveThought text={row.text} />}
      {isOpen && <div className="thought">{makeVisible(row.text.trim())}</div>}
    </div>
  );
});

function LiveThought({ text }: { text: string }) {
  const tail = text.slice(-LIVE_CHARS);
  return (
    <div className="thought is-live" aria-hidden="true">
      <div>{makeVisible(tail.length < text.length ? tail.slice(tail.search(/\s/) + 1) : tail)}</div>
    </div>
  );
}
