import type { Environment } from "./agent.ts";
import { cutText } from "./cut-text.ts";

/** How many characters of both ends of a text are shown. */
export interface Ends {
  readonly head: number;
  readonly tail: number;
}

/** Writes a text to a file that the model can read on; resolves to both ends of it and the words between them. */
export async function preview(
  text: string,
  ends: Ends,
  { host, secrets }: Pick<Environment, "host" | "secrets">,
): Promise<string> {
  // Before it is cut: nobody would recognise half of a secret.
  const all = secrets?.hide(text) ?? text;
  const spill = await host.blobs.spill();
  await spill.write(all);
  await spill.close();
  return bothEnds({ head: all, tail: all, chars: all.length, lines: countLines(all) }, ends, spill.path);
}

/** What is known of a long text: at least as much of its ends as is to be shown. */
export interface LongText {
  readonly head: string;
  readonly tail: string;
  readonly chars: number;
  readonly lines: number;
}

/** Both ends, cut where lines end, and between them what is left out, where all of it is, and how to go on. */
export function bothEnds({ head, tail, chars, lines }: LongText, ends: Ends, path: string): string {
  const first = untilLineEnd(head, ends.head);
  const last = ends.tail === 0 ? "" : fromLineStart(tail, ends.tail);
  const [headLines, tailLines] = [countLines(first), countLines(last)];
  const left = lines - headLines - tailLines;
  const what = `${left > 0 ? `${left} of ${lines} lines, ` : ""}${chars - first.length - last.length} of ${chars} characters`;
  const note = `[… ${what} are left out here. All of it is in ${path}: Read it from offset=${headLines + 1}, or Grep it for what you look for …]`;
  return [first, note, last].filter((part) => part !== "").join("\n");
}

/** The end of a text that does not end in a line end counts as one. */
export function countLines(text: string): number {
  if (text === "") return 0;
  let count = text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** Without its line end, which follows; within a line where that is longer than half of what there is room for. */
function untilLineEnd(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.lastIndexOf("\n", most);
  return end >= most / 2 ? text.slice(0, end) : cutText(text, most);
}

function fromLineStart(text: string, most: number): string {
  if (text.length <= most) return text;
  const from = text.length - most;
  const start = text.indexOf("\n", from - 1) + 1;
  return start > 0 && start - from <= most / 2 ? text.slice(start) : text.slice(from).toWellFormed();
}
