import { structuredPatch } from "diff";
import type { Detail, Hunk } from "../core/detail.ts";
import { sha256 } from "../core/hash.ts";
import { changedPart } from "./changed-part.ts";
import { cellWords, notebookDiff } from "./notebook-view.ts";
import { linesOf } from "./text-lines.ts";

export type DiffDetail = Extract<Detail, { kind: "diff" }>;

const CONTEXT_LINES = 3;
const MAX_HUNK_LINES = 400;
const MAX_LINE_CHARS = 500;
/** Beyond this many changed lines the shortest diff costs too much: the changed part is shown as one block. */
const MAX_EDIT_LENGTH = 2_000;

/**
 * One file's change as a person sees it. `undefined` is a file that is not there. A function of the two texts alone
 * (no clock), because an approval is bound to what it returns.
 */
export async function diffDetail(change: {
  path: string;
  before: string | undefined;
  after: string | undefined;
}): Promise<DiffDetail> {
  const { path, before, after } = change;
  const hunks = diffHunks(before ?? "", after ?? "");
  const shown = capHunks(hunks);
  const [beforeHash, afterHash] = await Promise.all([hashOf(before), hashOf(after)]);
  return {
    kind: "diff",
    path,
    op: before === undefined ? "create" : after === undefined ? "delete" : "modify",
    ...countLines(hunks),
    hunks: shown,
    hiddenLines: lineCount(hunks) - lineCount(shown),
    beforeHash,
    afterHash,
  };
}

const hashOf = async (text: string | undefined): Promise<string> => (text === undefined ? "" : sha256(text));

/**
 * How many lines a change adds and removes; a changed line counts as both. An editor that saves a notebook writes it in
 * its own way (`by`): that counts as nothing. Never throws.
 */
export function countChanges(before: string, after: string, by?: string): { added: number; removed: number } {
  try {
    return countLines((by === "formatter" ? tellingHunks : diffHunks)(before, after));
  } catch {
    // These are numbers to look at: that a change is recorded must not depend on them.
    return countLines([blockHunk(before, after)]);
  }
}

function countLines(hunks: readonly Hunk[]): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const { lines } of hunks) {
    for (const line of lines) {
      if (line.startsWith("+")) added += 1;
      else if (line.startsWith("-")) removed += 1;
    }
  }
  return { added, removed };
}

const lineCount = (hunks: readonly Hunk[]): number => hunks.reduce((sum, { lines }) => sum + lines.length, 0);

/** All changes with three lines of context around them, uncapped. */
export function diffHunks(before: string, after: string): Hunk[] {
  if (before === after) return [];
  const notebook = notebookDiff(before, after);
  // Written differently, and nothing else: no cell could show it, and half of it would be no notebook.
  if (notebook) return notebook.length > 0 ? notebook : [blockHunk(before, after)];
  if (before === "" || after === "") return [blockHunk(before, after)];
  const options = { context: CONTEXT_LINES, maxEditLength: MAX_EDIT_LENGTH };
  const { texts, firstLine } = changedPart([before, after], CONTEXT_LINES);
  const [old = "", now = ""] = texts;
  const patch = structuredPatch("", "", old, now, undefined, undefined, options);
  if (patch === undefined) return [blockHunk(before, after)];
  return patch.hunks.map((hunk) => ({
    oldStart: hunk.oldStart + firstLine,
    oldLines: hunk.oldLines,
    newStart: hunk.newStart + firstLine,
    newLines: hunk.newLines,
    // "\ No newline at end of file" is about the line before it and no line of the file.
    lines: hunk.lines.filter((line) => !line.startsWith("\\")),
  }));
}

/** The same where it says nothing how a notebook is written down: to the model, or when an editor has written it. */
export const tellingHunks = (before: string, after: string): Hunk[] =>
  notebookDiff(before, after) ?? diffHunks(before, after);

/** The line above a hunk in a patch. */
export const hunkHead = ({ cell, oldStart, oldLines, newStart, newLines }: Hunk): string =>
  cell ? `@@ ${cellWords(cell)} @@` : `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`;

/** Everything between the common beginning and the common end as one change: rough, but linear. */
function blockHunk(before: string, after: string): Hunk {
  const old = linesOf(before);
  const now = linesOf(after);
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const from = Math.max(0, head - CONTEXT_LINES);
  const below = Math.min(tail, CONTEXT_LINES);
  const oldEnd = old.length - tail;
  const newEnd = now.length - tail;
  return {
    oldStart: old.length === 0 ? 0 : from + 1,
    oldLines: oldEnd + below - from,
    newStart: now.length === 0 ? 0 : from + 1,
    newLines: newEnd + below - from,
    lines: [
      ...shown(" ", old.slice(from, head)),
      ...shown("-", old.slice(head, oldEnd)),
      ...shown("+", now.slice(head, newEnd)),
      ...shown(" ", old.slice(oldEnd, oldEnd + below)),
    ],
  };
}

const shown = (mark: string, lines: readonly string[]): string[] =>
  lines.map((line) => mark + (line.endsWith("\n") ? line.slice(0, -1) : line));

function capHunks(hunks: readonly Hunk[]): Hunk[] {
  const shown: Hunk[] = [];
  let room = MAX_HUNK_LINES;
  for (const hunk of hunks) {
    if (room === 0) break;
    const lines = hunk.lines.slice(0, room);
    room -= lines.length;
    shown.push({
      ...hunk,
      oldLines: lines.filter((line) => !line.startsWith("+")).length,
      newLines: lines.filter((line) => !line.startsWith("-")).length,
      lines: lines.map(displayLine),
    });
  }
  return shown;
}

/** Cut to what a row can show, and without the carriage return of a CRLF. */
export function displayLine(line: string): string {
  const bare = line.endsWith("\r") ? line.slice(0, -1) : line;
  return bare.length > MAX_LINE_CHARS ? `${bare.slice(0, MAX_LINE_CHARS).toWellFormed()}…` : bare;
}
