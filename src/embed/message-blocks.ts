import { attachedFile, attachedText } from "../core/attached.ts";
import { AgentError } from "../core/errors.ts";
import { imageKind } from "../core/image-kind.ts";
import { type Block, type ImageBlock, text } from "../core/message.ts";
import type { MessagePart } from "./surface.ts";

const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
const MAX_IMAGE_SIDE = 8_000;

/** A message as the model reads it. Throws `invalid_input` for what it could not read. */
export function blocksOf(message: string | readonly MessagePart[]): readonly Block[] {
  const blocks = typeof message === "string" ? [text(message)] : message.map(blockOf);
  const isEmpty = blocks.every((block) => block.type === "text" && String(block["text"]).trim() === "");
  if (isEmpty) throw new AgentError("invalid_input", "There is nothing in this message.");
  return blocks;
}

function blockOf(part: MessagePart): Block {
  switch (part.type) {
    case "text":
      return text(part.text);
    case "image":
      return imageOf(part.bytes);
    case "file":
      return attachedFile(part.path);
    case "material":
      return attachedText("material", { name: part.name }, part.text);
    default:
      throw new AgentError("invalid_input", "A part of a message is text, an image, a file or material.");
  }
}

/** What kind it is stands in the bytes: one that the provider refuses would stay in the conversation. */
function imageOf(bytes: Uint8Array): ImageBlock {
  const kind = imageKind(bytes);
  if (!kind) throw new AgentError("invalid_input", "The picture is none of PNG, JPEG, GIF and WebP.");
  if (bytes.length > MAX_IMAGE_BYTES || Math.max(kind.width, kind.height) > MAX_IMAGE_SIDE)
    throw new AgentError("invalid_input", "The picture is too big: at most 5 MB and 8000 pixels a side.");
  const data = Buffer.from(bytes).toString("base64");
  return { type: "image", source: { type: "base64", media_type: kind.mediaType, data } };
}
