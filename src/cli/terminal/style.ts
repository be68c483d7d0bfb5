import { stripVTControlCharacters, styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** What a terminal can draw. */
export interface Looks {
  readonly hasColour: boolean;
  /** Whether the cursor can be moved; without it text is only ever added at the end. */
  readonly canMove: boolean;
  readonly glyphs: Glyphs;
}

export interface Glyphs {
  readonly done: string;
  readonly failed: string;
  readonly bullet: string;
  readonly bar: string;
  readonly rule: string;
  readonly more: string;
  readonly prompt: string;
  readonly spinner: readonly string[];
}

const DRAWN: Glyphs = {
  ...{ done: "✓", failed: "✗", bullet: "•", bar: "│", rule: "─", more: "…", prompt: "›" },
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};
const PLAIN: Glyphs = {
  ...{ done: "ok", failed: "failed", bullet: "*", bar: "|", rule: "-", more: "...", prompt: ">" },
  spinner: ["|", "/", "-", "\\"],
};

/** `env`: of the process; NO_COLOR, TERM and the locale count. */
export function looksOf(stdout: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Looks {
  const canMove = env["TERM"] !== "dumb" && env["TERM"] !== undefined;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  const isUnicode = process.platform === "win32" || /utf-?8/i.test(locale);
  return {
    hasColour: canMove && !env["NO_COLOR"] && stdout.hasColors(),
    canMove: canMove || process.platform === "win32",
    glyphs: isUnicode && canMove ? DRAWN : PLAIN,
  };
}

/** Text in a colour, or bold, where there are such things. */
export const paint = ({ hasColour }: Looks, format: Format, text: string): string =>
  hasColour && text !== "" ? styleText(format, text, { validateStream: false }) : text;

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NARROWLESS = /\p{Mn}|\p{Me}|\u200d|\ufe0f/u;

/** In columns, as most terminals count them. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text))
    width += NARROWLESS.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** One line as lines of at most `columns`, broken between words; those after the first begin with `indent`. */
export function wrap(line: string, columns: number, indent = ""): string[] {
  const room = Math.max(columns, 20);
  if (widthOf(line) <= room) return [line];
  const lines: string[] = [];
  let now = "";
  for (const word of line.split(/(?<=\S)(?= )/)) {
    const isFull = now.trim() !== "" && widthOf(now) + widthOf(word) > room;
    if (isFull) lines.push(now);
    now = isFull ? indent + word.trimStart() : now + word;
  }
  return [...lines, now];
}

/** The first line of a text, cut to `columns`. */
export function oneLine(text: string, columns: number, { more }: Glyphs): string {
  const [first = "", ...rest] = text.trim().split("\n");
  const isLong = widthOf(first) > columns;
  if (!isLong && rest.length === 0) return first;
  let cut = "";
  let width = widthOf(more) + 1;
  for (const character of first) {
    width += widthOf(character);
    if (width > columns) break;
    cut += character;
  }
  return `${cut}${isLong ? "" : " "}${more}`;
}
