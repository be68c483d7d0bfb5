import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

export interface GitPlaces {
  /** What git has to write for a commit though it lies outside of the workspace. */
  readonly writable: readonly string[];
  /** What makes git run programs, here and in what belongs to it. */
  readonly kept: readonly string[];
}

/** In a repository: what makes git run a program. Kept also where it is not there yet. */
const ALWAYS = ["hooks", "config"];
/** And what makes it look elsewhere, where it is there. */
const IF_THERE = ["config.worktree", "info/attributes", "objects/info/alternates", "commondir", "gitdir"];

/**
 * A repository by its `.git`, which is a folder, or in a worktree or submodule a file that names one. Such a file is believed
 * only as far as what it names points back: a repository must not open folders of the user by naming them.
 */
export function gitPlaces(dot: string): GitPlaces {
  if (isFolder(dot)) return { writable: [], kept: keptIn(dot) };
  const named = /^gitdir: (.+)$/m.exec(read(dot))?.[1];
  const kept = [dot];
  if (named === undefined) return { writable: [], kept };
  const folder = real(resolve(dirname(dot), named.trim()));
  if (folder === undefined) return { writable: [], kept };
  const common = commonOf(folder);
  const places = [...new Set([...kept, ...keptIn(folder), ...(common === undefined ? [] : keptIn(common))])];
  if (!pointsBack(folder, dot)) return { writable: [], kept: places };
  return { writable: common === undefined ? [folder] : [folder, common], kept: places };
}

/** With those of its submodules and worktrees, which lie in it. */
function keptIn(folder: string): string[] {
  const own = ALWAYS.map((name) => join(folder, name));
  const besides = IF_THERE.map((name) => join(folder, name)).filter((path) => statOf(path) !== undefined);
  const inner = namesIn(join(folder, "modules")).flatMap((name) =>
    ALWAYS.map((kept) => join(folder, "modules", name, kept)),
  );
  return [...own, ...besides, ...inner];
}

/** A worktree's folder is `<common>/worktrees/<name>` and says so itself. */
function commonOf(folder: string): string | undefined {
  if (basename(dirname(folder)) !== "worktrees") return undefined;
  const said = read(join(folder, "commondir")).trim();
  const common = real(resolve(folder, said === "" ? "../.." : said));
  return common === real(dirname(dirname(folder))) ? common : undefined;
}

function pointsBack(folder: string, dot: string): boolean {
  const back = read(join(folder, "gitdir")).trim();
  if (back !== "") return real(back) === real(dot);
  const tree = /^\s*worktree\s*=\s*(.+)$/m.exec(read(join(folder, "config")))?.[1];
  return tree !== undefined && real(resolve(folder, tree.trim())) === real(dirname(dot));
}

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() ?? false;

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return statOf(path)?.isFile() ? readFileSync(path, "utf8").slice(0, 64 * 1024) : "";
  } catch {
    return "";
  }
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, 20);
  } catch {
    return [];
  }
}
