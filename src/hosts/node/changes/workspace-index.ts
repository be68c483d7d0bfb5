import { lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Search } from "../../../core/ports.ts";
import type { Environment } from "../clean-environment.ts";
import {
  type FileEntry,
  isRacy,
  isSame,
  readAs,
  type Signature,
  signatureOf,
  TICK_MS,
} from "./file-entry.ts";
import { GitTexts } from "./git-texts.ts";
import { copyFiles, Room } from "./known-texts.ts";
import { listFiles, SKIPPED } from "./list-files.ts";

export const MAX_FILES = 20_000;
const MAX_MS = 2_000;
/** Files looked at before others get their turn: some milliseconds of work. */
const SLICE = 1_000;
/** Folders in which nothing is listed: ignored ones, of which the upper levels are watched, and empty ones. */
const MAX_DARK = 64;

/** What a file was before a look, and what it is after it. Undefined: it was, or is, not there. */
export interface Delta {
  readonly path: string;
  readonly before: FileEntry | undefined;
}

/**
 * The files of one folder as they were when last looked at. Looking costs about three microseconds a file and asks
 * for a new list only where a folder has got a name that is not known.
 */
export class WorkspaceIndex {
  readonly root: string;
  readonly git: GitTexts;
  readonly files = new Map<string, FileEntry>();
  readonly #search: Search;
  readonly #room = new Room();
  readonly #most: number;
  /** Time of the last change of each folder that has listed files, and the names in it that are not listed. */
  readonly #folders = new Map<string, number>();
  readonly #dark = new Map<string, number>();
  readonly #unlisted = new Set<string>();
  /** Folders whose names have to be told apart into listed and not listed. */
  readonly #unread = new Set<string>();
  /** Files nobody could give back yet. */
  #loose = new Set<string>();
  #isListed = false;
  #problem: string | undefined;

  constructor(options: { root: string; search: Search; environment: Environment; most?: number }) {
    this.root = options.root;
    this.#search = options.search;
    this.#most = options.most ?? MAX_FILES;
    this.git = new GitTexts(options.root, options.environment);
  }

