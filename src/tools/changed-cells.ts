import { joinRanges, type LineRange, missingFrom } from "../core/line-ranges.ts";
import type { Seen } from "../core/seen.ts";
import type { ToolContext } from "../core/tool.ts";
import { asNotebook, type Notebook } from "../review/notebook-text.ts";
import { hasSecrets, MOST_REPEATS } from "./read-again.ts";
import { shownPath } from "./shown-path.ts";

interface Wanted {
  readonly path: string;
  readonly text: string;
  readonly hash: string;
  readonly notebook: Notebook;
  /** First and last. */
  readonly cells: LineRange;
  /** A cell as it is shown. */
  readonly describe: (notebook: Notebook, index: number) => string;
}

/**
 * Of a notebook that changed since an agent read it, the cells that did, where their number is what it was and it has the
 * others. Undefined where that is not so, or saves nothing: then they are all shown.
 */
export async function changedCells(
  wanted: Wanted,
  context: ToolContext,
): Promise<{ text: string; seen: Pick<Seen, "lines" | "from"> } | undefined> {
  const { path, text, hash, notebook, cells, describe } = wanted;
  const { texts, repeats } = context.held(path);
  const [base] = texts;
  if (!base || base.hash === hash || repeats >= MOST_REPEATS) return undefined;
  const before = await context.host.blobs.get(base.hash).catch(() => undefined);
  const old = before === undefined ? undefined : asNotebook(before);
  if (before === undefined || old?.units.length !== notebook.units.length) return undefined;
  if (hasSecrets([before, text], context)) return undefined;
  const indices = notebook.units.map((_, index) => index).slice(1);
  const changed = indices.filter((index) => describe(old, index) !== describe(notebook, index));
  const lines = joinRanges([
    ...missingFrom(base.lines, cells),
    ...changed.map((index): LineRange => [index, index]),
  ]);
  const isShown = (index: number): boolean => cells[0] <= index && index <= cells[1];
  const shown = lines.flatMap(([first, last]) => indices.slice(first - 1, last));
  // What changed elsewhere and is not shown would be taken for known.
  if (!changed.every(isShown) || shown.length > (cells[1] - cells[0] + 1) / 2) return undefined;
  const name = shownPath(path, context);
  const note = `[${name} has changed since you read it, so what you have of these cells above is out of date; all its other cells are unchanged.]`;
  const changes = changed.map((index) => [index, 1, index, 1] as const);
  return {
    text: [...shown.map((index) => describe(notebook, index)), note].join("\n"),
    seen: { lines, from: { hash: base.hash, changes } },
  };
}
