import type { HeldFile, HeldText } from "../core/last-seen.ts";
import { afterChanges, coversRange, joinRanges, type LineRange, missingFrom } from "../core/line-ranges.ts";
import type { TextFile } from "../core/ports.ts";
import type { Seen } from "../core/seen.ts";
import type { ToolContext, ToolOutput } from "../core/tool.ts";
import { diffHunks, hunkHead } from "../review/diff.ts";
import { shownByHunks } from "../review/line-changes.ts";
import {
  DEFAULT_LIMIT,
  describePage,
  MAX_LINE_CHARS,
  onward,
  type PageOfLines,
  unsavedNote,
} from "./page-of-lines.ts";
import { shownPath } from "./shown-path.ts";

/** Less is sent as it is: a word about it would be as long. In characters. */
const WORTH_CHARS = 600;
/** A patch, or the rest of a range, takes the place of the text only when it is shorter than this part of it. */
const MUCH_SHORTER = 0.6;
/** Who asks once more after so many words that nothing changed cannot find the text: it is sent again. */
export const MOST_REPEATS = 2;
/** Texts longer than this are not compared. In characters. */
const MOST_COMPARED = 400_000;

interface Wanted {
  readonly path: string;
  readonly file: TextFile;
  readonly lines: readonly string[];
  /** What would be sent to somebody who has nothing of the file. Not empty. */
  readonly page: PageOfLines;
}

/**
 * What an agent gets of a file of which it has something before it: a word where it has these very lines, the rest where it
 * has some of them, a patch where it has them as they were, else the text; always with a word about copies out of date.
 */
export async function readAgain(wanted: Wanted, held: HeldFile, context: ToolContext): Promise<ToolOutput> {
  const same = held.texts.find(({ hash }) => hash === wanted.file.hash);
  const isStuck = held.repeats >= MOST_REPEATS;
  return (
    (!isStuck && same && (unchanged(wanted, same, context) ?? restOf(wanted, same, context))) ||
    (!isStuck && (await patched(wanted, held, context))) ||
    whole(wanted, same, held, context)
  );
}

const rangeOf = ({ page }: Wanted): LineRange => [page.range.offset, page.lastLine];

const isAll = ({ lines, page }: Wanted): boolean => page.range.offset === 1 && page.lastLine >= lines.length;

/** "a.ts", or "Lines 3-9 of a.ts". */
function named(wanted: Wanted, context: ToolContext): string {
  const shown = shownPath(wanted.path, context);
  const [first, last] = rangeOf(wanted);
  return isAll(wanted) ? shown : `Lines ${first}-${last} of ${shown} (${wanted.lines.length} in all)`;
}

/** Who asked for so many lines knows how to ask for more; who got fewer is told. */
const onwardIfCut = ({ page, lines }: Wanted): string =>
  page.lastLine - page.range.offset + 1 < page.range.limit || page.range.limit >= DEFAULT_LIMIT
    ? onward(page, lines.length)
    : "";

function seenAs(wanted: Wanted, known: readonly LineRange[], shown: Pick<Seen, "lines" | "from">): Seen {
  const { path, file, lines } = wanted;
  const hasAll =
    coversRange(known, [1, lines.length]) && lines.every((line) => line.length <= MAX_LINE_CHARS);
  return { path, hash: file.hash, isPartial: !hasAll, lineCount: lines.length, ...shown };
}

function unchanged(wanted: Wanted, same: HeldText, context: ToolContext): ToolOutput | undefined {
  const { file, page } = wanted;
  if (!coversRange(same.lines, rangeOf(wanted))) return undefined;
  const words = same.isPatched
    ? `${isAll(wanted) ? "is" : "are"} what you read above with the edits made since; nothing else changed`
    : `${isAll(wanted) ? "is" : "are"} unchanged since you read ${isAll(wanted) ? "it" : "them"}`;
  const note = `[${named(wanted, context)} ${words}.]`;
  if (page.text.length < note.length) return undefined;
  return {
    content: `${note}${onwardIfCut(wanted)}${unsavedNote(file)}`,
    seen: [seenAs(wanted, same.lines, { lines: [] })],
  };
}

