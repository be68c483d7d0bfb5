import { type Member, membersAt, skipBlanks } from "./json-spans.ts";

/** What a cell is, as far as it is read here; everything else in it is kept as it is written. */
export interface CellValue {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly id?: unknown;
  readonly outputs?: unknown;
  readonly [key: string]: unknown;
}

/** One piece of a notebook's text: a cell with the white space before it, or the frame around all cells. */
export interface Unit {
  readonly raw: string;
  /** Equal for units that mean the same, however they are written. */
  readonly key: string;
  /** What it is called in the file, if anything: it stays the same when its content changes. */
  readonly id: string | undefined;
  readonly cell: CellValue | undefined;
}

/** A notebook as text that can be taken apart and put together again, byte for byte. */
export interface Notebook {
  readonly text: string;
  /** Up to and with the `[` of the cells. */
  readonly head: string;
  /** From the `]` of the cells on. */
  readonly tail: string;
  /** White space between the last cell and `]`; in a notebook without cells, all that is between the brackets. */
  readonly close: string;
  /** White space before the commas between cells: hardly ever any. */
  readonly gap: string;
  /** The frame first, and then the cells. */
  readonly units: readonly Unit[];
  /** What is not in its cells. */
  readonly minor: number;
  readonly language: string;
}

/** Why a text is no notebook that can be edited cell by cell. */
export type NotebookProblem = "not-json" | "not-notebook" | "old-format" | "bad-cell";

/** Comparing two states of a notebook, and then deciding, reads the same few texts again and again. */
const MOST_REMEMBERED = 6;
/** Of all of them together: notebooks of many megabytes are rather read anew. */
const MOST_CHARS = 12_000_000;
const remembered = new Map<string, Notebook | NotebookProblem>();

/** Takes a notebook of format 4 apart, or says why it cannot. */
export function readNotebook(text: string): Notebook | NotebookProblem {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const found = parse(text);
  if (text.length > MOST_CHARS) return found;
  remembered.set(text, found);
  let chars = [...remembered.keys()].reduce((sum, { length }) => sum + length, 0);
  for (const [oldest] of remembered) {
    if (remembered.size <= MOST_REMEMBERED && chars <= MOST_CHARS) break;
    remembered.delete(oldest);
    chars -= oldest.length;
  }
  return found;
}

