import { makeVisible } from "../../../src/core/visible.ts";

const ESC = "\u001b";
/** Operating system commands: titles, links, the clipboard. Ended by BEL, by ST, or by the end of the text. */
const OSC = new RegExp(`${ESC}[\\]PX^_][^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\|$)`, "g");
const CSI = new RegExp(`${ESC}\\[[0-?]*[ -/]*(?:[@-~]|$)`, "g");
const OTHER = new RegExp(`${ESC}[ -/]*[0-~]`, "g");

/** What a terminal would show in the end: no escapes, and a carriage return starts its line again. */
export function plainTerminal(output: string): string {
  const bare = output.includes(ESC)
    ? output.replaceAll(OSC, "").replaceAll(CSI, "").replaceAll(OTHER, "")
    : output;
  return makeVisible(bare.includes("\r") || bare.includes("\b") ? settleLines(bare) : bare);
}

function settleLines(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => erase(line.slice(line.lastIndexOf("\r", line.length - 2) + 1).replace(/\r$/, "")))
    .join("\n");
}

function erase(line: string): string {
  if (!line.includes("\b")) return line;
  let kept = "";
  for (const character of line) kept = character === "\b" ? kept.slice(0, -1) : kept + character;
  return kept;
}
