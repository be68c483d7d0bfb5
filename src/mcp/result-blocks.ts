import { imageKind } from "../core/image-kind.ts";
import { type Block, isText, text } from "../core/message.ts";
import type { ToolOutput } from "../core/tool.ts";
import { isFields } from "./check-schema.ts";

/** What a provider takes of one picture, in characters of base64 and in pixels. */
const LONGEST_IMAGE = 6_900_000;
const WIDEST_IMAGE = 8_000;
const MOST_BLOCKS = 200;
const MOST_IMAGES = 10;

type Fields = Readonly<Record<string, unknown>>;

/** The result of a call as the model can read it. Whatever cannot be shown is named, so that nothing is missing unsaid. */
export function toOutput(result: Fields): ToolOutput {
  const given = Array.isArray(result["content"]) ? result["content"] : [];
  const content: Block[] = [];
  let images = 0;
  for (const one of given.slice(0, MOST_BLOCKS)) {
    const block = toBlock(one);
    if (block.type === "image") images += 1;
    content.push(
      images > MOST_IMAGES && block.type === "image" ? text("[One more picture, not shown.]") : block,
    );
  }
  if (given.length > MOST_BLOCKS)
    content.push(text(`[${given.length - MOST_BLOCKS} more parts are not shown.]`));
  const structured = result["structuredContent"];
  if (structured !== undefined && !content.some((block) => isText(block) && says(block.text, structured)))
    content.push(text(JSON.stringify(structured, null, 1)));
  const isError = result["isError"] === true;
  const words = isError ? "The tool failed and said nothing about it." : "";
  return { content: content.length > 0 ? content : words, ...(isError && { isError }) };
}

/** Servers are asked to say in text, too, what they bring as data. */
function says(words: string, structured: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(words)) === JSON.stringify(structured);
  } catch {
    return false;
  }
}

function toBlock(one: unknown): Block {
  const part: Fields = isFields(one) ? one : {};
  switch (part["type"]) {
    case "text":
      return text(wordsAt(part, "text"));
    case "image":
      return toImage(part["data"], wordsAt(part, "mimeType"));
    case "resource":
      return toResource(isFields(part["resource"]) ? part["resource"] : {});
    case "resource_link":
      return text(`[A link to ${aboutLink(part)}]`);
    default:
      return text(
        `[${wordsAt(part, "type") || "Something"} of ${sizeOf(part["data"])}, which cannot be shown.]`,
      );
  }
}

function toResource(resource: Fields): Block {
  const { text: words, blob } = resource;
  const name = wordsAt(resource, "uri");
  if (typeof words === "string") return text(`[${name}]\n${words}`);
  const kind = wordsAt(resource, "mimeType");
  if (kind.startsWith("image/")) return toImage(blob, kind);
  return text(`[${name}: ${kind || "data"} of ${sizeOf(blob)}, which cannot be shown.]`);
}

const aboutLink = (link: Fields): string =>
  ["name", "uri", "mimeType", "description"]
    .map((key) => wordsAt(link, key))
    .filter(Boolean)
    .join(", ");

/** A picture the provider refuses would stay in the conversation and make every later request fail. */
function toImage(data: unknown, kind: string): Block {
  const no = (why: string): Block =>
    text(`[A picture (${kind}, ${sizeOf(data)}) that is not shown: ${why}.]`);
  if (typeof data !== "string" || data === "") return no("there is nothing in it");
  if (data.length > LONGEST_IMAGE) return no("it is too big");
  try {
    const size = imageKind(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
    if (!size) return no("it is none that can be read");
    if (Math.max(size.width, size.height) > WIDEST_IMAGE || Math.min(size.width, size.height) < 1)
      return no(`it has ${size.width} x ${size.height} pixels`);
    return { type: "image", source: { type: "base64", media_type: size.mediaType, data } };
  } catch {
    return no("it is not written in base64");
  }
}

const wordsAt = (fields: Fields, key: string): string => {
  const value = fields[key];
  return typeof value === "string" ? value : "";
};
const sizeOf = (data: unknown): string =>
  typeof data === "string" ? `${Math.floor((data.length * 3) / 4)} bytes` : "no size";
