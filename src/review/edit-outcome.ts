import type { Hunk } from "../core/detail.ts";
import { diffHunks } from "./diff.ts";
import { movedEnd, movedStart } from "./follow-hunk.ts";
import type { ReviewHunk } from "./hunks.ts";
import { type LineHunk, textHunks } from "./line-hunks.ts";
import { notebookOutcome } from "./notebook-outcome.ts";

/** What became of one hunk of an edit, and the pending hunks of its file that stand in its place. */
export interface HunkOutcome {
  readonly state: "pending" | "kept" | "undone" | "changed";
  readonly pending: readonly ReviewHunk[];
}

/**
 * What became of an edit, hunk by hunk in the order of its own diff, in a newer text of its file where `hunks` are still
 * to decide. Where none of them is, the lines say it: the edit's own are there (kept), those from before it were put back
 * (undone), or others have taken their place (changed).
 */
export function outcomeOf(
  edit: { readonly before: string; readonly after: string },
  now: { readonly current: string; readonly hunks: readonly ReviewHunk[] },
): readonly HunkOutcome[] {
  const notebook = notebookOutcome(edit, now);
  if (notebook) return notebook;
  const { before, after } = edit;
  const { current } = now;
  const own = textHunks(before, after);
  const since = textHunks(after, current);
  const fromOld = textHunks(before, current);
  const settled = (part: LineHunk): HunkOutcome["state"] => {
    // Diffs of moved lines have no one answer; that nothing or everything is as it was has.
    if (current === after) return "kept";
    if (current === before) return "undone";
    const isKept = isUntouched(part.newStart, part.lines.length, since);
    const isUndone = isUntouched(part.start, part.end - part.start, fromOld);
    // Lines that are there say more than a place between two lines, where others may have come.
    if (part.lines.length > 0 && isKept) return "kept";
    if (isUndone) return "undone";
    return isKept ? "kept" : "changed";
  };
  return groups(diffHunks(before, after), own).map((parts) => {
    const places = parts.map((part) => placeOf(part, since));
    const pending = now.hunks.filter((hunk) => places.some((place) => isAt(hunk, place)));
    if (pending.length > 0) return { state: "pending", pending };
    const states = new Set(parts.map(settled));
    const [first = "changed"] = states;
    return { state: states.size === 1 ? first : "changed", pending };
  });
}

function isUntouched(from: number, count: number, changes: readonly LineHunk[]): boolean {
  const to = from + count;
  return !changes.some(({ start, end, least, most }) => {
    if (count === 0) return least <= from && from <= most;
    return start === end ? from < start && start < to : start < to && from < end;
  });
}

/** The changed lines, by the hunk of the diff that shows them. Both are in order. */
function groups(shown: readonly Hunk[], own: readonly LineHunk[]): LineHunk[][] {
  const result = shown.map((): LineHunk[] => []);
  let at = 0;
  for (const part of own) {
    while (at < shown.length - 1 && part.start >= endOf(shown[at])) at += 1;
    result[at]?.push(part);
  }
  return result;
}
const endOf = (hunk: Hunk | undefined): number =>
  hunk ? Math.max(hunk.oldStart - 1, 0) + hunk.oldLines : Number.POSITIVE_INFINITY;

interface Span {
  readonly from: number;
  readonly to: number;
}

function placeOf(part: LineHunk, since: readonly LineHunk[]): Span {
  const to = movedEnd(part.newStart + part.lines.length, since);
  return { from: part.lines.length === 0 ? to : Math.min(movedStart(part.newStart, since), to), to };
}

function isAt({ start, count }: ReviewHunk, { from, to }: Span): boolean {
  const first = start - 1;
  const end = first + count;
  return count === 0 || from === to ? first <= to && from <= end : first < to && from < end;
}
