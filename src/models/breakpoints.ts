import { type Block, isText, type Message } from "../core/message.ts";

/** Where a block stands: the index of its message and its index in there. */
export interface Position {
  readonly message: number;
  readonly block: number;
}

/** The cache looks back at most 20 blocks from a breakpoint; some room is left for what comes between. */
const STRIDE_BLOCKS = 15;
const CACHEABLE = new Set(["text", "image", "document", "tool_use", "tool_result"]);

/**
 * Where a request's rolling cache breakpoints go, at most three, in order: the end of the newest user turn, the
 * end of the one before (where the previous request wrote its entry), and one on the way when a turn is long.
 */
export function breakpoints(messages: readonly Message[]): Position[] {
  const ends: Position[] = [];
  for (let message = messages.length - 1; message >= 0 && ends.length < 2; message -= 1) {
    const candidate = messages[message];
    const block = candidate?.role === "user" ? candidate.content.findLastIndex(isCacheable) : -1;
    if (block >= 0) ends.unshift({ message, block });
  }
  const newest = ends.at(-1);
  const between = newest && stepBack(messages, newest, ends.length > 1 ? ends[0] : undefined);
  return between ? [...ends.slice(0, -1), between, newest] : ends;
}

const isCacheable = (block: Block): boolean =>
  CACHEABLE.has(block.type) && !(isText(block) && block.text === "");

/** The nearest cacheable block at least a stride before `from`, when that is still after `until`. */
function stepBack(
  messages: readonly Message[],
  from: Position,
  until: Position | undefined,
): Position | undefined {
  let distance = 0;
  for (let message = from.message; message >= 0; message -= 1) {
    const content = messages[message]?.content ?? [];
    const first = message === from.message ? from.block : content.length - 1;
    for (let block = first; block >= 0; block -= 1) {
      if (message === until?.message && block <= until.block) return undefined;
      const candidate = content[block];
      if (distance >= STRIDE_BLOCKS && candidate && isCacheable(candidate)) return { message, block };
      distance += 1;
    }
  }
  return undefined;
}
