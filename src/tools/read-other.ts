import { MAX_DOCUMENT_BYTES } from "../core/document-limit.ts";
import { AgentError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import { imageKind } from "../core/image-kind.ts";
import { text } from "../core/message.ts";
import type { FileStat } from "../core/ports.ts";
import type { ToolContext, ToolOutput } from "../core/tool.ts";
import { readHugeFile } from "./huge-file.ts";
import { describePage, type Range } from "./page-of-lines.ts";
import { MOST_REPEATS } from "./read-again.ts";
import { shownPath } from "./shown-path.ts";

const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const MAX_IMAGE_SIDE = 8_000;
/** The provider counts pictures in squares of so many pixels a side, and makes those smaller that have more. */
const PATCH = 28;
const MOST_PATCHES = 4_784;

/** What no editor opens: pictures, files that are too big, and everything that cannot be shown, which rejects with `refusal`. */
export async function readOther(
  { path, stat, range }: { path: string; stat: FileStat; range: Range },
  context: ToolContext,
  refusal: AgentError,
): Promise<ToolOutput> {
  const { host, signal } = context;
  const shown = shownPath(path, context);
  const head = await host.fs.read(path, signal, { offset: 0, length: 256 * 1024 });
  const image = imageKind(head);
  if (image !== undefined) {
    if (stat.sizeBytes > MAX_IMAGE_BYTES || Math.max(image.width, image.height) > MAX_IMAGE_SIDE) {
      throw new AgentError(
        "unreadable",
        `${shown} is too big to look at (${image.width} x ${image.height} pixels, ${stat.sizeBytes} bytes). Make it smaller first: at most 5 MB and 8000 pixels a side.`,
      );
    }
    const bytes = await host.fs.read(path, signal);
    const source = { type: "base64", media_type: image.mediaType, data: toBase64(bytes) };
    const hash = await sha256(source.data);
    // A picture counts as one line.
    const seen = { path, hash, isPartial: true };
    const held = context.held(path);
    if (held.texts[0]?.hash === hash && held.repeats < MOST_REPEATS)
      return {
        content: `[${shown} is unchanged since you looked at it.]`,
        seen: [{ ...seen, lines: [] }],
      };
    const isReduced = Math.ceil(image.width / PATCH) * Math.ceil(image.height / PATCH) > MOST_PATCHES;
    const note = `[${image.width} x ${image.height} pixels, which you see smaller: small writing may be lost. Cut out the part with a command and Read that, if it matters.]`;
    return {
      content: [{ type: "image", source }, ...(isReduced ? [text(note)] : [])],
      seen: [{ ...seen, lines: [[1, 1]] }],
    };
  }
  if (stat.sizeBytes > MAX_DOCUMENT_BYTES) {
    const page = await readHugeFile(host.fs, path, range, signal);
    return { content: describePage(page, undefined, shown) };
  }
  if (head.includes(0)) {
    throw new AgentError(
      "unreadable",
      `${shown} is a binary file (${stat.sizeBytes} bytes), so it cannot be read as text.`,
    );
  }
  throw refusal;
}

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // A multiple of three bytes, so that the pieces join without padding between them.
  for (let at = 0; at < bytes.byteLength; at += 24_576) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576))));
  }
  return pieces.join("");
}
