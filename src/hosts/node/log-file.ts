import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { AgentError } from "../../core/errors.ts";
import type { LogFile } from "../../core/ports.ts";
import { toFileError } from "./file-errors.ts";
import type { SessionLock } from "./session-lock.ts";

const syncToDisk = promisify(fdatasync);

/** An append-only file that this process alone writes, under `lock`. Everything it throws is `storage` or `locked`. */
export function openLogFile(path: string, lock: SessionLock): LogFile {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  const fd = asStorage(path, () => openSync(path, flags, 0o600));
  let sizeBytes = fstatSync(fd).size;
  let isOpen = true;
  /** True while bytes of a failed write are behind the last record. */
  let hasRest = false;
  const requireOpen = (): void => {
    if (!isOpen) throw new AgentError("storage", `${path} is closed already.`);
    if (lock.isLost()) throw new AgentError("locked", "Another process took this conversation over.");
  };
  const requireWhole = (): void => {
    if (hasRest) hasRest = !cut(fd, sizeBytes);
    const { nlink, size } = fstatSync(fd);
    const what =
      nlink === 0 ? "was deleted" : size === sizeBytes ? undefined : "was changed by another program";
    if (what === undefined) return;
    throw new AgentError(
      "storage",
      `${path} ${what} while this conversation was open, so nothing more can be saved in it. Start a new chat.`,
    );
  };
  const flush = async (): Promise<void> => {
    if (!isOpen) return;
    await syncToDisk(fd).catch((thrown: unknown) => asStorage(path, () => rethrow(thrown)));
  };
  return {
    append(line) {
      requireOpen();
      const bytes = Buffer.from(line.endsWith("\n") ? line : `${line}\n`, "utf8");
      asStorage(path, requireWhole);
      try {
        asStorage(path, () => writeAll(fd, bytes));
      } catch (thrown) {
        // Half a record would swallow the next one, so what got through is taken back, at the latest before that.
        hasRest = !cut(fd, sizeBytes);
        throw thrown;
      }
      sizeBytes += bytes.length;
    },
    flush,
    cutTornTail() {
      requireOpen();
      asStorage(path, () => {
        const whole = endOfLastLine(fd, sizeBytes);
        if (whole === sizeBytes) return;
        saveTail(fd, whole, sizeBytes, `${path}.torn`);
        ftruncateSync(fd, whole);
        sizeBytes = whole;
      });
    },
    async close() {
      if (!isOpen) return;
      try {
        await flush();
      } finally {
        isOpen = false;
        closeSync(fd);
        await lock.release();
      }
    },
  };
}

function writeAll(fd: number, bytes: Buffer): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done);
}

const LINE_END = 10;
const PIECE_BYTES = 64 * 1024;

/** The offset after the last line end, 0 when there is none. */
function endOfLastLine(fd: number, sizeBytes: number): number {
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let end = sizeBytes; end > 0; end -= PIECE_BYTES) {
    const from = Math.max(0, end - PIECE_BYTES);
    const length = readSync(fd, piece, 0, end - from, from);
    const at = piece.subarray(0, length).lastIndexOf(LINE_END);
    if (at >= 0) return from + at + 1;
  }
  return 0;
}

/** False when it did not work: the error that led here is the one to tell. */
function cut(fd: number, sizeBytes: number): boolean {
  try {
    ftruncateSync(fd, sizeBytes);
    return true;
  } catch {
    return false;
  }
}

function saveTail(fd: number, from: number, to: number, path: string): void {
  const tail = Buffer.alloc(to - from);
  const length = readSync(fd, tail, 0, tail.length, from);
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  const torn = openSync(path, flags, 0o600);
  try {
    writeAll(torn, tail.subarray(0, length));
  } finally {
    closeSync(torn);
  }
}

export function asStorage<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw toStorageError(thrown, path);
  }
}

export function toStorageError(thrown: unknown, path: string): AgentError {
  if (thrown instanceof AgentError && thrown.kind !== "failed") return thrown;
  return new AgentError("storage", toFileError(thrown, path, "change").message, { cause: thrown });
}

function rethrow(thrown: unknown): never {
  throw thrown;
}
