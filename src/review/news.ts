import { shortened } from "../core/cut-text.ts";
import type { LineChange, LineRange } from "../core/line-ranges.ts";
import { hunkHead, tellingHunks } from "./diff.ts";
import { shownByHunks } from "./line-changes.ts";

/** One file that is no longer as an agent saw it. */
export interface FileNews {
  /** As the model writes it. */
  readonly shownPath: string;
  readonly path: string;
  /** Undefined when nobody knows any more what it held, or when it must not be shown. */
  readonly before: string | undefined;
  /** "gone" for a file that was deleted. */
  readonly after: { readonly text: string } | "gone";
  /** True when the user undid something in it. */
  readonly isUndone: boolean;
}
export interface News {
  readonly files: readonly FileNews[];
  /** Files in which the user undid something that the agent has not seen, or sees already. */
  readonly undoneElsewhere: readonly string[];
  readonly kept: readonly string[];
  readonly moved: readonly { readonly from: string; readonly to: string }[];
}

/** What a patch that is told from beginning to end changes and shows; of a notebook that is not said in lines. */
export interface Shown {
  readonly changes?: readonly LineChange[];
  readonly lines?: readonly LineRange[];
}

const MOST_FILES = 20;
const MOST_LINES = 200;
const MOST_LINES_OF_A_FILE = 80;
const MOST_CHARS_OF_A_LINE = 500;
const MOST_NAMES = 10;

/**
 * What an agent is told of changes that are not its own, as a compact patch, and by path, of which files the change is in
 * it from beginning to end. Undefined when there is nothing to say; that something was kept is no news by itself.
 */
export function describeNews(news: News): { text: string; whole: ReadonlyMap<string, Shown> } | undefined {
  const { files, undoneElsewhere, kept, moved } = news;
  if (files.length === 0 && undoneElsewhere.length === 0 && moved.length === 0) return undefined;
  const whole = new Map<string, Shown>();
  const parts: string[] = [];
  let room = MOST_LINES;
  for (const file of files.slice(0, MOST_FILES)) {
    const { head, lines, shown } = describeFile(file, Math.min(room, MOST_LINES_OF_A_FILE));
    room -= lines.length;
    if (shown) whole.set(file.path, shown);
    parts.push([head, ...lines].join("\n"));
  }
  const rest = files.slice(MOST_FILES).map(({ shownPath }) => shownPath);
  if (rest.length > 0) parts.push(`Changed as well; read them again when you need them: ${names(rest)}.`);
  const intro =
    files.length > 0 ? ["Files that you have seen were changed since, not by your own edits:"] : [];
  const undone =
    undoneElsewhere.length > 0
      ? [`The user undid your changes in ${names(undoneElsewhere)}. Do not redo them unless asked.`]
      : [];
  const keeping = kept.length > 0 ? [`The user kept your changes in ${names(kept)}.`] : [];
  const moves = moved.slice(0, MOST_FILES).map(({ from, to }) => `${from} was moved to ${to}.`);
  if (moved.length > MOST_FILES)
    moves.push(`${moved.length - MOST_FILES} more files were moved; look for them with Glob.`);
  return { text: [...moves, ...intro, ...parts, ...undone, ...keeping].join("\n"), whole };
}

function describeFile(
  { shownPath, before, after, isUndone }: FileNews,
  room: number,
): { head: string; lines: readonly string[]; shown?: Shown } {
  const undone = isUndone ? "the user undid your changes; do not redo them unless asked" : undefined;
  const because = undone === undefined ? "" : ` (${undone})`;
  if (after === "gone") return { head: `${shownPath} is gone${because}.`, lines: [] };
  const unseen = { head: `${shownPath} has changed${because}; read it again.`, lines: [] };
  if (before === undefined || room === 0) return unseen;
  const hunks = tellingHunks(before, after.text);
  const all = hunks.flatMap((hunk) => [hunkHead(hunk), ...hunk.lines.map((line) => line.replace(/\r$/, ""))]);
  // Line ends, or the end of the last line: nothing that lines could show.
  if (all.length === 0) return unseen;
  const isCut = all.length > room || all.some((line) => line.length > MOST_CHARS_OF_A_LINE);
  const lines = all.slice(0, room).map((line) => shortened(line, MOST_CHARS_OF_A_LINE));
  const more = all.length > room ? [`(${all.length - room} more lines; read the file again.)`] : [];
  return {
    head: `${shownPath}${because}:`,
    lines: [...lines, ...more],
    ...(!isCut && { shown: shownByHunks(hunks) ?? {} }),
  };
}

function names(paths: readonly string[]): string {
  const shown = paths.slice(0, MOST_NAMES).join(", ");
  return paths.length > MOST_NAMES ? `${shown} and ${paths.length - MOST_NAMES} more` : shown;
}
