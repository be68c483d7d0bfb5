import { followed } from "../followed.ts";
import { type Block, isToolUse, type ToolUseBlock } from "../message.ts";
import type { Session } from "../session.ts";

const idsIn = followed<Set<string>>(
  () => new Set(),
  (ids, event) => {
    if (event.type !== "assistant") return;
    for (const block of event.content) if (isToolUse(block)) ids.add(block.id);
  },
);

const AGAIN = /-again\d+$/;

/** True for a call that had the id of another one in the same reply: nobody knows whether it was meant twice. */
export const isSecond = ({ id }: Pick<ToolUseBlock, "id">): boolean => AGAIN.test(id);

/**
 * A reply in which every call has an id of its own, as the log and the provider need it. Some servers count calls anew in each
 * reply, or send one twice: those get another id.
 */
export function withDistinctIds(content: readonly Block[], { events }: Session): Block[] {
  const ids = idsIn(events);
  const here = new Set<string>();
  return content.map((block) => {
    if (!isToolUse(block)) return block;
    const isAgain = here.has(block.id);
    here.add(block.id);
    if (!isAgain && !ids.has(block.id)) return block;
    let count = 2;
    const name = (): string => `${block.id}-${isAgain ? "again" : "new"}${count}`;
    while (ids.has(name()) || here.has(name())) count += 1;
    here.add(name());
    return { ...block, id: name() };
  });
}
