import { undoEdit } from "./three-way.ts";

const BOM = "\uFEFF";

/**
 * The text that is meant by what an editor shows of a proposed one. An editor knows one line end per document and no
 * byte order mark: what the user left alone keeps its own. Undefined where that cannot be told.
 */
export function exactText(proposed: string, shown: string): string | undefined {
  const bare = proposed.startsWith(BOM) ? proposed.slice(1) : proposed;
  const mark = proposed === bare || shown.startsWith(BOM) ? "" : BOM;
  if (hasOneLineEnd(bare)) return mark + shown;
  const end = shown.includes("\r\n") ? "\r\n" : "\n";
  const unified = bare.replaceAll(/\r\n|\r|\n/g, end);
  const result = undoEdit({ current: bare, before: shown, after: unified });
  return "text" in result ? mark + result.text : undefined;
}

function hasOneLineEnd(text: string): boolean {
  const isCrlf = text.includes("\r\n");
  return isCrlf ? !/\r(?!\n)|(?<!\r)\n/.test(text) : !text.includes("\r");
}