/** The notebook that a text is, by what it says and not by its name. Cheap for everything that is none. */
export function asNotebook(text: string): Notebook | undefined {
  if (!BEGINS_OBJECT.test(text) || !text.includes('"nbformat"') || !text.includes('"cells"'))
    return undefined;
  const found = readNotebook(text);
  return typeof found === "string" ? undefined : found;
}
const BEGINS_OBJECT = /^\s*\{/;

/** The notebooks that all of these texts are; undefined when one of them is none. */
export function asNotebooks(texts: readonly string[]): readonly Notebook[] | undefined {
  const found: Notebook[] = [];
  for (const text of texts) {
    const notebook = asNotebook(text);
    if (!notebook) return undefined;
    found.push(notebook);
  }
  return found;
}

/** Puts units into the shape of a notebook; the frame, if there is another one among them, is theirs. */
export function joinNotebook(like: readonly Notebook[], units: readonly Unit[]): string {
  const [frame, ...cells] = units;
  const owner = like.find((notebook) => notebook.units[0] === frame) ?? like[0];
  if (!owner) return "";
  const isEmpty = cells.length === 0;
  const shaped = like.find((notebook) => (notebook.units.length === 1) === isEmpty);
  const close = shaped?.close ?? (isEmpty ? "" : closeOf(cells));
  const { gap } = like.find((notebook) => notebook.units.length > 2) ?? owner;
  return owner.head + cells.map(({ raw }) => raw).join(`${gap},`) + close + owner.tail;
}

/** The bracket is one step less indented than the cells. */
function closeOf(cells: readonly Unit[]): string {
  const blanks = /^\s*/.exec(cells[0]?.raw ?? "")?.[0] ?? "";
  const [, lineEnd, indent] = /^(\r?\n)([ \t]*)$/.exec(blanks) ?? [];
  if (lineEnd === undefined || indent === undefined) return "";
  return lineEnd + indent.slice(0, indent.length / 2);
}

/** A cell's text in one piece, whichever way it is written. */
export const sourceOf = ({ source }: Pick<CellValue, "source">): string =>
  typeof source === "string" ? source : source.join("");

function parse(text: string): Notebook | NotebookProblem {
  const root = parseJson(text);
  if (root === undefined) return "not-json";
  if (!isObject(root) || isDeeper(root, MOST_LEVELS)) return "not-notebook";
  if (typeof root["nbformat"] === "number" && root["nbformat"] < 4) return "old-format";
  const { cells: values } = root;
  if (typeof root["nbformat"] !== "number" || !Array.isArray(values)) return "not-notebook";
  if (root["nbformat"] > 4) return "old-format";
  const cells = values.filter(isCell);
  if (cells.length < values.length) return "bad-cell";
  const named = membersAt(text, skipBlanks(text, 0));
  const list = named.find(({ key }) => key === "cells");
  if (list === undefined || hasTwice(named)) return "not-notebook";
  const places = membersAt(text, list.start);
  if (places.some(({ start }) => hasTwice(membersAt(text, start)))) return "bad-cell";
  const gaps = new Set(places.slice(0, -1).map(({ end }) => text.slice(end, text.indexOf(",", end))));
  const [gap = ""] = gaps.size === 1 ? gaps : [];
  const head = text.slice(0, list.start + 1);
  const tail = text.slice(list.end - 1);
  let from = list.start + 1;
  const units = cells.map((cell, index): Unit => {
    const place = places[index];
    const isLast = index === cells.length - 1;
    const end = isLast ? (place?.end ?? from) : text.indexOf(",", place?.end ?? from) - gap.length;
    const raw = text.slice(from, end);
    from = isLast ? end : end + gap.length + 1;
    return toUnit(raw, cell);
  });
  const { cells: _, ...rest } = root;
  return {
    text,
    head,
    tail,
    close: text.slice(from, list.end - 1),
    gap,
    units: [{ raw: head + tail, key: keyOf(rest, head + tail), id: undefined, cell: undefined }, ...units],
    minor: typeof root["nbformat_minor"] === "number" ? root["nbformat_minor"] : 0,
    language: languageOf(rest["metadata"]),
  };
}

/** A key that is there twice means something else to every reader. */
const hasTwice = (members: readonly Member[]): boolean =>
  new Set(members.map(({ key }) => key)).size < members.length;

/** Whatever goes through values goes down level by level: a text that has thousands would end it. */
const MOST_LEVELS = 200;
const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1)));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCell = (value: unknown): value is CellValue =>
  isObject(value) && typeof value["cell_type"] === "string" && isLines(value["source"]);
export const isLines = (value: unknown): value is string | readonly string[] =>
  typeof value === "string" ||
  (Array.isArray(value) && value.every((line: unknown) => typeof line === "string"));

function languageOf(metadata: unknown): string {
  if (!isObject(metadata)) return "python";
  const { language_info: info, kernelspec: kernel } = metadata;
  if (isObject(info) && typeof info["name"] === "string") return info["name"];
  if (isObject(kernel) && typeof kernel["language"] === "string") return kernel["language"];
  return "python";
}

function toUnit(raw: string, cell: CellValue): Unit {
  let key: string | undefined;
  return {
    raw,
    // Not before somebody asks: pictures make it long, and most cells are never compared by it.
    get key() {
      key ??= keyOf({ ...cell, source: sourceOf(cell) }, raw);
      return key;
    },
    id: typeof cell.id === "string" ? cell.id : undefined,
    cell,
  };
}

/** One line of JSON, and below it the integers that may be too long for it. */
function keyOf(value: unknown, raw: string): string {
  const digits = raw.match(MANY_DIGITS)?.toSorted().join(" ");
  return digits === undefined ? stable(value) : `${stable(value)}\n${digits}`;
}
const MANY_DIGITS = /(?<![\d.])\d{16,}(?![\d.eE])/g;

/** The same text for the same value: the order of keys means nothing. */
export const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
