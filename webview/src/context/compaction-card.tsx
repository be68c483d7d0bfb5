import { useId, useState } from "react";
import type { CompactionRow } from "../../../src/core/rows.ts";
import { makeVisible } from "../../../src/core/visible.ts";
import { t, tn } from "../l10n.ts";
import { useView } from "../state/panel.tsx";
import { formatTokens } from "../text/format.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Group, ScrollBox } from "../ui/scroll-box.tsx";
import { draftOf, SummaryEditor } from "./summary-editor.tsx";

/** What became of the window when room was made: how much, how, and what the model reads in place of what is gone. */
export function CompactionCard({ row }: { row: CompactionRow }) {
  const { key, summary, kept, tokensBefore, tokensAfter, focus } = row;
  const isReadOnly = useView((view) => view.surroundings.readOnlyBecause !== undefined);
  const isNewest = useView((view) => view.rows.findLast(hasSummary)?.key === key);
  const [isOpen, setOpen] = useState(draftOf(key) !== undefined);
  const [isEditing, setEditing] = useState(draftOf(key) !== undefined);
  const body = useId();
  const canEdit = row.canEdit && isNewest && !isReadOnly;
  return (
    <Group className={summary === "" ? "compaction is-quiet" : "compaction"} label={t("Room was made")}>
      <p className="compaction-head">
        <Icon name="list-tree" />
        <span>
          {strategyWords(row)}{" "}
          {tokensBefore !== undefined && tokensAfter !== undefined && (
            <span className="compaction-figures">
              {t("{before} → {after} tokens", {
                before: formatTokens(tokensBefore),
                after: formatTokens(tokensAfter),
              })}
            </span>
          )}
          {row.isEdited && <span className="badge">{t("Edited")}</span>}
        </span>
      </p>
      {focus && (
        <p className="compaction-note">{t("Asked to keep: {words}", { words: makeVisible(focus) })}</p>
      )}
      {summary !== "" && (
        <>
          <div className="compaction-bar">
            <button
              type="button"
              className="show-all"
              aria-expanded={isOpen}
              aria-controls={body}
              onClick={() => setOpen(!isOpen)}
            >
              <Icon name="chevron-right" className={isOpen ? "chevron is-open" : "chevron"} />
              {t("What the model reads instead")}
            </button>
            {canEdit && !isEditing && (
              <Button
                kind="quiet"
                icon="edit"
                onClick={() => {
                  setOpen(true);
                  setEditing(true);
                }}
              >
                {t("Edit")}
              </Button>
            )}
          </div>
          {isOpen && (
            <div id={body}>
              {isEditing && canEdit ? (
                <SummaryEditor row={row} close={() => setEditing(false)} />
              ) : (
                <ScrollBox className="compaction-summary" label={t("Summary")}>
                  {makeVisible(summary)}
                </ScrollBox>
              )}
              <Kept kept={kept} />
            </div>
          )}
        </>
      )}
    </Group>
  );
}

const hasSummary = (row: { kind: string }): boolean =>
  row.kind === "compaction" && "results" in row && row.results === 0;

function Kept({ kept }: { kept: readonly string[] }) {
  if (kept.length === 0) return null;
  return (
    <div className="compaction-note">
      {t("Stays word for word:")}
      <ul>
        {kept.map((words, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
          <li key={index}>{makeVisible(words)}</li>
        ))}
      </ul>
    </div>
  );
}

/** What was done, for somebody who has never heard of compaction. */
function strategyWords({ strategy, results }: CompactionRow): string {
  switch (strategy) {
    case "user":
      return tn(
        results,
        "You took {n} result out of what the model sees.",
        "You took {n} results out of what the model sees.",
      );
    case "superseded":
      return tn(results, "{n} older copy of a file was cleared.", "{n} older copies of files were cleared.");
    case "large":
      return tn(results, "{n} large result was cleared.", "{n} large results were cleared.");
    case "signed":
      return t("Earlier turns were summarised by the provider.");
    case "fresh":
      return t("Plumb began afresh, from its plan and the files: a summary would have lost more.");
    case "emergency":
      return t("Earlier turns were cut: there was no room left even for a summary.");
    default:
      return results > 0
        ? tn(
            results,
            "{n} old result was cleared; Plumb can get it again.",
            "{n} old results were cleared; Plumb can get them again.",
          )
        : t("Earlier turns were summarised.");
  }
}
