import { AgentError } from "../core/errors.ts";
import type { FileSystem } from "../core/ports.ts";
import { PageOfLines, type Range } from "./page-of-lines.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Of one line, more is never shown, so more is never kept: a file may be a single line of gigabytes. */
const MAX_KEPT_CHARS = 4_000;

/** Reads one range of lines of a file too big to open, chunk by chunk and no further than needed. */
export async function readHugeFile(
  fs: FileSystem,
  path: string,
  range: Range,
  signal: AbortSignal,
): Promise<PageOfLines> {
  const page = new PageOfLines(range);
  const lines = new LineSplitter((line) => page.add(line));
  let decoder: TextDecoder | undefined;
  for (let offset = 0; ; offset += CHUNK_BYTES) {
    const bytes = await fs.read(path, signal, { offset, length: CHUNK_BYTES });
    signal.throwIfAborted();
    decoder ??= decoderFor(bytes);
    const isLast = bytes.byteLength < CHUNK_BYTES;
    const text = decode(decoder, bytes, isLast);
    if (text === undefined || text.includes("\0")) {
      throw new AgentError("unreadable", `${path} is a binary file, so it cannot be read as text.`);
    }
    if (!lines.push(text)) return page;
    if (isLast) break;
  }
  lines.end();
  return page;
}

function decoderFor(start: Uint8Array): TextDecoder {
  const [first, second] = start;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding, { fatal: true });
}

function decode(decoder: TextDecoder, bytes: Uint8Array, isLast: boolean): string | undefined {
  try {
    return decoder.decode(bytes, { stream: !isLast });
  } catch {
    return undefined;
  }
}

class LineSplitter {
  readonly #take: (line: string) => boolean;
  #open = "";

  constructor(take: (line: string) => boolean) {
    this.#take = take;
  }

  /** False when nobody wants more lines. */
  push(text: string): boolean {
    let from = 0;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
      const line = this.#open + text.slice(from, at);
      if (!this.#take(line.endsWith("\r") ? line.slice(0, -1) : line)) return false;
      this.#open = "";
      from = at + 1;
    }
    this.#open = (this.#open + text.slice(from, from + MAX_KEPT_CHARS)).slice(0, MAX_KEPT_CHARS);
    return true;
  }

  end(): void {
    if (this.#open !== "") this.#take(this.#open);
  }
}
