import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isProtectedForWriting, isSecret, PROTECTED_NAMES } from "../../../safety/protected-files.ts";

/** Each place costs a mount in front of every command, so what is looked at and kept is bounded. */
const MAX_FOLDERS = 3_000;
const MAX_DEPTH = 6;
const MAX_FOUND = 150;
/** Folders below a workspace folder in which tools look for their settings, and how many of them are kept as a whole. */
const MAX_PACKAGES = 6;
const PACKAGE = /^(?:package\.json|pyproject\.toml|Cargo\.toml|go\.mod|composer\.json|Gemfile)$/;
const SKIPPED = new Set(["node_modules", ".venv", "venv", "target", "dist", "build", "__pycache__"]);

/** As tools spell them; every other name is spelled in lower case. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "agents.md": "AGENTS.md",
  "claude.md": "CLAUDE.md",
  "claude.local.md": "CLAUDE.local.md",
  "gemini.md": "GEMINI.md",
  jenkinsfile: "Jenkinsfile",
};
/** Only a home folder is where these mean something; `.git` is cared for by itself. */
const AT_HOME =
  /^(?:\.config\/|\.(?:bash|zsh|k?sh|csh|tcsh|profile|login|zprofile|inputrc|gitconfig)|launch|crontab|pip\.conf|.*profile\.ps1$|\.git$)/;
const AT_ROOT = PROTECTED_NAMES.filter((name) => !AT_HOME.test(name)).map((name) => SPELLINGS[name] ?? name);
/** Of those, what takes effect in a folder below, without anybody opening that folder. */
const IN_PACKAGE = [".npmrc", ".envrc", ".husky", ".yarnrc.yml", ".pnpmfile.cjs", ".vscode", ".claude"];

export interface Places {
  /** Not to be written: what is there, and what must not appear. Absolute. */
  readonly kept: readonly string[];
  /** Not to be read. */
  readonly secret: readonly string[];
  /** `.git` folders and files that were found. */
  readonly repositories: readonly string[];
}

/** What is protected in and below workspace folders, as it is now. Bounded, so of a huge tree only what is near the top. */
export function protectedPlaces(roots: readonly string[]): Places {
  const found = new Found(roots);
  const queue: Folder[] = roots.map((path) => ({ path, within: "", depth: 0 }));
  for (let at = 0; at < queue.length && at < MAX_FOLDERS; at += 1) {
    const folder = queue[at];
    if (!folder) break;
    for (const entry of entriesOf(folder.path)) {
      const inside = found.take(entry, folder);
      if (inside && inside.depth <= MAX_DEPTH) queue.push(inside);
    }
  }
  return found;
}

interface Folder {
  readonly path: string;
  /** Relative to its workspace folder, with `/`. */
  readonly within: string;
  readonly depth: number;
}

class Found implements Places {
  readonly #kept: Set<string>;
  readonly #limit: number;
  readonly #secret = new Set<string>();
  readonly #repositories = new Set<string>();
  #packages = 0;

  constructor(roots: readonly string[]) {
    this.#kept = new Set(roots.flatMap((root) => AT_ROOT.map((name) => join(root, name))));
    this.#limit = this.#kept.size + MAX_FOUND;
  }

  get kept(): readonly string[] {
    return [...this.#kept];
  }
  get secret(): readonly string[] {
    return [...this.#secret];
  }
  get repositories(): readonly string[] {
    return [...this.#repositories];
  }

  /** The entry as a folder to look into, if it is one. */
  take(entry: Dirent, { path: parent, within: above, depth }: Folder): Folder | undefined {
    const path = join(parent, entry.name);
    const within = above === "" ? entry.name : `${above}/${entry.name}`;
    if (entry.name === ".git") {
      this.#repositories.add(path);
      return undefined;
    }
    const isFolder = entry.isDirectory();
    if (!isFolder && isSecret(within)) this.#secret.add(path);
    if (isProtectedForWriting(within)) {
      this.#keep(path);
      // A protected folder is kept as a whole, whatever is in it.
      return undefined;
    }
    if (depth > 0 && PACKAGE.test(entry.name)) this.#keepPackage(parent);
    return isFolder && !SKIPPED.has(entry.name) ? { path, within, depth: depth + 1 } : undefined;
  }

  #keep(path: string): void {
    if (this.#kept.size < this.#limit) this.#kept.add(path);
  }

  #keepPackage(folder: string): void {
    if (this.#packages >= MAX_PACKAGES) return;
    this.#packages += 1;
    for (const name of IN_PACKAGE) this.#keep(join(folder, name));
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

export function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
