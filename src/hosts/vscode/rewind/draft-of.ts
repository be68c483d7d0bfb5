import * as z from "zod";
import { type Block, isText } from "../../../core/message.ts";
import { CONTEXT_TAG } from "../../../core/row-text.ts";
import type { Attachment } from "../../../protocol/view.ts";

export interface Draft {
  readonly words: string;
  readonly attachments: readonly Attachment[];
}

/** A message that was sent as it was written: its words, and what was attached to them as far as that is known. */
export function fromContent(blocks: readonly Block[]): Draft {
  const parts = blocks.map(partOf);
  return {
    words: parts.flatMap((part) => (typeof part === "string" ? [part] : [])).join("\n"),
    attachments: parts.flatMap((part) => (typeof part === "object" ? [part] : [])),
  };
}

/** Words, something that was attached, or something that cannot be attached again. */
function partOf(block: Block): string | Attachment | undefined {
  if (!isText(block)) {
    const image = Picture.safeParse(block);
    return image.success ? { kind: "image", label: "image", ...image.data.source } : undefined;
  }
  return block.text.startsWith(`<${CONTEXT_TAG} `) ? fromTag(block.text) : block.text;
}

const Picture = z.object({
  type: z.literal("image"),
  source: z
    .object({ media_type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]), data: z.string() })
    .transform(({ media_type, data }) => ({ mediaType: media_type, base64: data })),
});

function fromTag(tag: string): Attachment | undefined {
  const file = /^<\S+ kind="file" path="([^"]*)"\/>$/.exec(tag);
  if (file?.[1] !== undefined) return { kind: "file", path: plain(file[1]), label: nameOf(plain(file[1])) };
  const selection = SELECTION.exec(tag);
  if (!selection) return undefined;
  const [, path = "", first, last, inside = ""] = selection;
  return {
    kind: "selection",
    path: plain(path),
    label: `${nameOf(plain(path))}:${first}-${last}`,
    firstLine: Number(first),
    lastLine: Number(last),
    text: inside.replaceAll(`<\\/${CONTEXT_TAG}`, `</${CONTEXT_TAG}`),
  };
}

const SELECTION = /^<\S+ kind="selection" path="([^"]*)" lines="(\d+)-(\d+)">\n([\s\S]*)\n<\/[^>]*>$/;
const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;
const plain = (value: string): string =>
  value.replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
