/** Where a value stands in a JSON text: `[start, end)`, without the white space around it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
export interface Member extends Span {
  readonly key: string;
}

/**
 * The values of the object or array that begins at `start`, in order. Only for text that `JSON.parse` has accepted: it
 * looks for the ends of things and checks nothing.
 */
export function membersAt(text: string, start: number): Member[] {
  const isObject = text[start] === "{";
  const members: Member[] = [];
  let at = skipBlanks(text, start + 1);
  while (at < text.length && text[at] !== "}" && text[at] !== "]") {
    let key = "";
    if (isObject) {
      const end = skipString(text, at);
      key = String(JSON.parse(text.slice(at, end)));
      // Behind the colon.
      at = skipBlanks(text, skipBlanks(text, end) + 1);
    }
    const end = skipValue(text, at);
    members.push({ key, start: at, end });
    at = skipBlanks(text, end);
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
  return members;
}

/** The first place from `at` on that is no white space. */
export function skipBlanks(text: string, at: number): number {
  let next = at;
  while (next < text.length && BLANKS.has(text.charCodeAt(next))) next += 1;
  return next;
}
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

function skipValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return skipString(text, start);
  if (first !== "{" && first !== "[") {
    SCALAR_END.lastIndex = start;
    return SCALAR_END.exec(text)?.index ?? text.length;
  }
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const mark = text[at];
    if (mark === '"') {
      at = skipString(text, at);
      continue;
    }
    if (mark === "{" || mark === "[") depth += 1;
    else if (mark === "}" || mark === "]") depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return text.length;
}
const SCALAR_END = /[\s,\]}]/g;

/** Strings may be pictures of megabytes, so their ends are searched and not walked to. */
function skipString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return at + 1;
  }
  return text.length;
}
