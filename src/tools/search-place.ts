import type { Access } from "../core/access.ts";
import type { Place } from "../core/tool.ts";
import { namedPath } from "./named-path.ts";

export interface SearchPlace {
  /** What is searched: a folder, or for Grep also a file. Absolute. */
  readonly target: string;
  /** The folder ripgrep runs in. */
  readonly folder: string;
  /** The target as ripgrep's argument; what it prints then begins with it. */
  readonly argument: string;
}

/**
 * Where a search of `path` runs: in the workspace folder (or folder of ours) around it, because a file cannot be
 * the working directory of a process; outside of all of them in the path itself.
 */
export function searchPlace(path: string | undefined, place: Place): SearchPlace {
  const target = namedPath(path || ".", place);
  for (const folder of [...place.roots, ...place.readable]) {
    const inside = place.paths.within(folder, target);
    if (inside !== undefined) return { target, folder, argument: inside || "./" };
  }
  return { target, folder: target, argument: "./" };
}

export const searchAccesses = ({ target, folder }: SearchPlace): Access[] =>
  [...new Set([target, folder])].map((path) => ({ kind: "read", target: path }));

/** Hidden files count, version control and what ignore files name do not, in a Git repository or elsewhere. */
export const SEARCH_ARGUMENTS: readonly string[] = [
  "--no-config",
  "--color=never",
  "--hidden",
  "--no-require-git",
  "--path-separator=/",
  "--glob=!.git",
  "--glob=!.hg",
  "--glob=!.svn",
];
