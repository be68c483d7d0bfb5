import { shownChanges } from "./notebook-choice.ts";
import { type CellType, editNotebook } from "./notebook-edit.ts";
import { asNotebook, sourceOf } from "./notebook-text.ts";

/** The one cell that a change of a notebook is about, as a text that people can write. */
export interface CellText {
  /** Its place among the cells, from 1. */
  readonly at: number;
  /** Its type, of a code cell its language. */
  readonly language: string;
  /** Its source before the change; "" where it is put in. */
  readonly before: string;
  /** Its source in a notebook that the change, or a person after it, has made. */
  sourceIn(text: string): string;
  /** The changed notebook with another source in this cell, and nothing else different. */
  withSource(source: string): string;
}

/** Undefined where a change is about more than one cell, takes one out, or is about no notebook. */
export function cellText(before: string, after: string): CellText | undefined {
  const shown = shownChanges(before, after);
  const [change, ...more] = shown?.changes ?? [];
  if (!shown?.now || !change || more.length > 0 || change.newEnd - change.newStart !== 1) return undefined;
  const { start, end, newStart: at } = change;
  const { now, old } = shown;
  const cell = now.units[at]?.cell;
  if (!cell || end - start > 1) return undefined;
  const { cell_type: type } = cell;
  if (!isCellType(type)) return undefined;
  const was = end > start ? old?.units[start]?.cell : undefined;
  const proposed = sourceOf(cell);
  return {
    at,
    language: type === "code" ? (now.language ?? "python") : type === "markdown" ? "markdown" : "plaintext",
    before: was ? sourceOf(was) : "",
    sourceIn(text) {
      const found = asNotebook(text)?.units[at]?.cell;
      return found ? sourceOf(found) : proposed;
    },
    withSource: (source) =>
      source === proposed ? after : editNotebook(now, { mode: "replace", at, source, type }).text,
  };
}

const isCellType = (value: unknown): value is CellType =>
  value === "code" || value === "markdown" || value === "raw";
