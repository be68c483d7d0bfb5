import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  openSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { hasCode } from "./file-errors.ts";
import { askQuickly, hasAnswered } from "./quick-call.ts";

export interface BesideOptions {
  /** Permission bits of the new file, before the umask. */
  readonly mode: number;
  /** Gives the file exactly these bits and this owner, umask or not; rejects when that is not permitted. */
  readonly like?: { readonly mode: number; readonly uid: number; readonly gid: number };
  /** Waits until the bytes are on the disk, so that a power cut cannot leave an empty file under the final name. */
  readonly sync: boolean;
}

/** Writes a new file in the same folder as `target` and resolves to its path. A failure leaves nothing behind. */
export async function writeBeside(
  target: string,
  bytes: Uint8Array,
  options: BesideOptions,
): Promise<string> {
  const name = `.${basename(target).slice(0, 40)}.${randomBytes(6).toString("hex")}.tmp`;
  const temporary = join(dirname(target), name);
  if (bytes.length <= SMALL_BYTES && hasAnswered(dirname(target)))
    await writeSmall(temporary, bytes, options);
  else await writeLarge(temporary, bytes, options);
  return temporary;
}

const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
/** Up to here writing takes less than handing it to a worker and back; waiting for the disk always does not. */
const SMALL_BYTES = 64 * 1024;

async function writeSmall(
  path: string,
  bytes: Uint8Array,
  { mode, like, sync }: BesideOptions,
): Promise<void> {
  const file = openSync(path, FLAGS, mode);
  let isOpen = true;
  try {
    writeFileSync(file, bytes);
    if (like && process.platform !== "win32") makeLike(file, like);
    if (sync) await toDisk(file);
    isOpen = false;
    closeSync(file);
  } catch (thrown) {
    if (isOpen) closeSync(file);
    await rm(path, { force: true });
    throw thrown;
  }
}
const toDisk = promisify(fsync);

async function writeLarge(
  path: string,
  bytes: Uint8Array,
  { mode, like, sync }: BesideOptions,
): Promise<void> {
  const file = await open(path, FLAGS, mode);
  try {
    await file.writeFile(bytes);
    if (like && process.platform !== "win32") makeLike(file.fd, like);
    if (sync) await file.sync();
    await file.close();
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw thrown;
  }
}

function makeLike(file: number, like: { mode: number; uid: number; gid: number }): void {
  const own = fstatSync(file);
  if (own.uid !== like.uid || own.gid !== like.gid) fchownSync(file, like.uid, like.gid);
  // After the owner: changing that clears the set-id bits.
  if ((own.mode & 0o7777) !== (like.mode & 0o7777)) fchmodSync(file, like.mode & 0o7777);
}

/** Virus scanners and indexers hold files for moments on Windows, so a refusal there is asked again. */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await askQuickly(
        dirname(to),
        () => renameSync(from, to),
        () => rename(from, to),
      );
    } catch (thrown) {
      const isPassing = process.platform === "win32" && hasCode(thrown, "EPERM", "EACCES", "EBUSY");
      if (!isPassing || attempt === 5) throw thrown;
      await wait(20 * 2 ** attempt);
    }
  }
}

/** Puts `bytes` under a name in one step: a reader sees the old content or the new, never half of it. */
export async function replaceFile(target: string, bytes: Uint8Array, options: BesideOptions): Promise<void> {
  const temporary = await writeBeside(target, bytes, options);
  try {
    await renameOver(temporary, target);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}
