import { coversRange, type LineRange } from "../core/line-ranges.ts";
import type { TextFile } from "../core/ports.ts";
import type { ToolContext, ToolOutput } from "../core/tool.ts";
import {
  asNotebook,
  type CellValue,
  isLines,
  isObject,
  type Notebook,
  sourceOf,
} from "../review/notebook-text.ts";
import { changedCells } from "./changed-cells.ts";
import { cellId } from "./notebook-cells.ts";
import { MAX_PAGE_CHARS, type Range } from "./page-of-lines.ts";
import { MOST_REPEATS } from "./read-again.ts";
import { shownPath } from "./shown-path.ts";

const MAX_CELL_CHARS = 30_000;
const MAX_OUTPUT_CHARS = 2_000;
/** Of all that one cell has put out. */
const MAX_OUTPUTS_CHARS = 6_000;

interface Wanted {
  readonly path: string;
  readonly file: TextFile;
  readonly range: Range;
  readonly maxChars?: number | undefined;
}

/**
 * A notebook as its cells, under the ids by which they can be edited, with the text they have put out. Offset and limit
 * count cells. Undefined for a text that is no notebook: it is shown as it is.
 */
export async function readCells(
  { path, file, range, maxChars = MAX_PAGE_CHARS }: Wanted,
  context: ToolContext,
): Promise<ToolOutput | undefined> {
  const notebook = asNotebook(file.text);
  if (!notebook) return undefined;
  const count = notebook.units.length - 1;
  const { parts, last } = pageOf(notebook, range, maxChars);
  const page: CellPage = { path, hash: file.hash, count, cells: [range.offset, last] };
  const unsaved = file.isDirty
    ? "[The editor holds unsaved changes of this notebook; these are its cells.]"
    : "";
  const known = knownCells(page, parts.join("\n").length, context);
  const { text, hash } = file;
  const changed =
    known || last < range.offset
      ? undefined
      : await changedCells({ path, text, hash, notebook, cells: page.cells, describe }, context);
  if (changed) {
    return {
      content: [changed.text, unsaved].filter((part) => part !== "").join("\n"),
      seen: [{ path, hash, isPartial: true, ...changed.seen }],
    };
  }
  const notes = [...(known ? [known] : notesOn(page, context)), unsaved].filter((note) => note !== "");
  return {
    content: [...(known ? [] : parts), ...notes].join("\n"),
    // What the notebook holds beside the cells is not shown, so nobody can write all of it from what they read.
    seen: [
      { path, hash: file.hash, isPartial: true, lines: known || last < range.offset ? [] : [page.cells] },
    ],
  };
}

function describe({ units, language }: Notebook, index: number): string {
  const unit = units[index];
  return unit?.cell ? describeCell(unit.cell, cellId(unit, index), language) : "";
}

interface CellPage {
  readonly path: string;
  readonly hash: string;
  readonly count: number;
  /** Shown; the last is before the first when none is. */
  readonly cells: LineRange;
}

/** A word in place of cells that the agent has above. Undefined where it has not. */
function knownCells(
  { path, hash, count, cells }: CellPage,
  chars: number,
  context: ToolContext,
): string | undefined {
  const [first, last] = cells;
  const held = context.held(path);
  const same = held.texts.find((text) => text.hash === hash);
  if (!same || last < first || held.repeats >= MOST_REPEATS || !coversRange(same.lines, cells))
    return undefined;
  const shown = shownPath(path, context);
  const note =
    first === 1 && last >= count
      ? `[${shown} is unchanged since you read it.]`
      : `[Cells ${first}-${last} of ${shown} (${count} in all) are unchanged since you read them.]`;
  return chars < note.length ? undefined : note;
}

