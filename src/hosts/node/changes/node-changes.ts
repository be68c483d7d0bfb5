import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Changes, FoundChange, FoundChanges, Search } from "../../../core/ports.ts";
import type { Environment } from "../clean-environment.ts";
import { createPaths, PLATFORM } from "../node-paths.ts";
import { isMountPoint } from "../sandbox/mount-points.ts";
import type { FileEntry } from "./file-entry.ts";
import type { WorkspaceIndex } from "./workspace-index.ts";

/** More than that is the work of a version control system, and nothing to look through one by one. */
const MAX_CHANGED = 400;
const { within } = createPaths(PLATFORM);

/** A file as it was before the first of the commands that changed it. */
interface Held {
  readonly index: WorkspaceIndex;
  readonly before: FileEntry | undefined;
  readonly isShared: boolean;
}
interface Watch {
  readonly indexes: readonly WorkspaceIndex[];
  readonly held: Map<string, Held>;
}
interface Options {
  readonly search: Search;
  /** Default: this process's own. */
  readonly environment?: Environment;
  /** Folders with more files are not looked at. */
  readonly maxFiles?: number;
  /** The user's Plumb folder: what is written there is our own bookkeeping, wherever it lies. */
  readonly dataDir?: string;
}

/**
 * Finds what commands change by looking at the workspace before and after them. What ran at the same time cannot be
 * told apart and is marked as shared; what the window itself writes meanwhile is told through `writing` and `wrote`.
 */
export class NodeChanges implements Changes {
  readonly #options: Options;
  readonly #indexes = new Map<string, WorkspaceIndex>();
  readonly #open = new Set<Watch>();
  readonly #writing = new Map<string, number>();
  readonly #written = new Set<string>();
  /** Folders that the user moved or deleted while commands ran: nobody can say what else happened in them. */
  readonly #moved = new Set<string>();
  #line: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  limits(roots: readonly string[]): string | undefined {
    if (roots.length === 0) return "no folder is open";
    return roots.map((root) => problemOf(this.#indexes.get(root))).find((words) => words !== undefined);
  }

  begin(roots: readonly string[]): Promise<{ end(): Promise<FoundChanges> }> {
    return this.#inLine(async () => {
      const watch: Watch = {
        indexes: await Promise.all(roots.map((root) => this.#index(root))),
        held: new Map(),
      };
      for (const index of watch.indexes) {
        await this.#look(index, undefined);
        await index.remember();
      }
      this.#open.add(watch);
      return { end: () => this.#inLine(() => this.#finish(watch)) };
    });
  }

  /** A file is about to be changed by us or by the user: what is seen of it until `wrote` is not a command's work. */
  writing(named: string): void {
    if (this.#indexes.size === 0) return;
    const path = this.#place(named);
    this.#writing.set(path, (this.#writing.get(path) ?? 0) + 1);
  }

  wrote(named: string): void {
    if (this.#indexes.size === 0) return;
    const path = this.#place(named);
    const count = (this.#writing.get(path) ?? 0) - 1;
    if (count > 0) this.#writing.set(path, count);
    else this.#writing.delete(path);
    if (this.#open.size === 0) return;
    this.#written.add(path);
    // What a command did to it before is part of what was written over: it is not told any more.
    for (const watch of this.#open) watch.held.delete(path);
    for (const index of this.#indexes.values()) if (within(index.root, path) !== undefined) index.take(path);
  }

  /** As `wrote`, for a file or a folder that was created, moved or deleted by the user. */
  moved(path: string): void {
    this.wrote(path);
    if (this.#open.size > 0) this.#moved.add(this.#place(path));
  }

  /** The editor names files by the folder it has opened, which may be a link to where they really are. */
  #place(path: string): string {
    if ([...this.#indexes.keys()].some((root) => within(root, path) !== undefined)) return path;
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }

  /** Gives what has changed since the last look to whoever may have done it. */
  async #look(index: WorkspaceIndex, ending: Watch | undefined): Promise<void> {
    this.#written.clear();
    const deltas = await index.look();
    const running = [...this.#open].filter((watch) => watch.indexes.includes(index));
    const owner = ending ?? running[0];
    if (!owner) return;
    for (const { path, before } of deltas) {
      if (this.#isOurs(path)) continue;
      const earlier = running.map((watch) => watch.held.get(path)).find((held) => held !== undefined);
      // Whoever is told first tells the whole change, or two would tell parts that do not fit together.
      for (const watch of running) if (watch !== owner) watch.held.delete(path);
      const isShared = running.length > 1 || earlier?.isShared === true;
      owner.held.set(path, { index, before: earlier ? earlier.before : before, isShared });
    }
  }

  #isOurs(path: string): boolean {
    const { dataDir } = this.#options;
    if (dataDir !== undefined && within(dataDir, path) !== undefined) return true;
    const isMoved = [...this.#moved].some((folder) => within(folder, path) !== undefined);
    return isMoved || this.#writing.has(path) || this.#written.has(path);
  }

  async #finish(watch: Watch): Promise<FoundChanges> {
    for (const index of watch.indexes) await this.#look(index, watch);
    this.#open.delete(watch);
    if (this.#open.size === 0) this.#moved.clear();
    const { held } = watch;
    if (held.size > MAX_CHANGED) {
      const problem = `it changed ${held.size} files, more than the ${MAX_CHANGED} that are listed`;
      return { files: [], lost: [], isShared: false, problem };
    }
    const problem = watch.indexes.map(problemOf).find((words) => words !== undefined);
    const isShared = [...held.values()].some((each) => each.isShared);
    const { findTexts } = await import("./find-texts.ts");
    const found = await findTexts(held);
    // What it left is what the commands that still run begin with.
    if (this.#open.size > 0) for (const index of watch.indexes) await index.remember();
    const files = found.files.filter((file) => !isOfSandbox(file));
    return { ...found, files, isShared, problem };
  }

  /** What looks is loaded with the first command: a start, and many a conversation, has none. */
  async #index(root: string): Promise<WorkspaceIndex> {
    const known = this.#indexes.get(root);
    if (known) return known;
    const { search, environment = process.env, maxFiles } = this.#options;
    const { WorkspaceIndex } = await import("./workspace-index.ts");
    const index = new WorkspaceIndex({
      root,
      search,
      environment,
      ...(maxFiles !== undefined && { most: maxFiles }),
    });
    this.#indexes.set(root, index);
    return index;
  }

  /** One look after the other: each says what has happened since the one before. */
  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#line.then(work);
    this.#line = result.catch(() => undefined);
    return result;
  }
}

/** While a command is confined, an empty file stands where nothing may be created. */
const isOfSandbox = ({ path, before = "", after = "" }: FoundChange): boolean =>
  before === "" && after === "" && isMountPoint(path);

const problemOf = (index: WorkspaceIndex | undefined): string | undefined =>
  index?.problem === undefined ? undefined : `${index.root}: ${index.problem}`;
