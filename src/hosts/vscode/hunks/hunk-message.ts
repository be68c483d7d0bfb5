import * as vscode from "vscode";
import type { HunkMark } from "../../../core/events/talk.ts";
import type { Block } from "../../../core/message.ts";
import { hunkPatch, wordsOf } from "../../../review/hunk-patch.ts";
import type { ReviewHunk } from "../../../review/hunks.ts";
import { toHunkContent } from "../attachments.ts";
import type { PendingFile } from "../engine.ts";
import { lineOf } from "./hunk-places.ts";

export type SendAbout = (content: Block[], about: HunkMark) => Promise<void>;

/** What the log keeps of a hunk, to find it again after a reload. */
const MOST_MARKED = 2_000;

/** Sends words about a hunk, with its patch. */
export function sendAbout(
  { thread, file, hunk, words }: { thread: string; file: PendingFile; hunk: ReviewHunk; words: string },
  send: SendAbout,
): Promise<void> {
  const { path } = file;
  const { removed, added } = wordsOf(file, hunk);
  const firstLine = lineOf(hunk, file);
  const content = toHunkContent(words, {
    path,
    shownPath: vscode.workspace.asRelativePath(path),
    firstLine,
    lastLine: firstLine + Math.max(1, hunk.count) - 1,
    patch: hunkPatch(file, hunk),
  });
  const marked = { removed: removed.slice(0, MOST_MARKED), added: added.slice(0, MOST_MARKED) };
  return send(content, { thread, path, line: firstLine, ...marked });
}
