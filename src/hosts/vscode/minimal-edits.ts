import { diffArrays } from "diff";
import { changedPart } from "../../review/changed-part.ts";

/** Replaces `[from, to)` (UTF-16 offsets into the old text) by `text`. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Above this many lines on both sides together, one replacement is found by its ends only: a diff costs too much. */
const MAX_DIFF_LINES = 40_000;

/**
 * The smallest line-wise replacements that turn one text into another, each trimmed to the characters that differ,
 * ascending and without overlap. Cursors, folds and marks outside of them stay where they are.
 */
export function minimalEdits(before: string, after: string): readonly Replacement[] {
  if (before === after) return [];
  const { texts, head } = changedPart([before, after], 0);
  const [old = "", now = ""] = texts;
  const found = partEdits(old, now);
  const by = head.length;
  return by === 0 ? found : found.map(({ from, to, text }) => ({ from: from + by, to: to + by, text }));
}

function partEdits(before: string, after: string): readonly Replacement[] {
  const oldLines = splitLines(before);
  const newLines = splitLines(after);
  if (oldLines.length + newLines.length > MAX_DIFF_LINES) return [trim(before, 0, before, after)];
  const changes = diffArrays(oldLines, newLines, { timeout: 1000 });
  if (!changes) return [trim(before, 0, before, after)];
  const edits: Replacement[] = [];
  let offset = 0;
  let removed = "";
  let added = "";
  const settle = (): void => {
    if (removed !== "" || added !== "") edits.push(trim(before, offset - removed.length, removed, added));
    removed = "";
    added = "";
  };
  for (const change of changes) {
    const text = change.value.join("");
    if (change.added) {
      added += text;
    } else {
      if (!change.removed) settle();
      else removed += text;
      offset += text.length;
    }
  }
  settle();
  return edits;
}

function trim(whole: string, at: number, removed: string, added: string): Replacement {
  const most = Math.min(removed.length, added.length);
  let start = 0;
  while (start < most && removed[start] === added[start]) start += 1;
  let end = 0;
  while (end < most - start && removed.at(-1 - end) === added.at(-1 - end)) end += 1;
  // Never cut through a surrogate pair or between CR and LF: an editor would repair the halves.
  if (splitsPair(removed, start) || splitsPair(added, start)) start -= 1;
  if (end > 0 && (splitsPair(removed, removed.length - end) || splitsPair(added, added.length - end)))
    end -= 1;
  const from = at + start;
  const to = at + removed.length - end;
  return from <= to && to <= whole.length
    ? { from, to, text: added.slice(start, added.length - end) }
    : { from: at, to: at + removed.length, text: added };
}

function splitsPair(text: string, index: number): boolean {
  const left = text.charCodeAt(index - 1);
  const right = text.charCodeAt(index);
  return (
    (left >= 0xd800 && left <= 0xdbff && right >= 0xdc00 && right <= 0xdfff) || (left === 13 && right === 10)
  );
}

const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
