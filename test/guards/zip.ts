import { readFileSync } from "node:fs";

export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  /** As MS-DOS keeps it: date and time in one number. */
  readonly modified: number;
}

/** What is in a zip file, in its order. Reads the central directory only. */
export function listZip(path: string): ZipEntry[] {
  const file = readFileSync(path);
  const end = file.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0) throw new Error(`${path} is no zip file.`);
  const count = file.readUInt16LE(end + 10);
  let at = file.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    const nameLength = file.readUInt16LE(at + 28);
    const entry = {
      name: file.toString("utf8", at + 46, at + 46 + nameLength),
      bytes: file.readUInt32LE(at + 24),
      modified: file.readUInt32LE(at + 12),
    };
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
    return entry;
  });
}
