import { createHash } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AgentError } from "../../core/errors.ts";
import type { Blobs } from "../../core/ports.ts";
import { replaceFile } from "./atomic-write.ts";
import { hasCode, toFileError } from "./file-errors.ts";
import { openSpill } from "./spill-file.ts";

const HASH = /^[0-9a-f]{64}$/;

/**
 * Texts by hash, one file each, under `dataDir/blobs`. Rejects with `storage` when one cannot be written. They are
 * not forced to the platter one by one, which would cost milliseconds per edit: a process may die at any time, and
 * after a power cut `get` notices what is incomplete.
 */
export function createBlobs(dataDir: string): Blobs {
  const pathOf = (hash: string): string => {
    if (!HASH.test(hash)) throw new AgentError("invalid_input", `${hash} is not the hash of a text.`);
    return join(dataDir, "blobs", hash.slice(0, 2), hash.slice(2));
  };
  return {
    pathOf,
    spill: () => openSpill(join(dataDir, "blobs", "long")),
    async put(text) {
      const bytes = Buffer.from(text, "utf8");
      const hash = hashOf(bytes);
      const path = pathOf(hash);
      const existing = await stat(path).catch(() => undefined);
      if (existing?.size === bytes.length) return hash;
      try {
        await write(path, bytes);
      } catch (thrown) {
        throw new AgentError("storage", toFileError(thrown, path, "change").message, { cause: thrown });
      }
      return hash;
    },
    async get(hash) {
      if (!HASH.test(hash)) return undefined;
      try {
        const bytes = await readFile(pathOf(hash));
        return hashOf(bytes) === hash ? bytes.toString("utf8") : undefined;
      } catch (thrown) {
        if (hasCode(thrown, "ENOENT")) return undefined;
        throw toFileError(thrown, pathOf(hash), "read");
      }
    },
  };
}

/** There are 256 folders, so after a while they are all there. */
async function write(path: string, bytes: Buffer): Promise<void> {
  const options = { mode: 0o600, sync: false };
  try {
    await replaceFile(path, bytes, options);
  } catch (thrown) {
    if (!hasCode(thrown, "ENOENT")) throw thrown;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, bytes, options);
  }
}

const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
