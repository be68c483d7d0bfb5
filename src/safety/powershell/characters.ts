/** Dashes that PowerShell takes for the one before a parameter: hyphen, en dash, em dash, horizontal bar. */
export const DASHES = "-\u2013\u2014\u2015";
/** Quotes of word processors, which PowerShell takes for quotes: two texts that look alike may mean different things. */
export const CURLED = /[\u2018-\u201B\u201C-\u201E]/;

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\u0000",
  a: "\u0007",
  b: "\b",
  e: "\u001B",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** What a backtick and the character after it stand for. A line end after it is no character at all. */
export function unescapeTick(char: string): string {
  if (char === "\n") return "";
  return Object.hasOwn(ESCAPES, char) ? (ESCAPES[char] ?? char) : char;
}

export const isBlank = (char: string | undefined): boolean => char === " " || char === "\t";

/** Ends a word that is written without quotes, wherever it stands. */
export const endsWord = (char: string | undefined): boolean =>
  char === undefined || /[\s;|&(){},<>]/.test(char);

/** The name of a variable behind its `$`, at `at`; `${any text}` as well. Undefined when none begins there. */
export function variableAt(
  text: string,
  at: number,
): { readonly name: string; readonly end: number } | undefined {
  const braced = /\$\{((?:[^{}`]|`[\s\S])*)\}/y;
  braced.lastIndex = at;
  const inBraces = braced.exec(text);
  if (inBraces) return { name: (inBraces[1] ?? "").replaceAll(/`([\s\S])/g, "$1"), end: braced.lastIndex };
  const plain = /\$((?:[A-Za-z_]\w*:)?[\p{L}\p{Nd}_?]+|[$^])/uy;
  plain.lastIndex = at;
  const found = plain.exec(text);
  if (!found) return undefined;
  // `$a::b` is a member of what `$a` holds.
  const name = found[1] ?? "";
  return { name, end: plain.lastIndex };
}
