import { AgentError } from "../core/errors.ts";
import type { ToolContext, ToolOutput } from "../core/tool.ts";
import { isSecret } from "../safety/protected-files.ts";
import type { GrepInput } from "./grep.ts";
import { type Found, parseFound } from "./grep-output.ts";
import { SEARCH_ARGUMENTS, type SearchPlace, searchPlace } from "./search-place.ts";
import { shownPath } from "./shown-path.ts";

const DEFAULT_LIMIT = 250;
/** More output lines than this are not sorted and counted but said to be too many. */
const MAX_COLLECTED = 20_000;
/** Up to here files are listed newest first; more of them would cost too many questions to the disk. */
const MAX_DATED = 300;
const MAX_COLUMNS = 500;

/** The matches as the model reads them: a page of lines, and notes in brackets. */
export async function runGrep(input: GrepInput, context: ToolContext): Promise<ToolOutput> {
  const search = searchPlace(input.path, context);
  const { kind } = await context.host.fs.stat(search.target);
  if (kind !== "directory" && search.folder === search.target) {
    throw new AgentError(
      "invalid_input",
      `${search.target} is outside the workspace: Read it, or search its folder.`,
    );
  }
  const { found, left, isCut } = await collect(input, search, context);
  const lines = await inOrder(found, input, context);
  const { offset = 0, head_limit: limit = DEFAULT_LIMIT } = input;
  const wanted = lines.slice(offset, limit === 0 ? undefined : offset + limit);
  const more = [
    isCut ? `More than ${MAX_COLLECTED} lines were found and the search was stopped: narrow it.` : "",
    leftNote("they may hold secrets", left.secrets),
    leftNote("a rule keeps them from being read", left.forbidden),
  ];
  const page = (maxChars: number): ToolOutput => {
    const shown = wanted.slice(0, countFitting(wanted, maxChars));
    const notes = [pageNote(offset, shown.length, lines.length), ...more].filter((note) => note !== "");
    return { content: [...shown, ...notes.map((note) => `[${note}]`)].join("\n") };
  };
  return { ...page(Number.POSITIVE_INFINITY), shorter: page };
}

/** How many lines fit, at least one. */
function countFitting(lines: readonly string[], maxChars: number): number {
  let left = maxChars;
  const end = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return end < 0 ? lines.length : Math.max(1, end);
}

const leftNote = (why: string, files: ReadonlySet<string>): string =>
  files.size === 0
    ? ""
    : `Left out because ${why}: ${[...files].slice(0, 5).join(", ")}${files.size > 5 ? ` and ${files.size - 5} more` : ""}.`;

function pageNote(offset: number, shown: number, all: number): string {
  if (all === 0) return "No matches.";
  if (shown === 0) return `There are only ${all} lines.`;
  if (shown === all) return "";
  const next = offset + shown;
  const onward = next < all ? ` Go on with offset=${next}, or narrow the search.` : "";
  return `Lines ${offset + 1}-${next} of ${all}.${onward}`;
}

function argumentsFor(input: GrepInput, { argument }: SearchPlace): string[] {
  const mode = input.output_mode ?? "files_with_matches";
  const args = [...SEARCH_ARGUMENTS, "--with-filename"];
  if (mode === "files_with_matches") args.push("--files-with-matches");
  else if (mode === "count") args.push("--count");
  else {
    args.push("--no-heading", "--null", `--max-columns=${MAX_COLUMNS}`, "--max-columns-preview");
    args.push(input["-n"] === false ? "--no-line-number" : "--line-number");
    if (input["-A"] !== undefined) args.push(`--after-context=${input["-A"]}`);
    if (input["-B"] !== undefined) args.push(`--before-context=${input["-B"]}`);
    if (input["-C"] !== undefined) args.push(`--context=${input["-C"]}`);
  }
  if (input["-i"]) args.push("--ignore-case");
  if (input.multiline) args.push("--multiline", "--multiline-dotall");
  if (input.type !== undefined) args.push(`--type=${input.type}`);
  args.push(...globArguments(input));
  return [...args, `--regexp=${input.pattern}`, "--", argument];
}

