import { membersAt, skipBlanks } from "./json-spans.ts";
import { type CellValue, joinNotebook, type Notebook, type Unit } from "./notebook-text.ts";

export type CellType = "code" | "markdown" | "raw";
export type CellEdit =
  | { readonly mode: "replace"; readonly at: number; readonly source: string; readonly type: CellType }
  /** Behind the cell `at`; 0 is the beginning. */
  | { readonly mode: "insert"; readonly at: number; readonly source: string; readonly type: CellType }
  | { readonly mode: "delete"; readonly at: number };

/** A notebook with one cell changed, and nothing else in its text. Cells count from 1 and have to be there. */
export function editNotebook(notebook: Notebook, edit: CellEdit): { text: string; id: string | undefined } {
  const units = [...notebook.units];
  const { at, mode } = edit;
  const old = units[at];
  if (mode === "delete") {
    units.splice(at, 1);
    return { text: joinNotebook([notebook], units), id: old?.id };
  }
  if (mode === "replace") {
    if (!old?.cell) return { text: notebook.text, id: undefined };
    const isSame = old.cell.cell_type === edit.type;
    const raw = isSame ? withSource(old.raw, edit, notebook) : rewritten(old, edit, notebook);
    units[at] = { ...old, raw };
    return { text: joinNotebook([notebook], units), id: old.id };
  }
  const id = notebook.minor >= 5 ? newId(notebook, edit) : undefined;
  const raw = styleOf(notebook).cell(newCell(edit, id, styleOf(notebook)));
  units.splice(at + 1, 0, { raw, key: raw, id, cell: undefined });
  return { text: joinNotebook([notebook], units), id };
}

type Content = Extract<CellEdit, { source: string }>;

/** Puts in another source; what a code cell has put out was that of the old one. All else stays as it is written. */
function withSource(raw: string, { source, type }: Content, notebook: Notebook): string {
  const style = styleOf(notebook);
  const start = skipBlanks(raw, 0);
  const values: Record<string, unknown> = { source: linesFor(source, raw, start) };
  if (type === "code") Object.assign(values, { outputs: [], execution_count: null });
  const members = membersAt(raw, start).toReversed();
  return members.reduce((text, { key, start: from, end }) => {
    if (!Object.hasOwn(values, key)) return text;
    return text.slice(0, from) + style.value(values[key], text, from) + text.slice(end);
  }, raw);
}

/** As a list of lines, unless the cell was written as one text. */
function linesFor(source: string, raw: string, start: number): string | readonly string[] {
  const place = membersAt(raw, start).find(({ key }) => key === "source");
  return place && raw[place.start] === '"' ? source : sourceLines(source);
}

/** Lines with their line ends, as Jupyter writes them. */
export const sourceLines = (source: string): readonly string[] =>
  source === "" ? [] : source.split(/(?<=\n)/);

/** A cell of another type has other keys; those it does not have in common are new, or gone. */
function rewritten(old: Unit, edit: Content, notebook: Notebook): string {
  const style = styleOf(notebook);
  const { outputs: _outputs, execution_count: _count, ...rest } = old.cell ?? newCell(edit, undefined, style);
  const { attachments: _attachments, ...plain } = rest;
  const kept = edit.type === "code" ? plain : rest;
  const start = skipBlanks(old.raw, 0);
  const cell: Record<string, unknown> = {
    ...kept,
    cell_type: edit.type,
    source: linesFor(edit.source, old.raw, start),
    ...(edit.type === "code" && { execution_count: null, outputs: [] }),
  };
  const isSorted = isInOrder(Object.keys(old.cell ?? {}));
  return old.raw.slice(0, start) + style.value(isSorted ? sorted(cell) : cell, old.raw, start);
}

function newCell({ source, type }: Content, id: string | undefined, style: Style): Record<string, unknown> {
  return sorted({
    cell_type: type,
    ...(type === "code" && { execution_count: null, outputs: [] }),
    ...(id !== undefined && { id }),
    metadata: {},
    source: style.isOneText ? source : sourceLines(source),
  });
}
const sorted = (value: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const isInOrder = (keys: readonly string[]): boolean =>
  keys.every((key, at) => at === 0 || (keys[at - 1] ?? "") < key);

/** The same for the same call, because what was approved is what runs; no cell has it yet. */
function newId({ units, text }: Notebook, { at, source }: Content): string {
  const taken = new Set(units.map(({ id }) => id));
  for (let salt = 0; ; salt += 1) {
    const id = fnv1a(`${salt} ${at} ${source} ${text}`);
    if (!taken.has(id)) return id;
  }
}
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** How a notebook is written down: what is put into it looks like what is there. */
interface Style {
  readonly isOneText: boolean;
  /** A whole cell with the white space before it. */
  cell(value: CellValue | Readonly<Record<string, unknown>>): string;
  /** A value that is to stand at `at`. */
  value(value: unknown, text: string, at: number): string;
}

function styleOf(notebook: Notebook): Style {
  const { head, units } = notebook;
  const [, first] = units;
  // The line of "cells" is one step in.
  const [, lineEnd = "", step = ""] = /(\r?\n)([ \t]+)"cells"[^"]*$/.exec(head) ?? [];
  const separator = /"cells"\s*:(\s*)/.exec(head)?.[1] === " " && lineEnd === "" ? " " : "";
  const before = first ? /^\s*/.exec(first.raw)?.[0] : undefined;
  const blanks = before ?? (lineEnd === "" ? "" : lineEnd + step.repeat(2));
  const write = (value: unknown, indent: string): string => {
    if (lineEnd === "") return separator === "" ? JSON.stringify(value) : spaced(value);
    return JSON.stringify(value, null, step).replaceAll("\n", lineEnd + indent);
  };
  return {
    isOneText: typeof first?.cell?.source === "string",
    cell: (value) => blanks + write(value, /[^\n]*$/.exec(blanks)?.[0] ?? ""),
    value: (value, text, at) =>
      write(value, /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1))?.[0] ?? ""),
  };
}

/** On one line, with a blank behind each comma and colon, as Python does it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, part]) => `${JSON.stringify(key)}: ${spaced(part)}`)
    .join(", ")}}`;
}
