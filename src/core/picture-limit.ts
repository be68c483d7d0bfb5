import { imageKind } from "./image-kind.ts";
import { type Block, isToolResult, type Message, text } from "./message.ts";

/** A request with more pictures than this may have no big one; it would be refused, and so would every later one. */
export const MOST_WITH_BIG = 20;
export const BIG_PIXELS = 2_000;
/** A picture says its size within so much of its base64. */
const HEAD_CHARS = 64_000;

const INSTEAD = text(
  `[A picture that is not shown: the conversation holds more than ${MOST_WITH_BIG}, and then none of them may be wider or higher than ${BIG_PIXELS} pixels. If it matters, tell the user.]`,
);

/**
 * Whoever attached it: a picture with which the provider would refuse the conversation from then on is a note. Which one that
 * is depends only on what stands before it, so a longer conversation begins with the same bytes.
 */
export function withinPictures(messages: readonly Message[]): Message[] {
  let count = 0;
  for (const { content } of messages) for (const block of content) count += picturesIn(block);
  if (count <= MOST_WITH_BIG) return [...messages];
  let shown = 0;
  let hasBig = false;
  const fit = (block: Block): Block => {
    if (picturesIn(block) === 0) return block;
    if (isToolResult(block) && Array.isArray(block.content))
      return { ...block, content: block.content.map(fit) };
    if (shown >= MOST_WITH_BIG && (hasBig || isBig(block))) return INSTEAD;
    shown += 1;
    hasBig ||= isBig(block);
    return block;
  };
  return messages.map((message) => ({ ...message, content: message.content.map(fit) }));
}

function picturesIn(block: Block): number {
  if (block.type === "image") return 1;
  if (!isToolResult(block) || !Array.isArray(block.content)) return 0;
  return block.content.reduce((sum, inner) => sum + picturesIn(inner), 0);
}

const known = new WeakMap<Block, boolean>();

/** Whether a picture is one of those of which there may be only a few. */
export function isBig(block: Block): boolean {
  const before = known.get(block);
  if (before !== undefined) return before;
  const found = findOut(block);
  known.set(block, found);
  return found;
}

function findOut({ source }: Block): boolean {
  const data = typeof source === "object" && source !== null && "data" in source ? source.data : undefined;
  if (typeof data !== "string") return false;
  try {
    const head = atob(data.slice(0, HEAD_CHARS));
    const size = imageKind(Uint8Array.from(head, (char) => char.charCodeAt(0)));
    // What does not say its size may be any.
    return size === undefined || Math.max(size.width, size.height) > BIG_PIXELS;
  } catch {
    return true;
  }
}
