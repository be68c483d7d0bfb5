import { type KeyboardEvent, useEffect, useState } from "react";
import type { CompactionRow } from "../../../src/core/rows.ts";
import { t } from "../l10n.ts";
import { usePanel } from "../state/panel.tsx";
import { Button } from "../ui/button.tsx";

/** What was written and not saved, by the key of its row: rows that are scrolled away are no elements any more. */
const drafts = new Map<string, string>();
export const draftOf = (key: string): string | undefined => drafts.get(key);

/** Puts the summary in other words. It stays open until the host has them. */
export function SummaryEditor({ row, close }: { row: CompactionRow; close: () => void }) {
  const { host, store } = usePanel();
  const [text, setText] = useState(drafts.get(row.key) ?? row.summary);
  const [sent, setSent] = useState<string>();
  const canSave = text.trim() !== "" && text !== row.summary;
  useEffect(() => {
    drafts.set(row.key, text);
  }, [row.key, text]);
  const leave = (): void => {
    drafts.delete(row.key);
    close();
  };
  useEffect(() => {
    if (sent === undefined || sent !== row.summary) return;
    drafts.delete(row.key);
    store.say(t("The summary was saved."));
    close();
  }, [sent, row, store, close]);
  const save = (): void => {
    if (!canSave) return;
    setSent(text);
    host.post({ type: "editSummary", text });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isSave = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (event.nativeEvent.isComposing || (!isSave && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    if (isSave) save();
    else leave();
  };
  return (
    <div className="compaction-edit">
      <textarea
        className="text-input"
        aria-label={t("Summary")}
        value={text}
        ref={focusOnce}
        maxLength={200_000}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className="compaction-note">{t("From the next request on the model reads this.")}</p>
      <div className="button-row">
        <Button kind="primary" disabled={!canSave} onClick={save}>
          {t("Save")}
        </Button>
        <Button onClick={leave}>{t("Cancel")}</Button>
      </div>
    </div>
  );
}

/** Whoever asked to edit can type at once; a draft that comes back into view takes the keyboard from nobody. */
function focusOnce(element: HTMLTextAreaElement | null): void {
  if (element && document.activeElement?.closest(".compaction")) element.focus();
}
