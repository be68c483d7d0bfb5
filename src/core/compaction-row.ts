import type { EventOf } from "./event.ts";
import { isText } from "./message.ts";
import type { CompactionRow, Row } from "./rows.ts";

/** A summary is shown and edited as a whole; one that is longer than this can only be read, and is cut. */
const MAX_SUMMARY_CHARS = 200_000;
const MAX_KEPT = 20;
const MAX_KEPT_CHARS = 200;

/** What a person sees of room that was made. */
export function compactionRow(event: EventOf<"compacted" | "cleared">): CompactionRow {
  const { agentId, seq, strategy, tokensBefore, tokensAfter } = event;
  const row = {
    ...{ kind: "compaction" as const, key: `${agentId}:${seq}`, agentId, strategy },
    ...(tokensBefore !== undefined && { tokensBefore }),
    ...(tokensAfter !== undefined && { tokensAfter }),
  };
  if (event.type === "cleared")
    return { ...row, summary: "", kept: [], results: event.callIds.length, canEdit: false };
  const { summary, kept = [], focus } = event;
  return {
    ...row,
    summary: summary.slice(0, MAX_SUMMARY_CHARS),
    kept: kept
      .flatMap((block) => (isText(block) ? [block.text.trim().slice(0, MAX_KEPT_CHARS)] : []))
      .slice(0, MAX_KEPT),
    results: 0,
    canEdit: summary !== "" && summary.length <= MAX_SUMMARY_CHARS,
    ...(focus !== undefined && { focus }),
  };
}

/** The row of the summary that somebody put in other words; undefined for any other row. */
export function editSummary(row: Row, event: EventOf<"compacted">): CompactionRow | undefined {
  if (row.kind !== "compaction" || row.results > 0) return undefined;
  const { summary, tokensAfter } = event;
  return {
    ...row,
    summary: summary.slice(0, MAX_SUMMARY_CHARS),
    isEdited: true,
    canEdit: row.canEdit && summary.length <= MAX_SUMMARY_CHARS,
    ...(tokensAfter !== undefined && { tokensAfter }),
  };
}
