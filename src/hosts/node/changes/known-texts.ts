import { type FileEntry, readAs } from "./file-entry.ts";

/** Larger files are usually data; together the copies stay within what an editor does not notice. */
const MAX_FILE_BYTES = 512 * 1024;
const MAX_ALL_BYTES = 24 * 1024 * 1024;
/** Files read before others get their turn. */
const SLICE = 100;

/** How much room is left for copies of files that git does not have. */
export class Room {
  #left = MAX_ALL_BYTES;

  take(bytes: Buffer): Buffer | undefined {
    if (bytes.length > MAX_FILE_BYTES || bytes.length > this.#left) return undefined;
    this.#left -= bytes.length;
    return bytes;
  }

  fits(size: number): boolean {
    return size <= MAX_FILE_BYTES && size <= this.#left;
  }

  give(entry: FileEntry | undefined): void {
    this.#left += entry?.bytes?.length ?? 0;
  }
}

/** Copies the files that nobody else could give back, as far as there is room. */
export async function copyFiles(
  paths: Iterable<string>,
  files: Map<string, FileEntry>,
  room: Room,
): Promise<void> {
  let count = 0;
  for (const path of paths) {
    const entry = files.get(path);
    if (!entry || entry.bytes || entry.blob || !room.fits(entry.signature.size)) continue;
    count += 1;
    if (count % SLICE === 0) await new Promise(setImmediate);
    // It may have been changed or replaced while others had their turn.
    if (files.get(path) !== entry) continue;
    const read = readAs(entry.signature, path);
    const bytes = read && room.take(read);
    if (bytes) files.set(path, { ...entry, bytes });
  }
}
