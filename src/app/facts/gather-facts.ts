import type { GitState, Host } from "../../core/ports.ts";
import type { WorkspaceFacts } from "../../prompts/section.ts";
import { knownCommands, TOLD_BY } from "./known-commands.ts";

/** The first request waits for this no longer. In milliseconds. */
const WITHIN_MS = 150;
const MOST_NAMES = 32;
const MOST_CHARS = 300;
const MOST_NAME_CHARS = 40;
const MOST_SUBJECT_CHARS = 72;
const MOST_BYTES = 256 * 1024;
/** Nobody learns anything from them. */
const DULL =
  /^(?:\.git|\.gitattributes|\.DS_Store|node_modules|__pycache__|\.venv|venv|Thumbs\.db|.*[-.]lock(?:\.json|\.ya?ml|b)?|go\.sum|LICENSE(?:\..+)?)$/;

/** What a folder says of itself, gathered side by side; what takes too long is left out. Never rejects. */
export async function gatherWorkspace(
  host: Pick<Host, "fs" | "paths" | "gitState">,
  folder: string,
  withinMs = WITHIN_MS,
): Promise<WorkspaceFacts> {
  const limit = AbortSignal.timeout(withinMs);
  const [git, tree] = await Promise.all([
    orNothing<GitState | undefined>(host.gitState?.(folder, limit), limit, undefined),
    orNothing(treeOf(host, folder, limit), limit, NO_TREE),
  ]);
  return { git: git && briefly(git), ...tree };
}

type Tree = Pick<WorkspaceFacts, "top" | "more" | "commands">;
const NO_TREE: Tree = { top: [], more: 0, commands: [] };

/** What cannot be had in time is done without. */
function orNothing<T>(work: Promise<T> | undefined, limit: AbortSignal, otherwise: T): Promise<T> {
  if (!work) return Promise.resolve(otherwise);
  return new Promise((done) => {
    limit.addEventListener("abort", () => done(otherwise), { once: true });
    work.then(done, () => done(otherwise));
  });
}

async function treeOf(
  { fs, paths }: Pick<Host, "fs" | "paths">,
  folder: string,
  limit: AbortSignal,
): Promise<Tree> {
  const entries = await fs.list(folder, limit);
  return { ...topOf(entries), commands: await commandsOf({ fs, paths }, folder, entries, limit) };
}

async function commandsOf(
  { fs, paths }: Pick<Host, "fs" | "paths">,
  folder: string,
  entries: readonly { name: string; isDirectory: boolean }[],
  limit: AbortSignal,
): Promise<readonly string[]> {
  const names = entries.filter(({ isDirectory }) => !isDirectory).map(({ name }) => name);
  if (names.length === 0) return [];
  const tellers = TOLD_BY.filter((name) => names.includes(name));
  const texts = await Promise.all(
    tellers.map(async (name) => {
      const range = { offset: 0, length: MOST_BYTES };
      const bytes = await fs.read(paths.join(folder, name), limit, range).catch(() => undefined);
      return [name, new TextDecoder().decode(bytes)] as const;
    }),
  );
  return knownCommands(names, Object.fromEntries(texts));
}

/** Folders first, what begins with a dot last. */
function topOf(entries: readonly { name: string; isDirectory: boolean }[]): { top: string[]; more: number } {
  const shown = entries
    .filter(({ name }) => !DULL.test(name))
    .toSorted((a, b) => rankOf(a) - rankOf(b) || (a.name < b.name ? -1 : 1))
    .map(({ name, isDirectory }) => `${cut(name, MOST_NAME_CHARS)}${isDirectory ? "/" : ""}`);
  let chars = 0;
  const top = shown.slice(0, MOST_NAMES).filter((name) => {
    chars += name.length + 1;
    return chars <= MOST_CHARS;
  });
  return { top, more: shown.length - top.length };
}

const rankOf = ({ name, isDirectory }: { name: string; isDirectory: boolean }): number =>
  (name.startsWith(".") ? 2 : 0) + (isDirectory ? 0 : 1);

const briefly = ({ branch, isDirty, commits }: GitState): GitState => ({
  branch: branch === undefined ? undefined : masked(cut(branch, MOST_SUBJECT_CHARS)),
  isDirty,
  commits: commits.map((subject) => masked(cut(subject, MOST_SUBJECT_CHARS))),
});

const cut = (value: string, most: number): string =>
  value.length > most ? `${value.slice(0, most - 1).toWellFormed()}…` : value;

/** What recognises secrets is not loaded yet; what looks drawn at random says nothing anyway. */
const masked = (value: string): string =>
  value.replaceAll(/[A-Za-z0-9+/_=-]{20,}/g, (word) =>
    /\d/.test(word) && /[A-Za-z]/.test(word) ? "…" : word,
  );
