import { join } from "node:path";
import type { Search } from "../../../core/ports.ts";

/** What is built, fetched or cached is nobody's text, ignored by git or not. */
export const SKIPPED: ReadonlySet<string> = new Set(
  ".git .hg .svn .jj node_modules bower_components dist target coverage .venv venv __pycache__ .tox .nox .mypy_cache .pytest_cache .ruff_cache .next .nuxt .svelte-kit .turbo .parcel-cache .cache .gradle .terraform".split(
    " ",
  ),
);
const ARGS = [
  "--files",
  "--hidden",
  // What git ignores, also where there is no git; not what is only hidden from searches.
  "--no-require-git",
  "--no-ignore-dot",
  ...[...SKIPPED].map((name) => `--glob=!${name}`),
];

const WITHIN_MS = 5_000;

/** Absolute paths of the files of a folder that are neither ignored nor built. Undefined when there are more than `most`. */
export async function listFiles(
  root: string,
  most: number,
  search: Search,
): Promise<readonly string[] | undefined> {
  const files: string[] = [];
  for await (const line of search.ripgrep(ARGS, { cwd: root }, AbortSignal.timeout(WITHIN_MS))) {
    if (files.length === most) return undefined;
    files.push(join(root, line));
  }
  return files;
}
