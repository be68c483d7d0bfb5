import type { QueueItem } from "../core/events/talk.ts";
import { text } from "../core/message.ts";

/** What waits, in the order of `ids` and without what they leave out; `edited` says one of them in other words. */
export function editedQueue(
  queue: readonly QueueItem[],
  ids: readonly string[],
  edited?: { readonly id: string; readonly text: string },
): QueueItem[] {
  const known = new Map(queue.map((item) => [item.id, item]));
  return ids.flatMap((id) => {
    const item = known.get(id);
    if (!item || edited?.id !== id) return item ?? [];
    const rest = item.content.filter((block) => block.type !== "text");
    return { id, content: [text(edited.text), ...rest] };
  });
}