function notesOn({ path, hash, count, cells: [first, last] }: CellPage, context: ToolContext): string[] {
  const shown = shownPath(path, context);
  const { texts } = context.held(path);
  const isStale = texts.length > 0 && texts.every((text) => text.hash !== hash);
  const isPast = count > 0 && first > count;
  return [
    isStale ? `[${shown} has changed since you read it: what you have of it further up is out of date.]` : "",
    count === 0 ? `[${shown} is a notebook without cells.]` : "",
    isPast ? `[Nothing there: ${shown} has ${count} cells, so cell ${first} is past its end.]` : "",
    !isPast && last < count
      ? `[Cells ${first}-${last} of ${count}. Go on: call Read with offset=${last + 1}.]`
      : "",
  ];
}

function pageOf(
  notebook: Notebook,
  { offset, limit }: Range,
  maxChars: number,
): { parts: string[]; last: number } {
  const parts: string[] = [];
  let chars = 0;
  let last = offset - 1;
  for (const [index, unit] of notebook.units.entries()) {
    if (index < offset || !unit.cell) continue;
    const part = describeCell(unit.cell, cellId(unit, index), notebook.language);
    if (parts.length >= limit || (parts.length > 0 && chars + part.length > maxChars)) break;
    parts.push(part);
    chars += part.length + 1;
    last = index;
  }
  return { parts, last };
}

function describeCell(cell: CellValue, id: string, language: string): string {
  const type = cell.cell_type === "code" ? "" : `<cell_type>${cell.cell_type}</cell_type>`;
  const tongue = cell.cell_type === "code" && language !== "python" ? `<language>${language}</language>` : "";
  const text = cut(sourceOf(cell), MAX_CELL_CHARS);
  const outputs = describeOutputs(cell.outputs);
  return `<cell id="${id}">${type}${tongue}${text}</cell id="${id}">${outputs === "" ? "" : `\n${outputs}`}`;
}

function describeOutputs(outputs: unknown): string {
  if (!Array.isArray(outputs) || outputs.length === 0) return "";
  let room = MAX_OUTPUTS_CHARS;
  const shown: string[] = [];
  for (const output of outputs) {
    const text = cut(describeOutput(output), Math.min(room, MAX_OUTPUT_CHARS));
    shown.push(text);
    room -= text.length;
    if (room <= 0 && shown.length < outputs.length) {
      shown.push(`[${outputs.length - shown.length} more outputs]`);
      break;
    }
  }
  return `<output>\n${shown.join("\n")}\n</output>`;
}

function describeOutput(output: unknown): string {
  if (!isObject(output)) return "[unknown output]";
  const { output_type: type, text, data } = output;
  if (type === "stream" && isLines(text)) return plain(joined(text));
  if (type === "error") {
    const { traceback } = output;
    const trace = isLines(traceback) && typeof traceback !== "string" ? traceback.join("\n") : "";
    return plain(trace || `${String(output["ename"])}: ${String(output["evalue"])}`);
  }
  return isObject(data) ? describeData(data) : "[unknown output]";
}

/** The plain text of it, and what else there is by name: pictures and pages are not for reading. */
function describeData(data: Readonly<Record<string, unknown>>): string {
  const types = Object.keys(data);
  const readable = ["text/plain", "text/markdown", "text/latex"].find((type) => isLines(data[type]));
  const value = readable === undefined ? undefined : data[readable];
  const left = types.filter((type) => type !== readable).map((type) => `${type}, ${sizeOf(data[type])}`);
  const text = isLines(value) ? [plain(joined(value))] : [];
  return [...text, ...(left.length > 0 ? [`[Not shown: ${left.join("; ")}]`] : [])].join("\n");
}

const joined = (lines: string | readonly string[]): string =>
  typeof lines === "string" ? lines : lines.join("");
const sizeOf = (value: unknown): string => {
  const { length } = isLines(value) ? joined(value) : JSON.stringify(value);
  return length < 1024 ? `${length} B` : `${Math.round(length / 1024)} KB`;
};
/** Without the colours of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const plain = (text: string): string => text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "").trimEnd();

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).toWellFormed()}… [${text.length - most} more characters]`;
}
