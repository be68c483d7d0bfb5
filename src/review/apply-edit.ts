import { whyNotFound } from "./edit-hint.ts";

export interface TextEdit {
  readonly old: string;
  readonly new: string;
  readonly replaceAll: boolean;
}

export interface EditError {
  readonly kind: "binary" | "empty-old" | "no-change" | "not-found" | "multiple-matches";
  /** Why the text was probably not found, e.g. `whitespace`. Never guessed at: a hint is a difference that was checked. */
  readonly hint?: string;
  /** How many places match, overlapping ones included. */
  readonly count?: number;
  /** One-based lines of the first few matches, or of the place that was probably meant. */
  readonly lines?: readonly number[];
  /** Zero-based index of the edit that failed, when there was more than one. */
  readonly index?: number;
}
export type EditResult = { readonly text: string; readonly replaced: number } | { readonly error: EditError };

const BOM = "\uFEFF";
const MAX_REPORTED_LINES = 5;

/**
 * Applies exact replacements in order, all or nothing. Only line ends are forgiven: a newline in `old` matches LF
 * and CRLF, and newlines in `new` become what the file mostly uses. `before` comes without its byte order mark.
 */
export function applyEdit(
  before: string,
  edits: readonly TextEdit[],
  { hasBom }: { hasBom: boolean },
): EditResult {
  if (before.includes("\0")) return { error: { kind: "binary" } };
  let text = before;
  let replaced = 0;
  for (const [index, edit] of edits.entries()) {
    const result = applyOne(text, edit, {
      hasBom,
      lineEnd: mainLineEnd(before) ?? mainLineEnd(text) ?? "\n",
    });
    if ("error" in result) return edits.length > 1 ? { error: { ...result.error, index } } : result;
    text = result.text;
    replaced += result.replaced;
  }
  return { text, replaced };
}

/** An edit that could not be made, with the text as it was when its turn came. */
export interface FailedEdit {
  readonly error: EditError;
  readonly index: number;
  readonly text: string;
}

/** Like `applyEdit`, but edits that do not match are left out and told, and those after them are tried all the same. */
export function applyEach(
  before: string,
  edits: readonly TextEdit[],
  { hasBom }: { hasBom: boolean },
): { readonly text: string; readonly replaced: number; readonly failed: readonly FailedEdit[] } {
  const failed: FailedEdit[] = [];
  let text = before;
  let replaced = 0;
  for (const [index, edit] of edits.entries()) {
    const lineEnd = mainLineEnd(before) ?? mainLineEnd(text) ?? "\n";
    const result: EditResult = before.includes("\0")
      ? { error: { kind: "binary" } }
      : applyOne(text, edit, { hasBom, lineEnd });
    if ("error" in result) {
      failed.push({ error: result.error, index, text });
    } else {
      text = result.text;
      replaced += result.replaced;
    }
  }
  return { text, replaced, failed };
}

function applyOne(
  before: string,
  edit: TextEdit,
  { hasBom, lineEnd }: { hasBom: boolean; lineEnd: string },
): EditResult {
  const old = withoutBom(edit.old, hasBom).replaceAll("\r\n", "\n");
  const inserted = withoutBom(edit.new, hasBom);
  const unixInserted = inserted.replaceAll("\r\n", "\n");
  if (old === "") {
    return before === "" ? { text: inserted, replaced: 1 } : { error: { kind: "empty-old" } };
  }
  if (old === unixInserted) return { error: { kind: "no-change" } };

  // Matching happens on text with plain newlines; found places are then mapped back, so nothing else changes.
  const unix = before.replaceAll("\r\n", "\n");
  const starts = findAll(unix, old, edit.replaceAll);
  if (starts.length === 0) {
    const { hint, line } = whyNotFound(unix, old);
    return {
      error: {
        kind: "not-found",
        ...(hint === undefined ? {} : { hint }),
        ...(line === undefined ? {} : { lines: [line] }),
      },
    };
  }
  if (starts.length > 1 && !edit.replaceAll) {
    const lines = starts.slice(0, MAX_REPORTED_LINES).map((start) => lineAt(unix, start));
    return { error: { kind: "multiple-matches", count: starts.length, lines } };
  }
  const places = starts.map((start) => ({ start, end: start + old.length }));
  const text = splice(
    before,
    unix.length === before.length ? places : toOriginal(before, places),
    unixInserted.replaceAll("\n", lineEnd),
  );
  return { text, replaced: starts.length };
}

const withoutBom = (text: string, hasBom: boolean): string =>
  hasBom && text.startsWith(BOM) ? text.slice(1) : text;

/** The line end most lines have; a tie is LF. Undefined when there is only one line. */
export function mainLineEnd(text: string): "\n" | "\r\n" | undefined {
  let crlf = 0;
  let all = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    all += 1;
    if (at > 0 && text[at - 1] === "\r") crlf += 1;
  }
  if (all === 0) return undefined;
  return crlf > all - crlf ? "\r\n" : "\n";
}

/** Starts of all matches: left to right without overlaps when they will be replaced, else every one. */
function findAll(text: string, needle: string, isForReplacing: boolean): number[] {
  const starts: number[] = [];
  let at = text.indexOf(needle);
  while (at !== -1) {
    const isWhole = !splitsPair(text, at) && !splitsPair(text, at + needle.length);
    if (isWhole) starts.push(at);
    at = text.indexOf(needle, isWhole && isForReplacing ? at + needle.length : at + 1);
  }
  return starts;
}

/** True when a cut at `at` would leave half a character on each side. */
function splitsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

type Place = { readonly start: number; readonly end: number };

/** Moves places found in the text with plain newlines to where they are in the original. Places are in order. */
function toOriginal(original: string, places: readonly Place[]): Place[] {
  let nextCrlf = original.indexOf("\r\n");
  let crlfsPassed = 0;
  const shift = (offset: number): number => {
    while (nextCrlf !== -1 && nextCrlf - crlfsPassed < offset) {
      crlfsPassed += 1;
      nextCrlf = original.indexOf("\r\n", nextCrlf + 2);
    }
    return offset + crlfsPassed;
  };
  return places.map(({ start, end }) => ({ start: shift(start), end: shift(end) }));
}

function splice(text: string, places: readonly Place[], inserted: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of places) {
    parts.push(text.slice(from, start), inserted);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join("");
}

/** One-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
