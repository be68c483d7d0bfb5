import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, readFile, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { AgentError } from "../../core/errors.ts";
import type { Blobs } from "../../core/ports.ts";
import { replaceFile } from "./atomic-write.ts";
import { hasCode, toFileError } from "./file-errors.ts";
import { makeFolder } from "./make-folder.ts";
import { alsoKnownAs, askQuickly, hasAnswered } from "./quick-call.ts";
import { openSpill } from "./spill-file.ts";

const HASH = /^[0-9a-f]{64}$/;
/** Smaller ones fill a block of the disk anyway. */
const PACKED_FROM_BYTES = 4096;
const pack = promisify(deflateRaw);
const unpack = promisify(inflateRaw);

/**
 * Texts by hash, one file each, under `dataDir/blobs`; large ones are packed, because every edit of a large file keeps
 * all of it. Rejects with `storage` when one cannot be written. They are not forced to the platter one by one, which
 * would cost milliseconds per edit: a process may die at any time, and after a power cut `get` notices what is incomplete.
 */
export function createBlobs(dataDir: string): Blobs {
  const plainPath = (hash: string): string => join(dataDir, "blobs", hash.slice(0, 2), hash.slice(2));
  const packedPath = (hash: string): string => `${plainPath(hash)}.z`;
  return {
    spill: () => openSpill(join(dataDir, "blobs", "long")),
    async put(text) {
      const bytes = Buffer.from(text, "utf8");
      const hash = hashOf(bytes);
      const isPacked = bytes.length >= PACKED_FROM_BYTES;
      const path = isPacked ? packedPath(hash) : plainPath(hash);
      // The fastest level: higher ones save a tenth of the space for four times the time.
      const stored = isPacked ? await pack(bytes, { level: 1 }) : bytes;
      const existing = await askQuickly(
        dataDir,
        () => statSync(path, { throwIfNoEntry: false }),
        () => stat(path),
      ).catch(() => undefined);
      if (existing?.size === stored.length && (await isKept(path, existing.mtimeMs))) return hash;
      try {
        await write(path, stored, dataDir);
      } catch (thrown) {
        throw new AgentError("storage", toFileError(thrown, path, "change").message, { cause: thrown });
      }
      return hash;
    },
    async get(hash) {
      if (!HASH.test(hash)) return undefined;
      const packed = await readIfThere(packedPath(hash));
      const bytes = packed ? await unpack(packed).catch(() => undefined) : await readIfThere(plainPath(hash));
      return bytes && hashOf(bytes) === hash ? bytes.toString("utf8") : undefined;
    },
  };
}

/** What is used again is as young as new: old texts that no conversation names are removed. */
const FRESH_MS = 10 * 60_000;

async function isKept(path: string, changedMs: number): Promise<boolean> {
  if (Date.now() - changedMs < FRESH_MS) return true;
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    () => false,
  );
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (hasCode(thrown, "ENOENT")) return undefined;
    throw toFileError(thrown, path, "read");
  }
}

/** There are 256 folders, so after a while they are all there. They lie on the disk that `dataDir` lies on. */
async function write(path: string, bytes: Buffer, dataDir: string): Promise<void> {
  const options = { mode: 0o600, sync: false };
  const folder = dirname(path);
  if (hasAnswered(dataDir)) alsoKnownAs(dataDir, folder);
  try {
    await replaceFile(path, bytes, options);
  } catch (thrown) {
    if (!hasCode(thrown, "ENOENT")) throw thrown;
    await askQuickly<unknown>(
      dataDir,
      () => makeFolder(folder),
      () => mkdir(folder, { recursive: true, mode: 0o700 }),
    );
    await replaceFile(path, bytes, options);
  }
}

const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
