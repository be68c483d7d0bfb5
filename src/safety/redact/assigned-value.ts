import { isBreak } from "./found.ts";

/** Where a value stands. `isLiteral`: in quotes or in a file of settings, so it cannot be a name in code. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly isLiteral: boolean;
}

export interface Before {
  readonly nameStart: number;
  readonly separator: string;
  readonly isFlag: boolean;
}

const LONGEST_VALUE = 2048;
const DJANGO = "django-insecure-";

/** The value that begins after a separator, or nothing where none does. */
export function readValue(text: string, at: number, before: Before): Value | undefined {
  const quote = /^(\\{0,3})(["'`])/.exec(text.slice(at, at + 4));
  const value = quote
    ? inQuotes(text, at + quote[0].length, quote[0])
    : before.separator.endsWith(">") && !before.separator.includes("=")
      ? inElement(text, at)
      : bare(text, at, before);
  if (!value) return undefined;
  const start = text.startsWith(DJANGO, value.start) ? value.start + DJANGO.length : value.start;
  return start < value.end ? { ...value, start } : undefined;
}

const LINE = new RegExp(`[^\\r\\n]{0,${LONGEST_VALUE}}`, "y");
const QUOTED = {
  '"': /(?:[^"\\\r\n]|\\[^\r\n]){1,2048}(?=")/y,
  "'": /[^'\r\n]{1,2048}(?=')/y,
  "`": /(?:[^`\\\r\n]|\\[^\r\n]){1,2048}(?=`)/y,
} as const;

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
};

function inQuotes(text: string, start: number, quote: string): Value | undefined {
  // In an escaped string the value ends at the next quote that is escaped as often.
  const length =
    quote === '"' || quote === "'" || quote === "`"
      ? matchAt(QUOTED[quote], text, start).length
      : matchAt(LINE, text, start).indexOf(quote);
  return length > 0 ? { start, end: start + length, isLiteral: true } : undefined;
}

function inElement(text: string, start: number): Value | undefined {
  const length = matchAt(LINE, text, start).indexOf("</");
  return length > 0 ? { start, end: start + length, isLiteral: true } : undefined;
}

/** What may stand before a name on a line of a file of settings: `export A=`, `ENV A=`, `- A=`, a diff's plus. */
const BEGINS_LINE =
  /^[ \t+>-]{0,40}(?:(?:export|set|setx|ENV|ARG|declare -x|env:|- name:)[ \t]+)?["']?(?:[\w/.:-]{0,60}[.:])?$/;
const MOST_BEFORE = 130;
/** A value among others, in a query, a list, a log line or a call; an escaped character of a JSON string ends it too. */
const AMONG_OTHERS = /(?:[^\s"'`<>&,;)\]}|\\]|\\(?![\\nrt"'u])){1,512}/y;
const TO_END_OF_LINE = /(?:[^\s"'`\\]|\\(?![\\nrt"'u])){1,512}/y;
/** Password=a;Database=b and token=a&user=b: the next name ends the value. */
const IS_LIST = /[^\s"'`;&,]{1,128}[;&,] ?[A-Za-z][\w.-]{0,40}[=:]/y;

function beginsLine(text: string, nameStart: number): boolean {
  let start = nameStart;
  const first = Math.max(0, nameStart - MOST_BEFORE);
  while (start > first && !isBreak(text.charCodeAt(start - 1))) start -= 1;
  const isLine = start === 0 || isBreak(text.charCodeAt(start - 1));
  return isLine && BEGINS_LINE.test(text.slice(start, nameStart));
}

function bare(text: string, start: number, { nameStart, separator, isFlag }: Before): Value | undefined {
  const first = text.charAt(start);
  if (first === "" || /[\s,;)\]}&|]/.test(first)) return undefined;
  const isSetting = !isFlag && !/is |was /.test(separator) && beginsLine(text, nameStart);
  const isLine = isSetting && matchAt(IS_LIST, text, start) === "";
  let end = start + matchAt(isLine ? TO_END_OF_LINE : AMONG_OTHERS, text, start).length;
  // Punctuation of the sentence around it.
  if (!isSetting) while (end > start && /[.:!?]/.test(text.charAt(end - 1))) end -= 1;
  const isWholeLine = end >= text.length || isBreak(text.charCodeAt(end));
  // `password = value` is code in some languages; `password=value` and `password: value` to the end of a line are settings.
  const isLiteral =
    isFlag ||
    (isSetting && isWholeLine && !/ =/.test(separator)) ||
    /^[?&;]/.test(text.charAt(nameStart - 1));
  return end > start ? { start, end, isLiteral } : undefined;
}
