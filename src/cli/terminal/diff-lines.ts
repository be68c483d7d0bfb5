import type { Detail } from "../../core/detail.ts";
import { makeVisible } from "../../core/visible.ts";
import { type Looks, paint } from "./style.ts";

type Diff = Extract<Detail, { kind: "diff" }>;

/** A change in colour, of which at most so many lines; the signs say it without colours. */
export function diffLines(
  { hunks, hiddenLines }: Diff,
  looks: Looks,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const all = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines, cell }) => [
    paint(
      looks,
      "cyan",
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@${cell ? ` cell ${cell.at}` : ""}`,
    ),
    ...lines.map((line) => changed(makeVisible(line, "exact"), looks)),
  ]);
  const left = Math.max(0, all.length - most) + hiddenLines;
  const shown = all.slice(0, most);
  return left > 0 ? [...shown, paint(looks, "dim", `${looks.glyphs.more} ${left} more lines`)] : shown;
}

function changed(line: string, looks: Looks): string {
  if (line.startsWith("+")) return paint(looks, "green", line);
  return line.startsWith("-") ? paint(looks, "red", line) : line;
}
