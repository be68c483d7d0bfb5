import { hunkHead, tellingHunks } from "./diff.ts";

const MAX_LINES = 200;
const MAX_CHARS = 12_000;

/**
 * What a person made of a proposed text, as a small unified patch for the model. `isWhole` is false when some of it
 * was too long to tell.
 */
export function amendPatch(proposed: string, accepted: string): { text: string; isWhole: boolean } {
  if (withUnixEnds(proposed) === withUnixEnds(accepted)) {
    return { text: "(Only the line ends differ.)", isWhole: true };
  }
  const lines = tellingHunks(proposed, accepted).flatMap((hunk) => [
    hunkHead(hunk),
    ...hunk.lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line)),
  ]);
  const shown: string[] = [];
  let room = MAX_CHARS;
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0 || shown.length === MAX_LINES) break;
    shown.push(line);
  }
  const isWhole = shown.length === lines.length;
  if (!isWhole) shown.push(`(${lines.length - shown.length} more lines of this patch: Read the file.)`);
  const hadEnd = proposed.endsWith("\n");
  if (hadEnd !== accepted.endsWith("\n") && proposed !== "" && accepted !== "") {
    shown.push(hadEnd ? "(No line break at the end of the file.)" : "(A line break at the end of the file.)");
  }
  return { text: shown.join("\n"), isWhole };
}

const withUnixEnds = (text: string): string => text.replaceAll("\r\n", "\n");
