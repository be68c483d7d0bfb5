import { type AgentEvent, type EventOf, parentCallOf } from "../core/event.ts";
import { isToolUse, plainText } from "../core/message.ts";
import { isHere } from "../core/presence.ts";
import { callTitle, cut, visibleText } from "../core/row-text.ts";

/** What a person reads of a conversation, in order. */
export type Entry =
  | { readonly kind: "user" | "assistant"; readonly who: string; readonly at: number; readonly text: string }
  | { readonly kind: "call"; readonly title: string; readonly outcome: string; readonly text: string }
  | { readonly kind: "note"; readonly text: string };

export interface PrintedSession {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** A conversation as it is printed: messages, calls with what came of them, and what was said about it; no thoughts. */
export function printedSession(events: readonly AgentEvent[]): PrintedSession {
  const named = events.findLast((event) => event.type === "title");
  const calls = new Map<string, string>();
  let wasHere = true;
  const entries = events.flatMap((event): Entry[] => {
    if (event.type === "presence") {
      const hadBeenHere = wasHere;
      wasHere = isHere(event);
      return wasHere === hadBeenHere ? [] : [{ kind: "note", text: presenceWords(event) }];
    }
    if (event.type === "assistant") return said(event, calls);
    if (event.type === "tool.started") calls.set(event.callId, callTitle(event));
    return entriesOf(event, calls);
  });
  return { title: named?.title ?? "Untitled", entries };
}

function presenceWords({ place, isAway, because }: EventOf<"presence">): string {
  if (isHere({ place, isAway })) return "From here on somebody was there again who could be asked.";
  const who = place === "none" ? "nobody could be asked" : "you were away";
  return `From here on ${who}${because === undefined ? "" : ` (${because})`}.`;
}

function said({ agentId, at, content }: EventOf<"assistant">, calls: Map<string, string>): Entry[] {
  for (const block of content) if (isToolUse(block)) calls.set(block.id, block.name);
  const text = plainText(content).trim();
  const who = parentCallOf(agentId) === undefined ? "Plumb" : "Sub-agent";
  return text === "" ? [] : [{ kind: "assistant", who, at, text }];
}

function entriesOf(event: AgentEvent, calls: ReadonlyMap<string, string>): Entry[] {
  switch (event.type) {
    case "user": {
      const isTask = event.origin === "task" || parentCallOf(event.agentId) !== undefined;
      const text = visibleText(event.content).trim();
      return [{ kind: "user", who: isTask ? "Task" : "You", at: event.at, text }];
    }
    case "tool.finished":
      return [
        {
          kind: "call",
          title: calls.get(event.callId) ?? "",
          outcome: event.outcome,
          text: cut(plainText(event.content)),
        },
      ];
    case "notice":
      return [{ kind: "note", text: event.text }];
    case "compacted":
      return [{ kind: "note", text: "What came before was summarised for the model." }];
    case "finished":
      return event.error ? [{ kind: "note", text: `${event.error.message} ${event.error.hint}` }] : [];
    default:
      return [];
  }
}
