import { AgentError } from "../../core/errors.ts";
import { type Block, type ImageBlock, text } from "../../core/message.ts";
import { CONTEXT_TAG } from "../../core/row-text.ts";
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
  const head = `<${CONTEXT_TAG} kind="your-change" path="${attribute(path)}" lines="${lines}">`;
  return [text(`${head}\n${content(patch)}\n</${CONTEXT_TAG}>`), text(`${shownPath}:${lines}: ${words}`)];
}

function toBlock(attachment: Attachment): Block {
  switch (attachment.kind) {
    case "file":
      return text(`<${CONTEXT_TAG} kind="file" path="${attribute(attachment.path)}"/>`);
    case "selection": {
      const { path, firstLine, lastLine } = attachment;
      const head = `<${CONTEXT_TAG} kind="selection" path="${attribute(path)}" lines="${firstLine}-${lastLine}">`;
      return text(`${head}\n${content(attachment.text)}\n</${CONTEXT_TAG}>`);
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

const attribute = (value: string): string =>
  value
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\r\n]/g, " ");

/** Text that was attached must not be able to end its own frame and speak as the person. */
const content = (value: string): string => value.replaceAll(`</${CONTEXT_TAG}`, `<\\/${CONTEXT_TAG}`);

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
