import { toAgentError } from "../../core/errors.ts";
import type { FileStat, Host } from "../../core/ports.ts";
import { visible } from "../../core/untrusted.ts";
import { type RuleHead, splitHead } from "./frontmatter.ts";
import { importsIn, plainLines, withoutComments } from "./markdown.ts";

const MAX_BYTES = 4 * 1024 * 1024;
/** About 15,000 tokens: what is longer is a manual, and its reader can read on. */
const MAX_CHARS = 50_000;
const MAX_IMPORTS = 100;
const WITHIN_MS = 5_000;
/** A file changed as recently as this may change again without looking any different. */
const STILL_FRESH_MS = 50;

export interface ReadText {
  readonly head: RuleHead;
  /** As the model gets it: without comments for people, without what cannot be seen, and not beyond all measure. */
  readonly text: string;
  readonly imports: readonly string[];
  /** It is longer than what the model gets. */
  readonly isCut: boolean;
}
/** A text, or why there is none, in words; undefined where there is nothing at all. */
export type Found = ReadText | string | undefined;

/** Reads instruction files; one that looks the same as the last time is not read again. */
export class TextReader {
  readonly #host: Pick<Host, "fs">;
  readonly #known = new Map<string, { readonly signature: string; readonly found: ReadText | string }>();

  constructor(host: Pick<Host, "fs">) {
    this.#host = host;
  }

  /** Never rejects. */
  async read(path: string): Promise<Found> {
    try {
      const stat = await this.#host.fs.stat(path);
      const signature = `${stat.kind} ${stat.sizeBytes} ${stat.modifiedMs}`;
      const known = this.#known.get(path);
      if (known?.signature === signature) return known.found;
      const isFresh = stat.modifiedMs > Date.now() - STILL_FRESH_MS;
      const found = refuse(stat) ?? understand(await this.#bytes(path));
      if (isFresh) this.#known.delete(path);
      else this.#known.set(path, { signature, found });
      return found;
    } catch (thrown) {
      this.#known.delete(path);
      const { kind, message } = toAgentError(thrown);
      return kind === "not_found" ? undefined : `it cannot be read: ${message}`;
    }
  }

  #bytes(path: string): Promise<Uint8Array> {
    return this.#host.fs.read(path, AbortSignal.timeout(WITHIN_MS));
  }
}

function refuse({ kind, sizeBytes }: FileStat): string | undefined {
  if (kind === "directory") return "it is a folder";
  if (kind === "other") return "it is a pipe, a socket or a device";
  return sizeBytes > MAX_BYTES ? "it is larger than 4 MB" : undefined;
}

function understand(bytes: Uint8Array): ReadText | string {
  const written = decode(bytes);
  if (written === undefined || written.includes("\0")) return "it is no text";
  const { head, body } = splitHead(plainLines(written));
  const text = visible(withoutComments(body), false).trim();
  if (text === "") return "it is empty";
  const isCut = text.length > MAX_CHARS;
  return { head, text: isCut ? cut(text) : text, imports: importsIn(text).slice(0, MAX_IMPORTS), isCut };
}

function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** At the end of a line, and said. */
function cut(text: string): string {
  const end = text.lastIndexOf("\n", MAX_CHARS);
  const kept =
    end > MAX_CHARS / 2 ? text.slice(0, end) : text.slice(0, MAX_CHARS).replace(/[\ud800-\udbff]$/, "");
  return `${kept}\n[Cut here: ${kept.length} of ${text.length} characters. Read the file for the rest.]`;
}
