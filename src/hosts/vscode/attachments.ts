import { attachedFile, attachedText } from "../../core/attached.ts";
import { AgentError } from "../../core/errors.ts";
import { type Block, type ImageBlock, text } from "../../core/message.ts";
import type { Attachment } from "../../protocol/view.ts";

/** How each kind of picture begins, in base64: a page must not pass anything else off as one. */
const MAGIC = {
  "image/png": "iVBORw0KGgo",
  "image/jpeg": "/9j/",
  "image/gif": "R0lGOD",
  "image/webp": "UklGR",
} as const;

/** A message as the model reads it: what was attached first, then the words. Attached text is data, and marked so. Rejects what is no picture. */
export function toContent(words: string, attachments: readonly Attachment[]): Block[] {
  const blocks = attachments.map(toBlock);
  return words.trim() === "" ? blocks : [...blocks, text(words)];
}

export interface HunkPlace {
  readonly path: string;
  /** As people read it. */
  readonly shownPath: string;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly patch: string;
}

/** A message about a hunk: the change as data, then the words, which say their place to whoever reads them in the panel. */
export function toHunkContent(words: string, hunk: HunkPlace): Block[] {
  const { path, shownPath, firstLine, lastLine, patch } = hunk;
  const lines = firstLine === lastLine ? `${firstLine}` : `${firstLine}-${lastLine}`;
  return [attachedText("your-change", { path, lines }, patch), text(`${shownPath}:${lines}: ${words}`)];
}

function toBlock(attachment: Attachment): Block {
  switch (attachment.kind) {
    case "file":
      return attachedFile(attachment.path);
    case "selection": {
      const { path, firstLine, lastLine } = attachment;
      return attachedText("selection", { path, lines: `${firstLine}-${lastLine}` }, attachment.text);
    }
    case "image": {
      const { mediaType, base64, label } = attachment;
      if (!base64.startsWith(MAGIC[mediaType])) {
        throw new AgentError("invalid_input", `${label} is not the kind of picture it says it is.`);
      }
      const image: ImageBlock = {
        type: "image",
        source: { type: "base64", media_type: mediaType, data: base64 },
      };
      return image;
    }
    default:
      return attachment satisfies never;
  }
}

/** Two attachments of the same thing are one. */
export function addAttachments(
  known: readonly Attachment[],
  added: readonly Attachment[],
): readonly Attachment[] {
  const keys = new Set(known.map(keyOf));
  return [...known, ...added.filter((attachment) => !keys.has(keyOf(attachment)))].slice(0, 20);
}

const keyOf = (attachment: Attachment): string =>
  attachment.kind === "image" ? attachment.base64 : JSON.stringify(attachment);
