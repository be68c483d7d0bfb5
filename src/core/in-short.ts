import { type Block, plainText, text } from "./message.ts";

const TAIL_LINES = 6;
const TAIL_CHARS = 400;

/** What stands in place of a result that the model has above. That the call was made, and how it ended, is said first. */
export function inShort(content: readonly Block[]): Block[] {
  const said = plainText(content);
  const lines = said.split("\n");
  const tail: string[] = [];
  let chars = 0;
  for (const line of lines.slice(-TAIL_LINES).toReversed()) {
    chars += line.length + 1;
    if (chars > TAIL_CHARS) break;
    tail.unshift(line);
  }
  const note = `[This was done again just now. The result is the same, to the letter, as when you made this call last: ${lines.length} lines, which you have above.`;
  return [text(tail.length === 0 ? `${note}]` : `${note} It ends:]\n${tail.join("\n")}`)];
}
