import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { SECRET_NAMES } from "../../../safety/protected-files.ts";
import { gitPlaces } from "./git-places.ts";
import { isThere, protectedPlaces } from "./protected-places.ts";

/** Absolute paths; what is in `denyWrite` need not exist. */
export interface SandboxPolicy {
  readonly allowWrite: readonly string[];
  readonly denyWrite: readonly string[];
  readonly denyRead: readonly string[];
}

/** What else in a home folder lets somebody be the user elsewhere. */
const MORE_SECRETS = [
  ".config/gh",
  ".config/hub",
  ".npmrc.local",
  ".terraform.d/credentials.tfrc.json",
  ".gem/credentials",
  ".m2/settings.xml",
  ".gradle/gradle.properties",
  ".bash_history",
  ".zsh_history",
  ".local/share/keyrings",
  "Library/Keychains",
];

export interface PolicyPlace {
  /** Workspace folders, canonical. */
  readonly roots: readonly string[];
  readonly cwd: string;
  /** A folder of our own for temporary files. */
  readonly temporary: string;
  /** Sessions, rules and what else we keep. */
  readonly dataDir: string;
  readonly home?: string;
}

/** What one command may do, from what the disk looks like now. Writing is allowed in the workspace and nowhere else. */
export function sandboxPolicy({
  roots,
  cwd,
  temporary,
  dataDir,
  home = homedir(),
}: PolicyPlace): SandboxPolicy {
  const writable = roots.length > 0 ? roots : [cwd];
  const places = protectedPlaces(writable);
  const git = places.repositories.map(gitPlaces);
  const secrets = [...SECRET_NAMES, ...MORE_SECRETS].map((name) => join(home, name));
  // Of our own folder only what bash reads first may be seen.
  const own = ["projects", "blobs", "settings.json", "rules.json"].map((name) => join(dataDir, name));
  return {
    allowWrite: [...new Set([...writable, temporary, ...git.flatMap((each) => each.writable)].map(real))],
    denyWrite: [...new Set([...places.kept, ...git.flatMap((each) => each.kept), dataDir])],
    denyRead: [...new Set([...places.secret, ...secrets, ...own])].filter(isThere),
  };
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
