import { type Block, isToolUse, type ToolUseBlock } from "../message.ts";
import type { Session } from "../session.ts";

interface Used {
  readonly ids: Set<string>;
  /** How much of the log has been looked at. */
  upTo: number;
}
/** A cache of what the log says. */
const usedIn = new WeakMap<Session, Used>();

const AGAIN = /-again\d+$/;

/** True for a call that had the id of another one in the same reply: nobody knows whether it was meant twice. */
export const isSecond = ({ id }: Pick<ToolUseBlock, "id">): boolean => AGAIN.test(id);

/**
 * A reply in which every call has an id of its own, as the log and the provider need it. Some servers count calls anew in each
 * reply, or send one twice: those get another id.
 */
export function withDistinctIds(content: readonly Block[], session: Session): Block[] {
  const { ids } = idsUsed(session);
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

function idsUsed(session: Session): Used {
  const used = usedIn.get(session) ?? { ids: new Set<string>(), upTo: 0 };
  usedIn.set(session, used);
  const { events } = session;
  for (; used.upTo < events.length; used.upTo += 1) {
    const event = events[used.upTo];
    if (event?.type !== "assistant") continue;
    for (const block of event.content) if (isToolUse(block)) used.ids.add(block.id);
  }
  return used;
}