  /** Why this folder is not looked at, in words; undefined while it is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Looks at everything and resolves to what is different. The first look has nothing to compare with. */
  async look(): Promise<readonly Delta[]> {
    if (this.#problem !== undefined) return [];
    try {
      if (!this.#isListed) {
        await this.#list();
        this.#isListed = true;
        return [];
      }
      const startedAt = performance.now();
      const deltas = await this.#lookAtFiles();
      const isIgnoreChanged = deltas.some(({ path }) => basename(path) === ".gitignore");
      if (isIgnoreChanged) this.#forgetUnlisted();
      if (this.#lookAtFolders() || isIgnoreChanged) deltas.push(...(await this.#list()));
      if (performance.now() - startedAt > MAX_MS) this.#giveUp("looking at all of its files takes too long");
      return deltas;
    } catch {
      this.#giveUp("it cannot be searched");
      return [];
    }
  }

  /** Makes sure, as far as there is room, that what the files hold now can be had later. */
  async remember(): Promise<void> {
    if (this.#loose.size === 0) return;
    const blobOf = await this.git.look();
    for (const path of this.#loose) {
      const entry = this.files.get(path);
      const blob = entry ? blobOf(path, entry.signature) : undefined;
      if (entry && blob) this.files.set(path, { ...entry, blob });
    }
    const loose = this.#loose;
    this.#loose = new Set();
    await copyFiles(loose, this.files, this.#room);
  }

  /** Takes a file as it is now, without calling that a change. */
  take(path: string): void {
    if (!this.#isListed || this.#problem !== undefined) return;
    const signature = signatureOf(path);
    if (!signature) return this.#drop(path);
    this.#put(path, signature, this.#room.fits(signature.size) ? readAs(signature, path) : undefined);
  }

  #put(path: string, signature: Signature, read?: Buffer): void {
    this.#room.give(this.files.get(path));
    const bytes = read && this.#room.take(read);
    this.files.set(path, { signature, isRacy: isRacy(signature), ...(bytes && { bytes }) });
    if (!bytes) this.#loose.add(path);
    this.#knowFolder(dirname(path));
  }

  #drop(path: string): void {
    this.#room.give(this.files.get(path));
    this.files.delete(path);
    this.#loose.delete(path);
  }

  async #lookAtFiles(): Promise<Delta[]> {
    const deltas: Delta[] = [];
    let count = 0;
    for (const [path, before] of this.files) {
      count += 1;
      if (count % SLICE === 0) await new Promise(setImmediate);
      const now = signatureOf(path);
      if (now && isSame(now, before.signature) && !(before.isRacy && this.#isOther(path, before))) continue;
      deltas.push({ path, before });
      if (now) this.#put(path, now);
      else this.#drop(path);
    }
    return deltas;
  }

  /** A second change within one tick of the clock leaves no trace but the bytes. */
  #isOther(path: string, before: FileEntry): boolean {
    if (!before.bytes) return false;
    if (!readAs(before.signature, path)?.equals(before.bytes)) return true;
    if (!isRacy(before.signature)) this.files.set(path, { ...before, isRacy: false });
    return false;
  }

  /** True when a name has come into being that is not known. */
  #lookAtFolders(): boolean {
    let hasNews = false;
    for (const [folder, changedMs] of this.#folders) {
      const now = folderTime(folder);
      if (now === changedMs) continue;
      if (now === undefined) this.#folders.delete(folder);
      else {
        this.#folders.set(folder, settled(now));
        this.#unread.add(folder);
        hasNews = this.#hasNewNames(folder) || hasNews;
      }
    }
    for (const [folder, changedMs] of [...this.#dark]) {
      const now = folderTime(folder);
      if (now === changedMs) continue;
      this.#dark.delete(folder);
      this.#noteDark(folder);
      hasNews ||= now !== undefined;
    }
    return hasNews;
  }

  #hasNewNames(folder: string): boolean {
    return namesIn(folder).some((name) => this.#isNew(name, join(folder, name)));
  }

  #isNew(name: string, path: string): boolean {
    const isKnown = this.files.has(path) || this.#folders.has(path) || this.#unlisted.has(path);
    return !isKnown && !SKIPPED.has(name);
  }

  #forgetUnlisted(): void {
    for (const folder of this.#folders.keys()) this.#unread.add(folder);
    this.#dark.clear();
    this.#unlisted.clear();
  }

  async #list(): Promise<Delta[]> {
    const startedMs = Date.now();
    const listed = await listFiles(this.root, this.#most, this.#search);
    if (!listed) {
      this.#giveUp(`it has more than ${this.#most.toLocaleString("en")} files`);
      return [];
    }
    const deltas: Delta[] = [];
    for (const [count, path] of listed.entries()) {
      if (count % SLICE === SLICE - 1) await new Promise(setImmediate);
      if (this.files.has(path)) continue;
      const signature = signatureOf(path);
      if (!signature) continue;
      this.#put(path, signature);
      deltas.push({ path, before: undefined });
    }
    this.#knowFolder(this.root);
    this.#noteUnlisted(startedMs);
    return deltas;
  }

  #knowFolder(start: string): void {
    for (
      let folder = start;
      !this.#folders.has(folder) && folder.startsWith(this.root);
      folder = dirname(folder)
    ) {
      this.#folders.set(folder, settled(folderTime(folder) ?? 0));
      this.#unread.add(folder);
      this.#dark.delete(folder);
      if (folder === this.root) return;
    }
  }

  /** Names that the list leaves out are not asked about again; of folders only when something happens in them. */
  #noteUnlisted(listedMs: number): void {
    for (const folder of this.#unread) {
      for (const name of namesIn(folder)) {
        const path = join(folder, name);
        if (!this.#isNew(name, path)) continue;
        // What has appeared since the list was made is no part of it, ignored or not.
        if ((signatureOf(path)?.ctimeMs ?? 0) > listedMs - TICK_MS) this.#folders.set(folder, UNSETTLED);
        else {
          this.#unlisted.add(path);
          this.#noteDark(path);
        }
      }
    }
    this.#unread.clear();
  }

  #noteDark(top: string): void {
    const waiting = [top];
    for (let count = 0; count < MAX_DARK; count += 1) {
      const path = waiting.shift();
      if (path === undefined) return;
      const time = folderTime(path);
      if (time === undefined) continue;
      this.#dark.set(path, settled(time));
      for (const name of namesIn(path)) if (!SKIPPED.has(name)) waiting.push(join(path, name));
    }
  }

  #giveUp(why: string): void {
    this.#problem = why;
    this.files.clear();
    this.#folders.clear();
    this.#loose.clear();
    this.#forgetUnlisted();
  }
}

const UNSETTLED = -1;

/** A folder that has just changed may change once more within the same tick: it is looked into again. */
const settled = (changedMs: number): number => (Date.now() - changedMs < TICK_MS ? UNSETTLED : changedMs);

function folderTime(path: string): number | undefined {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.isDirectory() ? found.mtimeMs : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