function restOf(wanted: Wanted, same: HeldText, context: ToolContext): ToolOutput | undefined {
  const { file, lines, page } = wanted;
  const missing = missingFrom(same.lines, rangeOf(wanted));
  const rest = page.linesIn(missing);
  if (page.text.length < WORTH_CHARS || rest.length > page.text.length * MUCH_SHORTER) return undefined;
  if (hasSecrets([file.text], context)) return undefined;
  const numbers = missing
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
    .join(", ");
  const note = `[${named(wanted, context)}: you have all but ${numbers} above, unchanged. These are:]`;
  return {
    content: `${note}\n${rest}${onward(page, lines.length)}${unsavedNote(file)}`,
    seen: [seenAs(wanted, joinRanges([...same.lines, ...missing]), { lines: missing })],
  };
}

/** The newest text that the agent has enough of is the base. */
async function patched(
  wanted: Wanted,
  { texts }: HeldFile,
  context: ToolContext,
): Promise<ToolOutput | undefined> {
  const { file, lines, page } = wanted;
  if (page.text.length < WORTH_CHARS || file.text.length > MOST_COMPARED) return undefined;
  for (const base of texts) {
    if (base.hash === file.hash) continue;
    const before = await context.host.blobs.get(base.hash).catch(() => undefined);
    const found = before === undefined ? undefined : patchFrom(before, base, wanted);
    if (before === undefined || !found) continue;
    // Half of a key that lies over many lines is recognised by nobody.
    if (hasSecrets([before, file.text], context)) return undefined;
    const name = shownPath(wanted.path, context);
    const note =
      found.patch === ""
        ? `[${name} has changed since you read it, but only in its line ends.]`
        : `[${name} has changed since you read it, so what you have of it above is out of date. With this patch it is what the file holds now (${lines.length} lines):]\n${found.patch}`;
    return {
      content: `${note}${onward(page, lines.length)}${unsavedNote(file)}`,
      seen: [
        seenAs(wanted, found.has, { lines: found.lines, from: { hash: base.hash, changes: found.changes } }),
      ],
    };
  }
  return undefined;
}

/** Undefined where it would not be much shorter than the text, or not enough. Line ends are not shown, so not compared. */
function patchFrom(before: string, base: HeldText, wanted: Wanted) {
  if (before.length > MOST_COMPARED) return undefined;
  const hunks = diffHunks(plainEnds(before), plainEnds(wanted.file.text));
  const shown = shownByHunks(hunks);
  if (!shown) return undefined;
  const has = joinRanges([...afterChanges(base.lines, shown.changes), ...shown.lines]);
  const patch = hunks.flatMap((hunk) => [hunkHead(hunk), ...hunk.lines]).join("\n");
  const isShorter = patch.length <= wanted.page.text.length * MUCH_SHORTER;
  return isShorter && coversRange(has, rangeOf(wanted)) ? { ...shown, has, patch } : undefined;
}

const plainEnds = (text: string): string => (text.includes("\r") ? text.replaceAll("\r\n", "\n") : text);

/** What has secrets in it is not taken apart: half of one is recognised by nobody. */
export const hasSecrets = (texts: readonly string[], { hide }: ToolContext): boolean =>
  texts.some((text) => hide(text) !== text);

function whole(
  wanted: Wanted,
  same: HeldText | undefined,
  { texts }: HeldFile,
  context: ToolContext,
): ToolOutput {
  const { path, file, lines, page } = wanted;
  const name = shownPath(path, context);
  const isStale = texts.some(({ hash }) => hash !== file.hash) && same === undefined;
  const stale = isStale
    ? `\n[${name} has changed since you read it: what you have of it further up is out of date.]`
    : "";
  const known = joinRanges([...(same?.lines ?? []), rangeOf(wanted)]);
  return {
    content: `${describePage(page, lines.length, name)}${stale}${unsavedNote(file)}`,
    seen: [seenAs(wanted, known, { lines: [rangeOf(wanted)] })],
  };
}
