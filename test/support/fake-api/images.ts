import { refuseRequest } from "./api-error.ts";
import { blocksOf, type CountBody, type WireBlock } from "./schema.ts";

const MAX_BYTES = 10 * 1024 * 1024;

interface Picture {
  readonly type: string | undefined;
  readonly width: number;
  readonly height: number;
}

/** Kind and size of a picture, read from its first bytes; 0 x 0 when the size is not written there. */
export function inspect(base64: string): Picture {
  const bytes = Buffer.from(base64.slice(0, 64_000), "base64");
  const has = (text: string, at = 0): boolean => bytes.toString("latin1", at, at + text.length) === text;
  if (has("\x89PNG") && bytes.length >= 24) {
    return { type: "image/png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (has("GIF8") && bytes.length >= 10) {
    return { type: "image/gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  if (has("RIFF") && has("WEBP", 8)) {
    const isExtended = has("VP8X", 12) && bytes.length >= 30;
    return {
      type: "image/webp",
      width: isExtended ? bytes.readUIntLE(24, 3) + 1 : 0,
      height: isExtended ? bytes.readUIntLE(27, 3) + 1 : 0,
    };
  }
  if (has("\xff\xd8")) return { type: "image/jpeg", ...jpegSize(bytes) };
  return { type: undefined, width: 0, height: 0 };
}

function jpegSize(bytes: Buffer): { width: number; height: number } {
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
  }
  return { width: 0, height: 0 };
}

export function tokensOfImage(base64: string): number {
  const { width, height } = inspect(base64);
  return Math.min(4784, Math.max(1, Math.ceil(width / 28)) * Math.max(1, Math.ceil(height / 28)));
}

/** Throws when a picture is too big, too many, or not what its media type says. */
export function checkImages(body: CountBody): void {
  const images = body.messages.flatMap((message, m) =>
    blocksOf(message).flatMap((block, b) => imagesIn(block, `messages.${m}.content.${b}`)),
  );
  for (const { path, data, mediaType } of images) {
    if (data.length > MAX_BYTES) {
      refuseRequest(
        `${path}.image.source.base64: image exceeds 10 MB maximum: ${data.length} bytes > ${MAX_BYTES} bytes`,
      );
    }
    const { type, width, height } = inspect(data);
    if (type === undefined) refuseRequest(`${path}.image.source.base64.data: Could not process image`);
    if (type !== mediaType) {
      refuseRequest(
        `${path}.image.source.base64.data: Image does not match the provided media type ${mediaType}`,
      );
    }
    const longest = Math.max(width, height);
    if (longest > 8000) {
      refuseRequest(
        `${path}.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels`,
      );
    }
    if (longest > 2000 && images.length > 20) {
      refuseRequest(
        `${path}.image.source.base64.data: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels`,
      );
    }
  }
}

function imagesIn(block: WireBlock, path: string): { path: string; data: string; mediaType: unknown }[] {
  if (block.type === "tool_result" && Array.isArray(block["content"])) {
    return block["content"].flatMap((inner: WireBlock, i: number) => imagesIn(inner, `${path}.content.${i}`));
  }
  const source = block.type === "image" ? block["source"] : undefined;
  if (typeof source !== "object" || source === null || !("data" in source)) return [];
  const data = typeof source.data === "string" ? source.data : "";
  return [{ path, data, mediaType: "media_type" in source ? source.media_type : undefined }];
}
