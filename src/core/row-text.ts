import { type Block, isText } from "./message.ts";

/** What a row shows of one text; more than that would make the panel slow, and nobody reads it there. */
export const MAX_ROW_CHARS = 20_000;

/** The end is kept as well: it says how a command ended, or how to read on. */
const END_CHARS = 5_000;
export const cut = (value: string): string =>
  value.length > MAX_ROW_CHARS
    ? `${value.slice(0, MAX_ROW_CHARS - END_CHARS)}\n… ${value.length - MAX_ROW_CHARS} more characters …\n${value.slice(-END_CHARS)}`
    : value;
export const tail = (value: string): string =>
  value.length > MAX_ROW_CHARS ? value.slice(-MAX_ROW_CHARS) : value;

/** Blocks that start with `<` + this are machine-made context around what the person wrote. */
export const CONTEXT_TAG = "plumb-context";
export const visibleText = (content: readonly Block[]): string =>
  content
    .filter((block) => isText(block) && !block.text.startsWith(`<${CONTEXT_TAG}`))
    .map((block) => (isText(block) ? block.text : ""))
    .join("\n");

/** The first line of what the person wrote, at most 80 characters. */
export const titleOf = (content: readonly Block[]): string => {
  const line = visibleText(content).trim().split("\n", 1)[0] ?? "";
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

/** One line about a call, with the tool's name in any case. */
export const callTitle = ({ name, title }: { readonly name: string; readonly title: string }): string =>
  title.startsWith(name) ? title : `${name}: ${title}`;
