import { structuredPatch } from "diff";
import type { Hunk } from "../core/detail.ts";
import type { UnitChange } from "./notebook-changes.ts";
import { shownChanges } from "./notebook-choice.ts";
import { type Notebook, sourceOf, type Unit } from "./notebook-text.ts";

/** Cells are short; of a long one the lines around its changes are enough. */
const WHOLE_CELL_LINES = 40;
const CONTEXT_LINES = 3;
const MAX_EDIT_LENGTH = 2_000;

/**
 * What changed in a notebook as people see it: one hunk for each cell, in lines of its source and not of the file. A
 * text that is not there counts as a notebook without cells. Undefined when a text is no notebook.
 */
export function notebookDiff(before: string, after: string): Hunk[] | undefined {
  const shown = shownChanges(before, after);
  return shown?.changes.map((change) => cellHunk(change, shown));
}

function cellHunk(change: UnitChange, of: { readonly old?: Notebook; readonly now?: Notebook }): Hunk {
  const { start, end, newStart, newEnd } = change;
  const old = end > start ? of.old?.units[start] : undefined;
  const now = newEnd > newStart ? of.now?.units[newStart] : undefined;
  const cell = now ? cellOf(now, newStart, of.now) : cellOf(old, start, of.old);
  const shown = hunkOf(shownLines(old), shownLines(now));
  if (tells(shown)) return { ...shown, cell };
  // Nothing that shows: what else it is, or how it is written, is all there is to see.
  const whole = hunkOf(rawLines(old), rawLines(now));
  return { ...(tells(whole) ? whole : hunkOf(asWritten(old), asWritten(now))), cell };
}
const tells = ({ lines }: Hunk): boolean => lines.some((line) => !line.startsWith(" "));
const asWritten = (unit: Unit | undefined): readonly string[] => unit?.raw.split(/\r?\n/) ?? [];

type CellMark = NonNullable<Hunk["cell"]>;

/** Of a code cell, the type is its language. */
function cellOf(unit: Unit | undefined, at: number, notebook: Notebook | undefined): CellMark {
  if (!unit?.cell) return { at: 0, type: "notebook" };
  const { cell_type: type } = unit.cell;
  const shown = type === "code" ? (notebook?.language ?? type) : type;
  return { at, type: shown, ...(unit.id !== undefined && { id: unit.id }) };
}

/** What the model knows a cell by, e.g. `cell 3 (python, a1b2)`. */
export function cellWords({ at, type, id }: CellMark): string {
  return at === 0 ? "around the cells" : `cell ${at} (${type}${id === undefined ? "" : `, ${id}`})`;
}

/** A cell's source, and below it how much it has put out. */
function shownLines(unit: Unit | undefined): readonly string[] {
  if (unit === undefined) return [];
  if (!unit.cell) return rawLines(unit);
  const lines = sourceOf(unit.cell).split(/\r?\n/);
  if (lines.at(-1) === "" && lines.length > 1) lines.pop();
  const { outputs } = unit.cell;
  const count = Array.isArray(outputs) ? outputs.length : 0;
  return count === 0 ? lines : [...lines, count === 1 ? "[1 output]" : `[${count} outputs]`];
}

function rawLines(unit: Unit | undefined): readonly string[] {
  if (unit === undefined) return [];
  const text = unit.cell ? JSON.stringify({ ...unit.cell, source: sourceOf(unit.cell) }, null, 1) : unit.key;
  return (unit.cell ? text : pretty(text)).split("\n");
}
const pretty = (key: string): string => JSON.stringify(JSON.parse(key.split("\n", 1)[0] ?? ""), null, 1);

/** One hunk, whatever lies between the places that changed. */
function hunkOf(old: readonly string[], now: readonly string[]): Hunk {
  const whole = Math.max(old.length, now.length) <= WHOLE_CELL_LINES;
  const ends = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
  const patch = structuredPatch("", "", ends(old), ends(now), undefined, undefined, {
    context: whole ? WHOLE_CELL_LINES : CONTEXT_LINES,
    maxEditLength: MAX_EDIT_LENGTH,
  });
  const parts = patch?.hunks ?? [];
  const [first] = parts;
  if (patch !== undefined && first === undefined) return { ...NOWHERE, lines: old.map((line) => ` ${line}`) };
  const lines = first
    ? parts.flatMap(({ lines: own }, at) => (at === 0 ? own : [" ⋯", ...own]))
    : [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
  return {
    oldStart: first?.oldStart ?? Math.min(1, old.length),
    oldLines: lines.filter((line) => !line.startsWith("+")).length,
    newStart: first?.newStart ?? Math.min(1, now.length),
    newLines: lines.filter((line) => !line.startsWith("-")).length,
    lines,
  };
}
const NOWHERE = { oldStart: 1, oldLines: 0, newStart: 1, newLines: 0 };
