import { open } from "node:fs/promises";

const END_BYTES = 8 * 1024;

export interface Ends {
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
  readonly sizeBytes: number;
  readonly head: string;
  readonly tail: string;
}

/** Both ends of a text file, without reading what is between; undefined when it cannot be read (any longer). */
export async function readEnds(path: string): Promise<Ends | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { size, mtimeMs } = await file.stat();
      const head = await readSome(file, 0);
      const tail = size <= END_BYTES ? head : await readSome(file, size - END_BYTES);
      return { modifiedMs: mtimeMs, sizeBytes: size, head: wholeText(head), tail: wholeText(tail) };
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function readSome(file: Awaited<ReturnType<typeof open>>, position: number): Promise<Buffer> {
  const bytes = Buffer.alloc(END_BYTES);
  const { bytesRead } = await file.read(bytes, 0, END_BYTES, position);
  return bytes.subarray(0, bytesRead);
}

/** Leaves out the characters that the cut went through, at either end. */
const wholeText = (bytes: Buffer): string => bytes.toString("utf8").replace(/^\uFFFD+|\uFFFD+$/g, "");
