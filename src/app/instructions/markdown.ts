/** A stretch of Markdown: `isCode` for fenced blocks and code spans, in which nothing of ours is read. */
interface Piece {
  readonly text: string;
  readonly isCode: boolean;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Line ends of every kind become `\n`; a byte order mark goes. */
export const plainLines = (text: string): string => text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");

/** In order, and nothing is lost: the pieces together are the text. An open fence is code to the end, as in Markdown. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let prose: string[] = [];
  let fenced: string[] = [];
  let fence: string | undefined;
  const endProse = (): void => {
    if (prose.length > 0) found.push(...spans(prose.join("")));
    prose = [];
  };
  for (const line of text.split(/(?<=\n)/)) {
    const mark = FENCE.exec(line)?.[1];
    if (fence === undefined && mark !== undefined && opens(line, mark)) {
      endProse();
      fence = mark;
      fenced = [line];
    } else if (fence === undefined) {
      prose.push(line);
    } else {
      fenced.push(line);
      if (!closes(line, mark, fence)) continue;
      found.push({ text: fenced.join(""), isCode: true });
      fence = undefined;
      fenced = [];
    }
  }
  endProse();
  if (fenced.length > 0) found.push({ text: fenced.join(""), isCode: true });
  return found;
}

/** Backticks after the mark would make it a code span. */
const opens = (line: string, mark: string): boolean =>
  mark.startsWith("~") || !line.slice(line.indexOf(mark) + mark.length).includes("`");

const closes = (line: string, mark: string | undefined, fence: string): boolean =>
  mark?.startsWith(fence) === true && line.trim() === mark;

/** Code spans: a run of backticks up to the next run of the same length, within a paragraph. */
function spans(text: string): Piece[] {
  return text.split(/(\n[ \t]*\n)/).flatMap((paragraph) => spansOf(paragraph));
}

function spansOf(text: string): Piece[] {
  const runs = [...text.matchAll(/`+/g)].map(({ 0: run, index }) => ({ size: run.length, at: index }));
  // By length, from the last one on: finding a partner must not take longer the more runs there are.
  const ahead = new Map<number, number[]>();
  for (const { size, at } of runs.toReversed()) {
    const partners = ahead.get(size);
    if (partners) partners.push(at);
    else ahead.set(size, [at]);
  }
  const found: Piece[] = [];
  let from = 0;
  for (const { size, at } of runs) {
    const partners = ahead.get(size) ?? [];
    while ((partners.at(-1) ?? Number.POSITIVE_INFINITY) <= at) partners.pop();
    const end = partners.at(-1);
    if (at < from || end === undefined) continue;
    if (at > from) found.push({ text: text.slice(from, at), isCode: false });
    found.push({ text: text.slice(at, end + size), isCode: true });
    from = end + size;
  }
  if (from < text.length) found.push({ text: text.slice(from), isCode: false });
  return found;
}

/**
 * Without HTML comments that begin a line: they are for people. Those in code and within a line stay, and so does one that
 * never ends, or a slip would swallow the rest of the file.
 */
export function withoutComments(text: string): string {
  const isCode = codeIn(text);
  const next = /^ {0,3}<!--/gm;
  const kept: string[] = [];
  let from = 0;
  for (let found = next.exec(text); found; found = next.exec(text)) {
    const start = next.lastIndex - 4;
    if (isCode(start)) continue;
    const end = commentsEnd(text, start);
    if (end === undefined) break;
    kept.push(text.slice(from, found.index));
    // A line that only held comments goes with them.
    const restOfLine = /[ \t]*\n/y;
    restOfLine.lastIndex = end;
    from = restOfLine.test(text) ? restOfLine.lastIndex : end;
    next.lastIndex = from;
  }
  return [...kept, text.slice(from)].join("");
}

/** Whether a place of the text is code; to be asked from the front to the back. */
function codeIn(text: string): (at: number) => boolean {
  const all = pieces(text);
  let index = 0;
  let end = all[0]?.text.length ?? 0;
  return (at) => {
    while (at >= end && index < all.length) {
      index += 1;
      end += all[index]?.text.length ?? 0;
    }
    return all[index]?.isCode === true;
  };
}

/** Where the comment ends, and those that follow it in its line; undefined when it never does. */
function commentsEnd(text: string, start: number): number | undefined {
  let end: number | undefined;
  for (let at = start; at >= 0; ) {
    const close = text.indexOf("-->", at + 4);
    if (close < 0) break;
    end = close + 3;
    const another = /[ \t]*<!--/y;
    another.lastIndex = end;
    at = another.test(text) ? another.lastIndex - 4 : -1;
  }
  return end;
}

/** `@` at the beginning of a word, and a path in which `\ ` is a blank. */
const IMPORT = /(?<=^|[\s(["'])@((?:\\ |[^\s\\"'`<>|*])+)/g;

/** What is longer is no path of anybody's. In characters. */
const LONGEST_PATH = 1_000;

/** Paths that a text imports with `@path`, as they are written, each once, in order. Not from code. */
export function importsIn(text: string): string[] {
  const found = pieces(text)
    .filter((piece) => !piece.isCode)
    .flatMap((piece) => [...piece.text.matchAll(IMPORT)].map(([, path = ""]) => path))
    .filter((path) => path.length <= LONGEST_PATH);
  return [...new Set(found.map(asPath).filter((path) => path !== ""))];
}

/** What ends a sentence ends no path. */
const asPath = (written: string): string =>
  written
    .replaceAll("\\ ", " ")
    .replace(/[)\]},;:!?]+$/, "")
    .replace(/(?<=[^./])\.+$/, "")
    .replace(/#[^/]*$/, "");

/** Says that a missing file was meant, and not a handle or the name of a package. */
export const looksLikePath = (path: string): boolean =>
  /^(?:\.{1,2}|~)?\//.test(path) || /\.(?:md|mdc|markdown|mdx|txt)$/i.test(path);
