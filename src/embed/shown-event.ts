import type { AgentEvent as Logged } from "../core/event.ts";
import type { LiveEvent } from "../core/live-event.ts";
import { plainText } from "../core/message.ts";
import type { AgentEvent } from "./surface.ts";

/** What a program is told of a record of the log. Undefined: nothing. */
export function shownEvent(event: Logged): AgentEvent | undefined {
  const { agentId } = event;
  switch (event.type) {
    case "assistant": {
      const { model, usage, content } = event;
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
      const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens };
      return { type: "reply", agentId, text: plainText(content), model, usage: tokens };
    }
    case "tool.started":
      return { type: "call", agentId, callId: event.callId, name: event.name, title: event.title };
    case "tool.finished": {
      const { callId, outcome, content } = event;
      return { type: "result", agentId, callId, outcome, text: plainText(content) };
    }
    case "edit": {
      const { callId, path, added, removed } = event;
      return { type: "edit", agentId, callId, path, added, removed };
    }
    case "permission.asked": {
      // With an input it has been answered already: the program changed the call.
      if (event.input !== undefined) return undefined;
      const { callId, hash, name, title, access, because, detail, suggestions } = event;
      const card = { callId, hash, name, title, access, because, detail, rules: suggestions };
      return { type: "permission", agentId, ...card };
    }
    case "permission.decided": {
      const { callId, verdict, by, because } = event;
      return { type: "decision", agentId, callId, verdict, by, because };
    }
    case "question.asked":
      return { type: "question", agentId, callId: event.callId, questions: event.questions };
    case "notice":
      return { type: "notice", agentId, kind: event.kind, text: event.text };
    case "finished": {
      const { outcome, error } = event;
      return { type: "finished", agentId, outcome, ...(error && { error }) };
    }
    default:
      return undefined;
  }
}

/** What a program is told while it happens. Undefined: nothing. */
export function shownLive(event: LiveEvent): AgentEvent | undefined {
  const { agentId } = event;
  switch (event.type) {
    case "text":
    case "thinking":
      return { type: event.type, agentId, delta: event.delta };
    case "retry": {
      const { atMs, attempt, reason } = event;
      return { type: "retry", agentId, atMs, attempt, reason };
    }
    case "discarded":
      return { type: "discarded", agentId };
    default:
      return undefined;
  }
}
