import type { AgentEvent } from "../core/event.ts";
import { type Block, isText, isToolUse } from "../core/message.ts";

/** Something that was said, done or brought in a conversation. */
export interface Entry {
  /** Its number: the `seq` of its event. */
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly who: string;
  readonly text: string;
}

/** What the conversation of an agent consists of, oldest first, whatever of it is still sent. Looking here leaves no trace in it. */
export function entriesOf(events: readonly AgentEvent[], ownName: string): Entry[] {
  const names = new Map<string, string>();
  return events.flatMap((event): Entry[] => {
    if (event.type === "assistant")
      for (const block of event.content) if (isToolUse(block)) names.set(block.id, block.name);
    const [who, text] = sayingOf(event, names, ownName) ?? ["", ""];
    return text.trim() === "" ? [] : [{ seq: event.seq, at: event.at, who, text }];
  });
}

function sayingOf(
  event: AgentEvent,
  names: ReadonlyMap<string, string>,
  ownName: string,
): readonly [who: string, text: string] | undefined {
  switch (event.type) {
    case "user":
      return [event.origin === "task" ? "Task" : "User", textOf(event.content)];
    case "assistant":
      return ["You", textOf(event.content.filter((block) => !isToolUse(block) || block.name !== ownName))];
    case "tool.finished": {
      const name = names.get(event.callId) ?? "a call";
      return name === ownName ? undefined : [`Result of ${name}`, textOf(event.content)];
    }
    case "reminder":
      return ["Note", event.text];
    case "compacted":
      return ["Summary", event.summary];
    default:
      return undefined;
  }
}

const textOf = (blocks: readonly Block[]): string =>
  blocks
    .map((block) => {
      if (isText(block)) return block.text;
      return isToolUse(block) ? `${block.name} ${JSON.stringify(block.input)}` : "";
    })
    .filter(Boolean)
    .join("\n");

/** Words and quoted phrases of a query, in lower case. */
export const termsOf = (query: string): string[] =>
  [...query.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");

const AROUND_CHARS = 220;

/** The place in a text where the first of these stands, or undefined when not all of them are in it. */
export function excerpt(text: string, terms: readonly string[], around = AROUND_CHARS): string | undefined {
  const lower = text.toLowerCase();
  const places = terms.map((term) => lower.indexOf(term));
  if (terms.length === 0 || places.includes(-1)) return undefined;
  const at = Math.min(...places);
  const from = Math.max(0, at - around);
  const to = Math.min(text.length, at + around * 2);
  return `${from > 0 ? "…" : ""}${text.slice(from, to).toWellFormed()}${to < text.length ? "…" : ""}`;
}
