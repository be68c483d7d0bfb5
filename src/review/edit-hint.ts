/**
 * Why an exact search failed. Each hint is one way of writing the same text differently: it is given when the
 * search succeeds once both sides are written the same way. It words an error and never changes what matches.
 */
const QUOTES: readonly [RegExp, string][] = [
  [/[“”„‟«»″]/g, '"'],
  [/[‘’‚‛′‹›]/g, "'"],
];
const DASHES = /[‐‑‒–—―−-]+/g;
// Soft hyphen, zero-width characters, joiners, direction marks, variation selectors, byte order mark.
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

type Rewrite = (text: string) => string;
const HINTS: readonly { hint: string; rewrite: Rewrite }[] = [
  { hint: "eol", rewrite: (text) => text.replaceAll("\r", "\n") },
  { hint: "trailing-whitespace", rewrite: (text) => text.replace(/[^\S\n]+(?=\n|$)/g, "") },
  { hint: "whitespace", rewrite: (text) => text.replace(/[^\S\uFEFF]+/g, "") },
  {
    hint: "quotes",
    rewrite: (text) => QUOTES.reduce((known, [from, to]) => known.replace(from, to), text),
  },
  { hint: "dash", rewrite: (text) => text.replace(DASHES, "-") },
  { hint: "invisible", rewrite: (text) => text.replace(INVISIBLE, "") },
  { hint: "unicode", rewrite: (text) => text.normalize("NFKC") },
  { hint: "case", rewrite: (text) => text.toLowerCase() },
];

/** Both texts have plain newlines. `line` (one-based) is where the text was probably meant to be. */
export function whyNotFound(text: string, old: string): { hint?: string; line?: number } {
  const hint = findHint(text, old);
  const line = closestLine(text, hint === "line-numbers" ? withoutLineNumbers(old) : old);
  return { ...(hint === undefined ? {} : { hint }), ...(line === undefined ? {} : { line }) };
}

function findHint(text: string, old: string): string | undefined {
  const bare = withoutLineNumbers(old);
  if (bare !== old && bare.trim() !== "" && text.includes(bare)) return "line-numbers";
  // A mark in front of the text is a fact about the encoding, not a character somebody put there.
  const marked = old.startsWith("\uFEFF");
  for (const { hint, rewrite } of HINTS) {
    if (marked && hint === "invisible") continue;
    const needle = rewrite(old);
    if (needle === "") continue;
    const rewritten = rewrite(text);
    const isRewritten = needle !== old || rewritten !== text;
    if (isRewritten && rewritten.includes(needle)) return hint;
  }
  return isEscaped(text, old) ? "escaped" : undefined;
}

const LINE_NUMBER = /^[^\S\n]*\d+[\t→|:][^\S\n]?/gm;

/** Without what a numbered listing puts in front of each line; unchanged unless every line has it. */
function withoutLineNumbers(old: string): string {
  const lines = old.split("\n").filter((line) => line.trim() !== "");
  const isNumbered = lines.length > 0 && lines.every((line) => /^\s*\d+[\t→|:]/.test(line));
  if (!isNumbered) return old;
  const tight = old.replace(/^[^\S\n]*\d+[\t→|:]/gm, "");
  return tight.trim() === "" ? old.replace(LINE_NUMBER, "") : tight;
}

function isEscaped(text: string, old: string): boolean {
  const needle = unescapeText(old);
  if (needle === "") return false;
  if (needle !== old && text.includes(needle)) return true;
  const plain = unescapeText(text);
  return plain !== text && (plain.includes(old) || plain.includes(needle));
}

const NAMED: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&nbsp;": "\u00A0",
  "\\n": "\n",
  "\\t": "\t",
  "\\r": "\r",
  '\\"': '"',
  "\\'": "'",
  "\\`": "`",
  "\\$": "$",
  "\\/": "/",
  "\\\\": "\\",
};
const ESCAPES =
  /&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[\da-f]{1,6});|\\(?:u[\da-f]{4}|x[\da-f]{2}|[ntr"'`$/\\])/gi;

function unescapeText(text: string): string {
  return text.replace(ESCAPES, (found) => {
    const named = NAMED[found] ?? NAMED[found.toLowerCase()];
    if (named !== undefined) return named;
    const isHex = !/^&#\d/.test(found);
    const code = Number.parseInt(found.replace(/^(?:&#x?|\\[ux])/i, ""), isHex ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : found;
  });
}

const MAX_SCANNED_LINES = 50_000;

/** The line that has most in common with the most telling line of `old`, if it has much in common. */
function closestLine(text: string, old: string): number | undefined {
  const oldLines = old.split("\n");
  const telling = oldLines.reduce(
    (best, line) => (line.trim().length > best.trim().length ? line : best),
    "",
  );
  const wanted = pairsOf(telling);
  if (wanted.size < 3) return undefined;
  let best: { line: number; score: number } | undefined;
  for (const [index, line] of text.split("\n", MAX_SCANNED_LINES).entries()) {
    const score = likeness(wanted, line);
    if (score > (best?.score ?? 0.6)) best = { line: index + 1, score };
    if (score === 1) break;
  }
  return best && Math.max(1, best.line - oldLines.indexOf(telling));
}

const MAX_COMPARED_CHARS = 400;

/** Neighbouring letters and signs, blanks left out: what makes two lines look alike to a reader. */
function pairsOf(line: string): Set<string> {
  const dense = line.slice(0, MAX_COMPARED_CHARS).replace(/\s+/g, "").toLowerCase();
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < dense.length; at += 1) pairs.add(dense.slice(at, at + 2));
  return pairs;
}

/** Share of common pairs, 0 to 1. Lines of very different length are not compared at all. */
function likeness(wanted: ReadonlySet<string>, line: string): number {
  if (line.length < wanted.size / 2) return 0;
  const pairs = pairsOf(line);
  let common = 0;
  for (const pair of pairs) if (wanted.has(pair)) common += 1;
  return (2 * common) / (wanted.size + pairs.size);
}
