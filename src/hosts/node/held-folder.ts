import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  open,
  openSync,
  readlinkSync,
  rmdirSync,
} from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { AgentError } from "../../core/errors.ts";
import { hasCode } from "./file-errors.ts";
import { alsoKnownAs, askQuickly } from "./quick-call.ts";

/** Linux can hold a folder without being allowed to list it. */
const O_PATH = 0o10000000;
const HOLD = O_PATH | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
const canHold = process.platform === "linux" && existsSync("/proc/self/fd");
const openLater = promisify(open);

/** A folder that is held under a name which stays with it, whatever is put in its place. */
interface Held {
  readonly name: string;
  release(): void;
}

/**
 * Calls `work` with a name for the canonical folder `real` that stays with it: a link that takes its place, or that of a
 * folder above, is not what is written to. Node has no `openat`, but Linux has names for what is open; elsewhere it is the
 * folder's own name, and the caller looks again before the last step. Rejects with `stale` when it is not there any more.
 */
export async function inFolder<T>(real: string, work: (folder: string) => Promise<T>): Promise<T> {
  if (!canHold) return work(real);
  const held = await hold(real, real);
  try {
    return await work(held.name);
  } finally {
    held.release();
  }
}

/** The same for a folder that is made first, with those above it; when `work` rejects, they are taken away again. */
export async function inMadeFolder<T>(real: string, work: (folder: string) => Promise<T>): Promise<T> {
  if (!canHold) return inMadePlainly(real, work);
  const missing: string[] = [];
  let existing = real;
  for (; !isThere(existing); existing = dirname(existing)) missing.unshift(basename(existing));
  const chain: Held[] = [];
  const made: string[] = [];
  try {
    let last = await hold(existing, existing);
    chain.push(last);
    for (const name of missing) {
      existing = join(existing, name);
      const inside = join(last.name, name);
      if (makeFolder(inside)) made.unshift(inside);
      last = await hold(inside, existing);
      chain.push(last);
    }
    return await work(last.name);
  } catch (thrown) {
    removeAll(made);
    throw thrown;
  } finally {
    for (const held of chain) held.release();
  }
}

async function inMadePlainly<T>(real: string, work: (folder: string) => Promise<T>): Promise<T> {
  const firstMade = await mkdir(real, { recursive: true });
  try {
    return await work(real);
  } catch (thrown) {
    const made: string[] = [];
    if (firstMade !== undefined)
      for (let one = real; one.length >= firstMade.length; one = dirname(one)) made.push(one);
    removeAll(made);
    throw thrown;
  }
}

async function hold(name: string, real: string): Promise<Held> {
  let file: number;
  try {
    file = await askQuickly(
      real,
      () => openSync(name, HOLD),
      () => openLater(name, HOLD),
    );
  } catch (thrown) {
    // A link or a file has taken its place.
    if (hasCode(thrown, "ELOOP", "ENOTDIR") && isLink(name)) throw moved(real);
    throw thrown;
  }
  const held = `/proc/self/fd/${file}`;
  const release = (): void => closeSync(file);
  try {
    requirePlace(file, real);
  } catch (thrown) {
    release();
    throw thrown;
  }
  alsoKnownAs(real, held);
  return { name: held, release };
}

/** Throws `stale` when what is open lies elsewhere: a folder above it became a link between looking and opening. */
export function requirePlace(file: number, real: string): void {
  if (!canHold) return;
  const place = readlinkSync(`/proc/self/fd/${file}`);
  if (folded(place.replace(/ \(deleted\)$/, "")) !== folded(real.replace(/ \(deleted\)$/, "")))
    throw moved(real);
}

/** The kernel names a folder as it was first looked up, which may be in another spelling where case is folded. */
const folded = (path: string): string => path.normalize("NFC").toLowerCase();

const moved = (real: string): AgentError =>
  new AgentError("stale", `${real} was moved, or a link took its place.`);

const isThere = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false }) !== undefined || dirname(path) === path;

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** False when it is there already, by whoever it was made. */
function makeFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (thrown) {
    if (hasCode(thrown, "EEXIST")) return false;
    throw thrown;
  }
}

function removeAll(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // Somebody has put something there.
  }
}
