import { type Epoch, epochOf, isThought } from "./epoch.ts";
import type { AgentEvent, EventOf } from "./event.ts";
import { inShort } from "./in-short.ts";
import { lineageOf } from "./lineage.ts";
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
import { withinPictures } from "./picture-limit.ts";
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
  const own = lineageOf(log, agentId);
  const epoch = epochOf(own);
  const turn = new UserTurn(boundaryOf(log), epoch);
  const { compacted } = epoch;
  if (compacted?.signed) messages.push({ role: "assistant", content: [compacted.signed] });
  for (const event of compacted ? own.filter(({ seq }) => seq >= compacted.keepFromSeq) : own) {
    if (event.type === "assistant") addReply(event, turn, epoch, messages);
    else turn.take(event);
  }
  const isAsked = turn.isAsked;
  const rest = turn.flush(Number.POSITIVE_INFINITY);
  // Reminders alone do not make a turn: they wait for the user, unless one of them wants a reply.
  if (isAsked || !rest.every(isReminder) || messages.length === 0)
    messages.push({ role: "user", content: rest });
  return messages.filter((message) => message.content.length > 0);
}

function addReply(event: EventOf<"assistant">, turn: UserTurn, epoch: Epoch, messages: Message[]): void {
  const asked = turn.flush(event.sawSeq);
  // A conversation begins with its user; a log whose first prompt was damaged could not be continued otherwise.
  if (asked.length === 0 && messages.length === 0) asked.push(text(LOST));
  if (asked.length > 0) messages.push({ role: "user", content: asked });
  const content = sent(event, epoch);
  if (content.length > 0) messages.push({ role: "assistant", content });
  turn.expect(content);
}

/** A reply as it is sent again: verbatim, but for thoughts that were bound to what is not sent any more. */
function sent({ content, sawSeq }: EventOf<"assistant">, { thoughtsFromSeq }: Epoch): readonly Block[] {
  const isPast = sawSeq < thoughtsFromSeq;
  return content.filter(
    (block) => !(isText(block) && block.text.trim() === "") && !(isPast && isThought(block)),
  );
}

const LOST = "[What was said here could not be read any more.]";
const SUMMARY = "Summary of the conversation so far:\n";

/** What the next user message will hold: results first, in the order of the calls, then what was said meanwhile. */
class UserTurn {
  #results = new Map<string, Block>();
  #said: { seq: number; blocks: readonly Block[] }[] = [];
  #askedAt = -1;
  /** Calls whose results are there in full. */
  readonly #shown = new Set<string>();
  readonly #boundary: string;
  readonly #epoch: Epoch;

  constructor(boundary: string, epoch: Epoch) {
    this.#boundary = boundary;
    this.#epoch = epoch;
    const { compacted } = epoch;
    if (!compacted) return;
    const { signed, kept = [], summary, seq } = compacted;
    // Thoughts of what is kept are bound to what they follow: behind a signed summary nothing may come before them.
    const blocks = signed ? kept : [text(`${SUMMARY}${summary}`), ...kept];
    this.#said.push({ seq: signed ? seq : -1, blocks });
  }

  expect(reply: readonly Block[]): void {
    for (const block of reply) if (isToolUse(block)) this.#results.set(block.id, interrupted(block.id));
  }

  take(event: AgentEvent): void {
    // A result whose call was compacted away has nothing to answer.
    if (event.type === "tool.finished" && this.#results.has(event.callId)) {
      const note = this.#epoch.cleared.get(event.callId);
      this.#results.set(event.callId, note ? cleared(event, note) : this.#result(event));
    }
    if (event.type === "reminder" && event.wantsReply) this.#askedAt = event.seq;
    const blocks = userBlocks(event);
    if (blocks) this.#said.push({ seq: event.seq, blocks });
  }

  /** Behind a signed summary it stays as it was sent: thoughts are bound to it. */
  #result(event: EventOf<"tool.finished">): ToolResultBlock {
    const { sameAs, seq } = event;
    const { compacted } = this.#epoch;
    const wasShort = compacted?.signed !== undefined && seq < compacted.seq;
    const isShort = sameAs !== undefined && (this.#shown.has(sameAs) || wasShort);
    if (!isShort) this.#shown.add(event.callId);
    return madeOnce(event, `${isShort} ${this.#boundary}`, () =>
      toResult(isShort ? { ...event, content: inShort(event.content) } : event, this.#boundary),
    );
  }

  /** True when a reminder that wants a reply has had none. */
  get isAsked(): boolean {
    return this.#said.some(({ seq }) => seq === this.#askedAt);
  }

  flush(upToSeq: number): Block[] {
    const seen = this.#said.filter(({ seq }) => seq <= upToSeq);
    const content = [...this.#results.values(), ...seen.flatMap(({ blocks }) => blocks)];
    this.#results = new Map();
    this.#said = this.#said.filter(({ seq }) => seq > upToSeq);
    return content;
  }
}

/**
 * Records do not change, so neither do the blocks made of them: the very same ones are sent again, which those who compare
 * requests see at a glance, and nothing has to be made of a long conversation at each of its steps.
 */
const made = new WeakMap<AgentEvent, { readonly how: string; readonly block: ToolResultBlock }>();

function madeOnce(event: AgentEvent, how: string, make: () => ToolResultBlock): ToolResultBlock {
  const known = made.get(event);
  if (known?.how === how) return known.block;
  const block = make();
  made.set(event, { how, block });
  return block;
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
    messages: withinPictures(toMessages(log, agentId)),
    maxOutputTokens,
    agentId,
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
  let fromSeq: number | undefined;
  for (let i = log.length - 1; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.agentId !== agentId) continue;
    // A call that was compacted away has been answered by that.
    if (event.seq < (fromSeq ?? 0)) return [];
    if (event.type === "tool.finished") finished.add(event.callId);
    if (event.type === "compacted") fromSeq ??= event.keepFromSeq;
    if (event.type === "assistant") {
      return event.content.filter(isToolUse).filter((call) => !finished.has(call.id));
    }
  }
  return [];
}

/** True while something is unanswered: a prompt, a tool result, a nudge from the user or from us, a paused reply. */
export function owesReply(log: readonly AgentEvent[], agentId: string): boolean {
  let sawSeq = -1;
  for (let i = log.length - 1; i >= 0; i -= 1) {
    const event = log[i];
    if (event?.agentId !== agentId) continue;
    // What was typed while the reply streamed stands before the reply in the log, but the reply had not seen it.
    if (event.seq <= sawSeq) return false;
    if (event.type === "user" || (event.type === "reminder" && event.wantsReply)) return true;
    if (event.type !== "assistant" || sawSeq >= 0) continue;
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
    default:
      return undefined; // Everything else is for people, not for the model.
  }
}

const QUOTED_CHARS = 2_000;
const stopped = ({ reason, text: said }: EventOf<"partial">): string =>
  `${reason === "cancelled" ? "The user stopped your reply" : "Your reply was cut off"}. Its last words were:\n${said.slice(-QUOTED_CHARS)}`;

/** In the log, so that a later window says the same, byte for byte. */
export function boundaryOf(log: readonly AgentEvent[]): string {
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

/** The call keeps its answer, and the answer keeps its place. */
const cleared = ({ callId, isError }: EventOf<"tool.finished">, note: Block): ToolResultBlock => ({
  type: "tool_result",
  tool_use_id: callId,
  content: [note],
  ...(isError && { is_error: true }),
});

const interrupted = (callId: string): ToolResultBlock => ({
  type: "tool_result",
  tool_use_id: callId,
  content: [text("Interrupted before it finished.")],
  is_error: true,
});
