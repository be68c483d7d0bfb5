import type { AgentEvent } from "../../core/event.ts";
import type { Paths } from "../../core/ports.ts";

/** What others wrote and this project only uses; and folders whose own rules are looked for elsewhere. */
const FOREIGN_FOLDERS = new Set(
  "node_modules bower_components jspm_packages vendor third_party site-packages .venv venv .tox .nox .git .hg .svn .yarn .pnpm-store .bundle .cargo Pods .claude .plumb .cursor .roo".split(
    " ",
  ),
);
/** More folders are hardly one task; those touched first are let go. */
const MOST_FOLDERS = 200;
const MOST_FILES = 1_000;

/** Files that an event says the agent has read or changed. */
export function filesTouched(event: AgentEvent): readonly string[] {
  if (event.type === "edit") return [event.path];
  return event.type === "tool.finished" ? (event.seen ?? []).map(({ path }) => path) : [];
}

/** Which folders below the workspace's own an agent has touched files in, and which files: instructions there count too. */
export class TouchedPlaces {
  readonly #roots: readonly string[];
  readonly #paths: Paths;
  readonly #folders = new Set<string>();
  readonly #files = new Set<string>();

  constructor(roots: readonly string[], paths: Paths) {
    this.#roots = roots;
    this.#paths = paths;
  }

  /** Returns whether a folder is new, and whether the file is. */
  add(file: string): { readonly isNewFolder: boolean; readonly isNewFile: boolean } {
    if (this.#files.has(file)) return { isNewFolder: false, isNewFile: false };
    this.#files.add(file);
    const before = this.#folders.size;
    for (const folder of this.#foldersOf(file)) this.#folders.add(folder);
    const isNewFolder = this.#folders.size > before;
    forgetFirst(this.#files, MOST_FILES);
    forgetFirst(this.#folders, MOST_FOLDERS);
    return { isNewFolder, isNewFile: true };
  }

  /** Outer folders before inner ones, as they are to count. */
  get folders(): readonly string[] {
    return [...this.#folders].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  }

  get files(): readonly string[] {
    return [...this.#files];
  }

  /** Those between the file and the workspace folder it is in, which itself counts anyway. */
  #foldersOf(file: string): string[] {
    const inside = this.#roots.find((root) => (this.#paths.within(root, file) ?? "") !== "");
    const names =
      inside === undefined ? [] : (this.#paths.within(inside, file) ?? "").split("/").slice(0, -1);
    if (inside === undefined || names.some((name) => FOREIGN_FOLDERS.has(name))) return [];
    return names.map((_name, i) => this.#paths.join(inside, ...names.slice(0, i + 1)));
  }
}

function forgetFirst(set: Set<string>, most: number): void {
  for (const first of set) {
    if (set.size <= most) return;
    set.delete(first);
  }
}
