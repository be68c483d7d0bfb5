import type { AgentEvent, EventOf } from "./event.ts";
import {
  type Block,
  isText,
  isToolUse,
  type Message,
  type ToolResultBlock,
  type ToolUseBlock,
  text,
} from "./message.ts";
import type { ModelRequest } from "./model.ts";
import { asData } from "./untrusted.ts";

/**
 * What the model sees: a pure function of the log.
 *
 * Two promises, whatever order things happened in or wherever a crash cut the log. Every tool call is followed by
 * exactly one result, and results come before anything typed meanwhile. And the prefix law: between two epoch
 * events, the blocks made from a log are the first blocks of those made from any longer log at which a request
 * can be sent; nothing is ever inserted earlier or changed.
 */
export function toMessages(log: readonly AgentEvent[], agentId: string): Message[] {
  const messages: Message[] = [];
  const turn = new UserTurn(boundaryOf(log));
  for (const event of afterCompaction(log.filter((candidate) => candidate.agentId === agentId))) {
    if (event.type !== "assistant") {
      turn.take(event);
      continue;
    }
    const asked = turn.flush(event.sawSeq);
    // A conversation begins with its user; a log whose first prompt was damaged could not be continued otherwise.
    if (asked.length === 0 && messages.length === 0) asked.push(text(LOST));
    if (asked.length > 0) messages.push({ role: "user", content: asked });
    const content = event.content.filter((block) => !(isText(block) && block.text.trim() === ""));
    if (content.length > 0) messages.push({ role: "assistant", content });
    turn.expect(content);
  }
  const rest = turn.flush(Number.POSITIVE_INFINITY);
  // Reminders alone do not make a turn: they wait for the user.
  if (!rest.every(isReminder) || messages.length === 0) messages.push({ role: "user", content: rest });
  return messages.filter((message) => message.content.length > 0);
}

const LOST = "[What was said here could not be read any more.]";

/** What the next user message will hold: results first, in the order of the calls, then what was said meanwhile. */
class UserTurn {
  #results = new Map<string, Block>();
  #said: { seq: number; blocks: readonly Block[] }[] = [];
  readonly #boundary: string;

  constructor(boundary: string) {
    this.#boundary = boundary;
  }

  expect(reply: readonly Block[]): void {
    for (const block of reply) if (isToolUse(block)) this.#results.set(block.id, interrupted(block.id));
  }

  take(event: AgentEvent): void {
    // A result whose call was compacted away has nothing to answer.
    if (event.type === "tool.finished" && this.#results.has(event.callId))
      this.#results.set(event.callId, toResult(event, this.#boundary));
    const blocks = userBlocks(event);
    if (blocks) this.#said.push({ seq: event.type === "compacted" ? -1 : event.seq, blocks });
  }

  flush(upToSeq: number): Block[] {
    const seen = this.#said.filter(({ seq }) => seq <= upToSeq);
    const content = [...this.#results.values(), ...seen.flatMap(({ blocks }) => blocks)];
    this.#results = new Map();
    this.#said = this.#said.filter(({ seq }) => seq > upToSeq);
    return content;
  }
}

/** The next request of an agent. Throws when no epoch has begun. */
export function toRequest(
  log: readonly AgentEvent[],
  agentId: string,
  maxOutputTokens: number,
): ModelRequest {
  const prefix = lastPrefix(log, agentId);
  if (!prefix) throw new Error(`${agentId} has no prefix`);
  const { model, system, tools, effort } = prefix;
  return {
    model,
    system,
    tools,
    messages: toMessages(log, agentId),
    maxOutputTokens,
    ...(effort !== undefined && { effort }),
    previousMessageId: findLast(log, agentId, "assistant")?.messageId ?? null,
  };
}

export function lastPrefix(log: readonly AgentEvent[], agentId: string): EventOf<"prefix"> | undefined {
  return findLast(log, agentId, "prefix");
}

/** Calls of the newest reply that have no result yet, in the order the model made them. */
export function openCalls(log: readonly AgentEvent[], agentId: string): ToolUseBlock[] {
  const finished = new Set<string>();
  for (let i = log.length - 1; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.agentId !== agentId) continue;
    if (event.type === "tool.finished") finished.add(event.callId);
    if (event.type === "compacted") return [];
    if (event.type === "assistant") {
      return event.content.filter(isToolUse).filter((call) => !finished.has(call.id));
    }
  }
  return [];
}

/** True while something is unanswered: a prompt, a tool result, a nudge from the user, a paused reply. */
export function owesReply(log: readonly AgentEvent[], agentId: string): boolean {
  let sawSeq = -1;
  for (let i = log.length - 1; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.agentId !== agentId) continue;
    // What was typed while the reply streamed stands before the reply in the log, but the reply had not seen it.
    if (event.seq <= sawSeq) return false;
    if (event.type === "user") return true;
    if (event.type !== "assistant" || sawSeq >= 0) continue;
    agentId,
    if (event.stopReason === "pause_turn" || event.content.some(isToolUse)) return true;
    sawSeq = event.sawSeq;
  }
  return false;
}

export function findLast<T extends AgentEvent["type"]>(
  log: readonly AgentEvent[],
  agentId: string,
  type: T,
): EventOf<T> | undefined {
  for (let i = log.length - 1; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.agentId === agentId && isType(event, type)) return event;
  }
  return undefined;
}

const isType = <T extends AgentEvent["type"]>(event: AgentEvent, type: T): event is EventOf<T> =>
  event.type === type;

/** What others wrote may be quoted in it, and cannot end it. */
const reminder = (value: string): Block =>
  text(
    `<system-reminder>\n${value.replaceAll("</system-reminder", "<\\/system-reminder")}\n</system-reminder>`,
  );
const isReminder = (block: Block): boolean => isText(block) && block.text.startsWith("<system-reminder>");

function userBlocks(event: AgentEvent): readonly Block[] | undefined {
  switch (event.type) {
    case "user":
      return event.content.filter((block) => !(isText(block) && block.text.trim() === ""));
    case "reminder":
      return [reminder(event.text)];
    case "partial":
      return event.text.trim() === "" ? undefined : [reminder(stopped(event))];
    case "compacted":
      return [text(`Summary of the conversation so far:\n${event.summary}`)];
    default:
      return undefined; // Everything else is for people, not for the model.
  }
}

const QUOTED_CHARS = 2_000;
const stopped = ({ reason, text: said }: EventOf<"partial">): string =>
  `${reason === "cancelled" ? "The user stopped your reply" : "Your reply was cut off"}. Its last words were:\n${said.slice(-QUOTED_CHARS)}`;

/** In the log, so that a later window says the same, byte for byte. */
function boundaryOf(log: readonly AgentEvent[]): string {
  const began = log.find((event) => event.type === "session");
  return (began?.type === "session" && began.boundary) || "";
}

function toResult(
  { callId, content, isError, source }: EventOf<"tool.finished">,
  boundary: string,
): ToolResultBlock {
  const marked = source ? asData(content, source, boundary) : content;
  return { type: "tool_result", tool_use_id: callId, content: marked, ...(isError && { is_error: true }) };
}

const interrupted = (callId: string): ToolResultBlock => ({
  type: "tool_result",
  tool_use_id: callId,
  content: [text("Interrupted before it finished.")],
  is_error: true,
});

function afterCompaction(events: readonly AgentEvent[]): readonly AgentEvent[] {
  const last = events.findLast((event) => event.type === "compacted");
  if (last?.type !== "compacted") return events;
  return [last, ...events.filter((event) => event.seq >= last.keepFromSeq && event.type !== "compacted")];
}
