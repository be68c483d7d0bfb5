import { isUtf8 } from "node:buffer";
import { AgentError } from "../../core/errors.ts";
import type { FileForm } from "../../core/file-form.ts";

const BOM = "\uFEFF";

export interface DecodedText {
  /** Without the byte order mark. */
  readonly text: string;
  readonly hasBom: boolean;
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be";
}

/** Text exactly as it stands, or undefined when encoding it again would not give the same bytes. */
export function decodeText(bytes: Buffer): DecodedText | undefined {
  const encoding = encodingOf(bytes);
  if (encoding === "utf-8") {
    if (bytes.includes(0) || !isUtf8(bytes)) return undefined;
    return withoutBom(bytes.toString("utf8"), encoding);
  }
  if (bytes.length % 2 !== 0) return undefined;
  const littleEndian = encoding === "utf-16le" ? bytes : Buffer.from(bytes).swap16();
  const text = littleEndian.toString("utf16le");
  return text.includes("\0") || !text.isWellFormed() ? undefined : withoutBom(text, encoding);
}

/** Rejects text that could not be read again as the same text. */
export function encodeText(text: string, like: Pick<DecodedText, "hasBom" | "encoding">): Buffer {
  if (text.includes("\0") || !text.isWellFormed()) {
    throw new AgentError(
      "invalid_input",
      "The text contains a NUL character or half of a surrogate pair, which no text file can hold.",
    );
  }
  const whole = like.hasBom ? BOM + text : text;
  if (like.encoding === "utf-8") return Buffer.from(whole, "utf8");
  const littleEndian = Buffer.from(whole, "utf16le");
  return like.encoding === "utf-16le" ? littleEndian : littleEndian.swap16();
}

/** A mark that someone put into the text itself means the same as one at the head of the file. */
export function withoutBom(text: string, encoding: DecodedText["encoding"]): DecodedText {
  const hasBom = text.startsWith(BOM);
  return { text: hasBom ? text.slice(1) : text, hasBom, encoding };
}

/** A new file's text as `form` has it. */
export function inForm(text: string, { hasBom = false, encoding }: FileForm = {}): DecodedText {
  const plain = withoutBom(text, encoding ?? "utf-8");
  return { ...plain, hasBom: plain.hasBom || hasBom };
}

function encodingOf(bytes: Buffer): DecodedText["encoding"] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return "utf-8";
}
