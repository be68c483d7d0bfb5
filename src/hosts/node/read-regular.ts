import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { dirname } from "node:path";
import { AgentError } from "../../core/errors.ts";
import { requirePlace } from "./held-folder.ts";
import { askQuickly } from "./quick-call.ts";

const PIECE_BYTES = 4 * 1024 * 1024;
/** Up to here reading takes less than handing it to a worker and back, which is done once for each step. */
const SMALL_BYTES = 64 * 1024;
/** Non-blocking, in case it became a FIFO since; no link is followed, because the canonical path has none. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

export interface RegularFile {
  readonly bytes: Buffer;
  readonly stat: Stats;
}

/**
 * Reads a regular file at its canonical path. Looks before it opens, because opening a FIFO waits for a writer and
 * opening a device may act; throws Node's own errors, `unreadable` for what is no file or is larger than `maxBytes`, and
 * `stale` where a folder on the way became a link meanwhile. `place` is the canonical path when `real` is a held one.
 */
export async function readRegular(
  real: string,
  signal: AbortSignal,
  limits: { maxBytes: number; range?: { offset: number; length: number } | undefined; place?: string },
): Promise<RegularFile> {
  const { place = real } = limits;
  signal.throwIfAborted();
  const seen = await askQuickly(
    dirname(real),
    () => lstatSync(real),
    () => lstat(real),
  );
  requireRegular(seen, place);
  const small = seen.size <= SMALL_BYTES && limits.range === undefined ? readSmall(real, place) : undefined;
  if (small) return small;
  const file = await open(real, FLAGS);
  try {
    const stat = await file.stat();
    requireRegular(stat, place);
    requirePlace(file.fd, place);
    const offset = limits.range?.offset ?? 0;
    const length = Math.max(0, Math.min(limits.range?.length ?? stat.size, stat.size - offset));
    if (length > limits.maxBytes) throw tooLarge(place, length, limits.maxBytes);
    return { bytes: await readPieces(file, offset, length, signal), stat };
  } finally {
    await file.close();
  }
}

/** Undefined when it has grown meanwhile. */
function readSmall(real: string, place: string): RegularFile | undefined {
  const file = openSync(real, FLAGS);
  try {
    const stat = fstatSync(file);
    requireRegular(stat, place);
    requirePlace(file, place);
    if (stat.size > SMALL_BYTES) return undefined;
    const bytes = Buffer.allocUnsafe(stat.size);
    let done = 0;
    for (let read = -1; done < stat.size && read !== 0; done += read)
      read = readSync(file, bytes, done, stat.size - done, done);
    return { bytes: bytes.subarray(0, done), stat };
  } finally {
    closeSync(file);
  }
}

async function readPieces(
  file: FileHandle,
  offset: number,
  length: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(bytes, done, Math.min(PIECE_BYTES, length - done), offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

export function requireRegular(stat: Stats, path: string): void {
  if (stat.isFile()) return;
  const what = stat.isDirectory() ? "a folder" : "a device, a pipe or a socket";
  throw new AgentError("unreadable", `${path} is ${what}.`);
}

function tooLarge(path: string, bytes: number, maxBytes: number): AgentError {
  const size = `${Math.ceil(bytes / 1024 / 1024)} MB`;
  return new AgentError(
    "unreadable",
    `${path} has ${size}; at most ${maxBytes / 1024 / 1024} MB can be read at once. Read a part of it, search in it, or change it with a command.`,
  );
}
