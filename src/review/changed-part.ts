import { countLineEnds } from "./text-lines.ts";

/** The lines in which texts differ, with some equal ones around: all that has to be taken apart of a large file. */
export interface ChangedPart {
  /** Of each text, its part. They begin at line starts. */
  readonly texts: readonly string[];
  /** What stands before and behind it in every one of the texts. */
  readonly head: string;
  readonly tail: string;
  /** How many lines `head` has. */
  readonly firstLine: number;
}

/**
 * The part of some texts in which they differ, with at least `margin` equal lines around it where there are any.
 * Costs comparing the bytes, and not taking equal lines apart.
 */
export function changedPart(texts: readonly string[], margin: number): ChangedPart {
  const [first = "", ...others] = texts;
  const shortest = texts.reduce((least, text) => Math.min(least, text.length), first.length);
  let head = shortest;
  for (const other of others) head = equalHead(first, other, head);
  head = lineStartBefore(first, head, margin);
  let tail = shortest - head;
  for (const other of others) tail = equalTail(first, other, tail);
  tail = first.length - lineStartAfter(first, first.length - tail, margin);
  return {
    texts: texts.map((text) => text.slice(head, text.length - tail)),
    head: first.slice(0, head),
    tail: tail === 0 ? "" : first.slice(-tail),
    firstLine: countLineEnds(first, head),
  };
}

/** Found out in pieces: comparing those is what machines are fast at. */
const PIECE_CHARS = 4096;

function equalHead(a: string, b: string, most: number): number {
  let at = 0;
  while (at + PIECE_CHARS <= most && a.slice(at, at + PIECE_CHARS) === b.slice(at, at + PIECE_CHARS))
    at += PIECE_CHARS;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

function equalTail(a: string, b: string, most: number): number {
  const piece = (text: string, back: number): string =>
    text.slice(text.length - back - PIECE_CHARS, text.length - back);
  let back = 0;
  while (back + PIECE_CHARS <= most && piece(a, back) === piece(b, back)) back += PIECE_CHARS;
  while (back < most && a.charCodeAt(a.length - back - 1) === b.charCodeAt(b.length - back - 1)) back += 1;
  return back;
}

/** Where a line begins, so many whole lines before a place. */
function lineStartBefore(text: string, place: number, lines: number): number {
  let at = place === 0 ? 0 : text.lastIndexOf("\n", place - 1) + 1;
  for (let left = lines; left > 0 && at > 0; left -= 1)
    at = at === 1 ? 0 : text.lastIndexOf("\n", at - 2) + 1;
  return at;
}

/** Where a line begins behind so many whole ones; the end of the text when it has no more. */
function lineStartAfter(text: string, place: number, lines: number): number {
  let at = place;
  for (let left = lines + 1; left > 0; left -= 1) {
    const end = text.indexOf("\n", at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}
