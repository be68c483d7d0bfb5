import { decodeNamedCharacterReference } from "decode-named-character-reference";
import { lexer, type Token, type Tokens } from "marked";
import { makeVisible } from "../../core/visible.ts";
import { type Looks, paint, widthOf, wrap } from "./style.ts";

/** Where Markdown is drawn. */
export interface Page extends Looks {
  readonly columns: number;
}

/** Markdown as lines for a terminal. Nothing in it reaches the terminal that it would obey. */
export const drawMarkdown = (source: string, page: Page): string[] =>
  blocks(lexer(visibleSource(source)), page);

export const visibleSource = (source: string): string => makeVisible(source.replaceAll("\r\n", "\n"));

export function blocks(tokens: readonly Token[], page: Page): string[] {
  const lines: string[] = [];
  for (const token of tokens) {
    if (token.type === "space" || token.type === "def") continue;
    if (lines.length > 0) lines.push("");
    lines.push(...block(token, page));
  }
  return lines;
}

function block(token: Token, page: Page): string[] {
  switch (token.type) {
    case "heading":
      return flow(token.tokens, page).map((line) => paint(page, "bold", line));
    case "paragraph":
    case "text":
      return flow(token.tokens ?? [token], page, token.type === "text" && !token.tokens);
    case "code":
      return leaf(token["text"]).map((line) => `    ${paint(page, "cyan", line)}`);
    case "blockquote":
      return blocks(token.tokens ?? [], narrower(page, 2)).map(
        (line) => `${paint(page, "dim", page.glyphs.bar)} ${line}`,
      );
    case "list":
      return list(token, page);
    case "table":
      return table(token, page);
    case "hr":
      return [paint(page, "dim", page.glyphs.rule.repeat(Math.min(page.columns, 40)))];
    default:
      return leaf(token.raw.trimEnd());
  }
}

const narrower = (page: Page, by: number): Page => ({ ...page, columns: page.columns - by });
const isList = (token: Token): token is Tokens.List => token.type === "list";
const isTable = (token: Token): token is Tokens.Table => token.type === "table";
const leaf = (text: unknown): string[] => makeVisible(typeof text === "string" ? text : "").split("\n");

function flow(tokens: readonly Token[] | undefined, page: Page, isPlain = false): string[] {
  const text = isPlain ? readable(tokens?.[0]?.raw) : inline(tokens, page);
  return text.split("\n").flatMap((line) => wrap(line, page.columns));
}

function list(token: Token, page: Page): string[] {
  if (!isList(token)) return [];
  const first = typeof token.start === "number" ? token.start : 1;
  return token.items.flatMap((one, at) => {
    const mark = token.ordered ? `${first + at}.` : page.glyphs.bullet;
    const indent = " ".repeat(mark.length + 1);
    const [head = "", ...rest] = item(one, token.loose, narrower(page, indent.length));
    return [`${mark} ${head}`, ...rest.map((line) => (line === "" ? "" : indent + line))];
  });
}

function item({ tokens, task, checked }: Tokens.ListItem, isLoose: boolean, page: Page): string[] {
  const lines: string[] = [];
  for (const token of tokens) {
    if (token.type === "space" || token.type === "checkbox") continue;
    if (lines.length > 0 && isLoose) lines.push("");
    lines.push(...block(token, page));
  }
  const [head = "", ...rest] = lines;
  return task ? [`[${checked ? "x" : " "}] ${head}`, ...rest] : lines;
}

/** In columns where they fit; else each row by the names of its columns. */
function table(token: Token, page: Page): string[] {
  if (!isTable(token)) return [];
  const head = token.header.map((cell) => inline(cell.tokens, page).replaceAll("\n", " "));
  const rows = token.rows.map((row) => row.map((cell) => inline(cell.tokens, page).replaceAll("\n", " ")));
  const widths = head.map((name, at) =>
    Math.max(...[name, ...rows.map((row) => row[at] ?? "")].map(widthOf)),
  );
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, at) => (cells[at] ?? "") + " ".repeat(width - widthOf(cells[at] ?? "")))
      .join("  ")
      .trimEnd();
  if (widths.reduce((sum, width) => sum + width + 2, -2) <= page.columns)
    return [
      paint(page, "bold", line(head)),
      paint(page, "dim", widths.map((width) => page.glyphs.rule.repeat(width)).join("  ")),
      ...rows.map(line),
    ];
  return rows.flatMap((row, at) => [
    ...(at > 0 ? [""] : []),
    ...head.flatMap((name, index) =>
      wrap(`${paint(page, "bold", `${name}:`)} ${row[index] ?? ""}`, page.columns, "  "),
    ),
  ]);
}

function inline(tokens: readonly Token[] | undefined, page: Page): string {
  return (tokens ?? []).map((token) => piece(token, page)).join("");
}

function piece(token: Token, page: Page): string {
  const inner = (): string => inline("tokens" in token ? token.tokens : undefined, page);
  switch (token.type) {
    case "text":
      return token.tokens ? inner() : readable(token["text"]);
    case "escape":
      return makeVisible(token["text"]);
    case "strong":
      return paint(page, "bold", inner());
    case "em":
      return paint(page, "italic", inner());
    case "del":
      return page.hasColour ? paint(page, "strikethrough", inner()) : `~~${inner()}~~`;
    case "codespan":
      return page.hasColour ? paint(page, "cyan", makeVisible(token["text"])) : makeVisible(token.raw);
    case "br":
      return "\n";
    case "link":
    case "image":
      return link(token, inner(), page);
    default:
      return makeVisible(token.raw);
  }
}

/** With the address beside it, whatever the words say. */
function link(token: Token, words: string, page: Page): string {
  const href = readable("href" in token ? token.href : "");
  const label = token.type === "image" ? readable("text" in token ? token.text : "") : words;
  const shown = paint(page, "underline", label || href);
  return label === "" || label === href || `mailto:${label}` === href ? shown : `${shown} (${href})`;
}

/** Marked leaves references such as `&amp;` as they are. What they stand for is made visible after that, never before. */
function readable(text: unknown): string {
  if (typeof text !== "string") return "";
  const decoded = text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{0,30}));/gi,
    (whole, ten, hex, name) => {
      if (name !== undefined) return decodeNamedCharacterReference(name) || whole;
      const code = ten === undefined ? Number.parseInt(hex, 16) : Number(ten);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
  return makeVisible(decoded);
}
