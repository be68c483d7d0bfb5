import type { Hunk } from "../core/detail.ts";
import type { LineChange, LineRange } from "../core/line-ranges.ts";
import { changedPart } from "./changed-part.ts";
import { linesOf } from "./text-lines.ts";

/** What the hunks of a patch change, and which lines of the new text they show. Undefined for those of a notebook's cells. */
export function shownByHunks(
  hunks: readonly Hunk[],
): { readonly changes: LineChange[]; readonly lines: LineRange[] } | undefined {
  if (hunks.some(({ cell }) => cell !== undefined)) return undefined;
  return {
    changes: hunks.flatMap(changesIn),
    lines: hunks.flatMap(({ newStart, newLines }): LineRange[] =>
      newLines === 0 ? [] : [[newStart, newStart + newLines - 1]],
    ),
  };
}

function changesIn({ oldStart, oldLines, newStart, newLines, lines }: Hunk): LineChange[] {
  const changes: LineChange[] = [];
  // A hunk without lines of a text stands behind the line that it names.
  let [oldAt, newAt] = [oldLines === 0 ? oldStart + 1 : oldStart, newLines === 0 ? newStart + 1 : newStart];
  let [gone, come] = [0, 0];
  const end = (): void => {
    if (gone + come > 0) changes.push([oldAt - gone, gone, newAt - come, come]);
    [gone, come] = [0, 0];
  };
  for (const line of lines) {
    if (line.startsWith("-")) gone += 1;
    else if (line.startsWith("+")) come += 1;
    else end();
    if (!line.startsWith("+")) oldAt += 1;
    if (!line.startsWith("-")) newAt += 1;
  }
  end();
  return changes;
}

/** The same of two texts without a diff, as one change from the first line that differs to the last one. */
export function changeBetween(before: string, after: string): LineChange[] {
  if (before === after) return [];
  const { texts, firstLine } = changedPart([before, after], 0);
  const [old = "", now = ""] = texts;
  return [[firstLine + 1, linesOf(old).length, firstLine + 1, linesOf(now).length]];
}