/**
 * A glob that names files takes them out of the ignore files' reach, so `*.json` would find ignored ones as well. As a
 * file type of its own it does not; only patterns about folders, and what is left out, have to be globs.
 */
function globArguments({ glob, type }: GrepInput): string[] {
  if (glob === undefined || glob === "") return [];
  if (glob.startsWith("!") || glob.includes("/") || type !== undefined) return [`--glob=${glob}`];
  return [`--type-add=wanted:${glob}`, "--type=wanted"];
}

interface LeftOut {
  readonly secrets: Set<string>;
  readonly forbidden: Set<string>;
}

async function collect(
  input: GrepInput,
  search: SearchPlace,
  context: ToolContext,
): Promise<{ found: Found[]; left: LeftOut; isCut: boolean }> {
  const found: Found[] = [];
  const mode = input.output_mode ?? "files_with_matches";
  const left: LeftOut = { secrets: new Set(), forbidden: new Set() };
  const isShown = showable(search, await context.host.fs.canonical(search.target), context, left);
  const output = context.host.search.ripgrep(
    argumentsFor(input, search),
    { cwd: search.folder },
    context.signal,
  );
  for await (const item of parseFound(output, mode)) {
    const absolute = context.paths.resolve(search.folder, item.path);
    if (!isShown(absolute)) continue;
    found.push({ ...item, path: shownPath(absolute, context) });
    if (found.length >= MAX_COLLECTED) return { found, left, isCut: true };
  }
  return { found, left, isCut: false };
}

/** Secrets are read one by one and with permission, never in passing; what a rule forbids is not read at all. */
function showable(
  { target }: SearchPlace,
  realTarget: string,
  context: ToolContext,
  left: LeftOut,
): (path: string) => boolean {
  const judge = (path: string): boolean => {
    if (path === target) return true;
    // Links inside are not followed, so only the way to the target can be another one than it looks.
    const inside = context.paths.within(target, path);
    const real = inside === undefined ? path : context.paths.resolve(realTarget, inside);
    const name = shownPath(path, context);
    if (isSecret(path) || isSecret(real)) left.secrets.add(name);
    else if (!context.mayMeet(path) || !context.mayMeet(real)) left.forbidden.add(name);
    else return true;
    return false;
  };
  const known = new Map<string, boolean>();
  return (path) => {
    const verdict = known.get(path) ?? judge(path);
    known.set(path, verdict);
    return verdict;
  };
}

/** Files newest first, everything else by path: ripgrep searches in parallel and prints in no order. */
async function inOrder(found: readonly Found[], input: GrepInput, context: ToolContext): Promise<string[]> {
  const byPath = found.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const isListing = (input.output_mode ?? "files_with_matches") === "files_with_matches";
  if (!isListing) return joinGroups(byPath);
  const files = byPath.map(({ path }) => path);
  if (files.length > MAX_DATED) return files;
  const dated = await Promise.all(
    files.map(async (path) => {
      const absolute = context.paths.resolve(context.cwd, path);
      const stat = await context.host.fs.stat(absolute).catch(() => undefined);
      return { path, modifiedMs: stat?.modifiedMs ?? 0 };
    }),
  );
  return dated.toSorted((a, b) => b.modifiedMs - a.modifiedMs).map(({ path }) => path);
}

/** One line each; `--` between places that are not neighbours, when there is context around matches. */
function joinGroups(found: readonly Found[]): string[] {
  const lines: string[] = [];
  const hasGroups = found.some(({ beginsGroup }) => beginsGroup);
  for (const [index, { path, rest, beginsGroup }] of found.entries()) {
    const isNewFile = found[index - 1]?.path !== path;
    if (hasGroups && index > 0 && (beginsGroup || isNewFile)) lines.push("--");
    lines.push(`${path}${rest}`);
  }
  return lines;
}
