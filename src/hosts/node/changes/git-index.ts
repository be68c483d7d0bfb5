import type { GitBlob, Signature } from "./file-entry.ts";

const FIXED_BYTES = 62;
const STAGE_BITS = 0x3000;
const EXTENDED_BIT = 0x4000;
const REGULAR = 0o100000;
const TYPE_BITS = 0o170000;

interface IndexEntry extends GitBlob {
  readonly mtimeSeconds: number;
  readonly mtimeNanos: number;
  readonly ino: number;
}

/** What git knows of the files of a working tree: by path relative to its top, with `/`. */
export type GitIndex = ReadonlyMap<string, IndexEntry>;

/**
 * Reads an index file of version 2, 3 or 4 whose names are SHA-1. What cannot be understood, and what is not whole
 * (a split or sparse index), is left out: then git is no source for those files.
 */
export function parseIndex(bytes: Buffer): GitIndex {
  const entries = new Map<string, IndexEntry>();
  const version = bytes.length > 12 && bytes.toString("latin1", 0, 4) === "DIRC" ? bytes.readUInt32BE(4) : 0;
  if (version < 2 || version > 4) return entries;
  let left = bytes.readUInt32BE(8);
  let name = Buffer.alloc(0);
  for (let at = 12; left > 0 && at + FIXED_BYTES < bytes.length; left -= 1) {
    const named = nameAt(bytes, at, version, name);
    if (!named) break;
    name = named.name;
    if (isWholeFile(bytes, at)) entries.set(name.toString("utf8"), entryAt(bytes, at));
    // Up to version 3 entries are padded with one to eight zeros to a multiple of eight.
    at = version === 4 ? named.end + 1 : at + ((named.end - at + 8) & ~7);
  }
  return entries;
}

/** In version 4 a name says how much of the one before it is replaced. */
function nameAt(
  bytes: Buffer,
  at: number,
  version: number,
  previous: Buffer,
): { name: Buffer<ArrayBuffer>; end: number } | undefined {
  const flags = bytes.readUInt16BE(at + 60);
  const from = at + FIXED_BYTES + (version > 2 && (flags & EXTENDED_BIT) !== 0 ? 2 : 0);
  const cut = version === 4 ? readOffset(bytes, from) : { value: previous.length, end: from };
  const end = bytes.indexOf(0, cut.end);
  if (end < 0) return undefined;
  const kept = previous.subarray(0, previous.length - cut.value);
  return { name: Buffer.concat([kept, bytes.subarray(cut.end, end)]), end };
}

/** A regular file without a conflict. */
const isWholeFile = (bytes: Buffer, at: number): boolean =>
  (bytes.readUInt16BE(at + 60) & STAGE_BITS) === 0 && (bytes.readUInt32BE(at + 24) & TYPE_BITS) === REGULAR;

const entryAt = (bytes: Buffer, at: number): IndexEntry => ({
  mtimeSeconds: bytes.readUInt32BE(at + 8),
  mtimeNanos: bytes.readUInt32BE(at + 12),
  ino: bytes.readUInt32BE(at + 20),
  size: bytes.readUInt32BE(at + 36),
  oid: bytes.toString("hex", at + 40, at + 60),
});

/** A number of git's pack format: seven bits a byte, each further byte counting from one. */
function readOffset(bytes: Buffer, from: number): { value: number; end: number } {
  let at = from;
  let byte = bytes[at] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    at += 1;
    byte = bytes[at] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, end: at + 1 };
}

/**
 * The blob that a file of this signature holds, by what git saw when it last looked. As git does, an entry that is not
 * older than the index itself is not trusted: the file may have changed in the same tick.
 */
export function cleanBlob(
  entry: IndexEntry | undefined,
  { mtimeMs, size, ino }: Signature,
  indexMtimeMs: number,
): GitBlob | undefined {
  if (!entry || entry.size !== size || mtimeMs >= indexMtimeMs) return undefined;
  const seen = entry.mtimeSeconds * 1000 + entry.mtimeNanos / 1e6;
  // Some programs that write an index know whole seconds only.
  const hasNanos = entry.mtimeNanos !== 0;
  const isThen = hasNanos
    ? Math.abs(seen - mtimeMs) < 0.001
    : Math.trunc(mtimeMs / 1000) === entry.mtimeSeconds;
  const isIt = entry.ino === 0 || entry.ino === ino % 2 ** 32;
  return isThen && isIt ? { oid: entry.oid, size } : undefined;
}
