import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Environment } from "../clean-environment.ts";
import { findGitFolder, gitText } from "../git-folder.ts";
import { startGit } from "../quiet-git.ts";
import type { GitBlob, Signature } from "./file-entry.ts";
import { cleanBlob, type GitIndex, parseIndex } from "./git-index.ts";

const WITHIN_MS = 10_000;
const MAX_BATCH_BYTES = 64 * 1024 * 1024;
interface Repository {
  readonly top: string;
  readonly index: string;
}

/** What git has stored of the files under a folder. Nothing of the repository is ever written. */
export class GitTexts {
  readonly #root: string;
  readonly #environment: Environment;
  #repository: Repository | undefined;
  #index: GitIndex = new Map();
  #indexMtimeMs = 0;
  #indexSize = 0;

  constructor(root: string, environment: Environment) {
    this.#root = root;
    this.#environment = environment;
  }

  /** Looks at the index as it is now. Resolves to the blob of a file of this signature that is as git stored it. */
  async look(): Promise<(path: string, signature: Signature) => GitBlob | undefined> {
    // Where there is none yet, there may be one by the next time.
    this.#repository ??= await findRepository(this.#root);
    const repository = this.#repository;
    if (!repository) return () => undefined;
    try {
      const { mtimeMs, size } = statSync(repository.index);
      if (mtimeMs !== this.#indexMtimeMs || size !== this.#indexSize) {
        this.#index = parseIndex(await readFile(repository.index));
        this.#indexMtimeMs = mtimeMs;
        this.#indexSize = size;
      }
    } catch {
      return () => undefined;
    }
    const names = this.#index;
    const at = this.#indexMtimeMs;
    return (path, signature) => {
      const name = relative(repository.top, path).replaceAll("\\", "/");
      return cleanBlob(names.get(name), signature, at);
    };
  }

  /** The bytes of blobs as files of the working tree have them, by object name; what cannot be had is missing. */
  async read(blobs: readonly GitBlob[]): Promise<ReadonlyMap<string, Buffer>> {
    const repository = this.#repository;
    const bytes = blobs.reduce((sum, { size }) => sum + size, 0);
    if (!repository || blobs.length === 0 || bytes > MAX_BATCH_BYTES) return new Map();
    const output = await catFiles(blobs, repository.top, this.#root, this.#environment).catch(
      () => undefined,
    );
    const stored = output ? parseBatch(output) : new Map<string, Buffer>();
    return new Map(
      blobs.flatMap((blob) => {
        const found = asInWorkingTree(stored.get(blob.oid), blob.size);
        return found ? [[blob.oid, found] as const] : [];
      }),
    );
  }
}

/** SHA-256 repositories are left out. */
async function findRepository(root: string): Promise<Repository | undefined> {
  const found = await findGitFolder(root);
  if (!found) return undefined;
  const isKnown = !/objectformat\s*=\s*sha256/i.test(await gitText(join(found.gitDir, "config")));
  return isKnown ? { top: found.top, index: join(found.gitDir, "index") } : undefined;
}

async function catFiles(
  blobs: readonly GitBlob[],
  cwd: string,
  root: string,
  environment: Environment,
): Promise<Buffer | undefined> {
  const signal = AbortSignal.timeout(WITHIN_MS);
  const child = await startGit(["cat-file", "--batch"], { cwd, environment, roots: [root], signal });
  if (!child) return undefined;
  const parts: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => parts.push(part));
  // A git that ends early says so by what is missing.
  child.stdin.on("error", () => undefined);
  child.stdin.end(blobs.map(({ oid }) => `${oid}\n`).join(""));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", () => done(Buffer.concat(parts)));
  });
}

function parseBatch(output: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  let at = 0;
  for (let end = output.indexOf(10); end >= 0; end = output.indexOf(10, at)) {
    const [oid = "", kind, size] = output.toString("latin1", at, end).split(" ");
    at = end + 1;
    if (kind !== "blob") continue;
    const bytes = output.subarray(at, at + Number(size));
    if (bytes.length === Number(size)) found.set(oid, bytes);
    at += Number(size) + 1;
  }
  return found;
}

/**
 * Git may keep a file otherwise than it stands in the working tree. What differs by line ends only is converted; of
 * anything else (filters, large file storage) the size tells that it is not the text.
 */
function asInWorkingTree(bytes: Buffer | undefined, size: number): Buffer | undefined {
  if (!bytes || bytes.length === size) return bytes;
  if (bytes.includes("\r\n")) return undefined;
  const converted = Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
  return converted.length === size ? converted : undefined;
}
