import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";

/** What tells one state of a file from another without reading it. */
export interface Signature {
  /** Epoch milliseconds, as fine as the file system keeps them. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly size: number;
  readonly ino: number;
  /** With the bits that say what kind of file it is. */
  readonly mode: number;
}

/** A blob of the repository's object store. */
export interface GitBlob {
  readonly oid: string;
  /** Bytes the file had in the working tree. */
  readonly size: number;
}

export interface FileEntry {
  readonly signature: Signature;
  /** Changed so shortly before it was looked at that another change may leave the same signature. */
  readonly isRacy: boolean;
  /** What it held then, or where that is to be found; neither when nobody knows. */
  readonly bytes?: Buffer;
  readonly blob?: GitBlob;
}

/** Clocks of file systems tick in milliseconds; within so many of them two changes may look like one. */
export const TICK_MS = 50;

export const isRacy = ({ mtimeMs, ctimeMs }: Signature): boolean =>
  Date.now() - Math.max(mtimeMs, ctimeMs) < TICK_MS;

export const isSame = (a: Signature, b: Signature): boolean =>
  a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.size === b.size && a.ino === b.ino;

/** Only its owner, mode or number of links has changed. */
export const isSameContent = (a: Signature, b: Signature): boolean =>
  a.mtimeMs === b.mtimeMs && a.size === b.size && a.ino === b.ino;

/** Of a regular file; undefined for everything else, links included, and for what cannot be looked at. */
export function signatureOf(path: string): Signature | undefined {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? found : undefined;
  } catch {
    return undefined;
  }
}

/** The file's bytes, if it is still the one that was looked at; otherwise undefined. Never waits for a FIFO. */
export function readAs({ size, ...rest }: Signature, path: string): Buffer | undefined {
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
  let fd: number | undefined;
  try {
    fd = openSync(path, flags);
    const bytes = Buffer.allocUnsafeSlow(size);
    let done = 0;
    for (let read = -1; done < size && read !== 0; done += read) {
      read = readSync(fd, bytes, done, size - done, done);
    }
    const now = fstatSync(fd);
    return done === size && now.isFile() && isSame(now, { size, ...rest }) ? bytes : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
