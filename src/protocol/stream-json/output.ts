import { type AgentEvent, type EventOf, MAIN, parentCallOf } from "../../core/event.ts";
import type { LiveEvent } from "../../core/live-event.ts";
import { type Block, isToolResult, isToolUse, plainText, text } from "../../core/message.ts";
import type { Mode } from "../../core/mode.ts";
import { asSentence } from "../../core/sentence.ts";
import type { ToolServer } from "../../core/tool-source.ts";
import { type Frame, WIRE_MODE, wireError } from "./frame.ts";
import { PartialMessages } from "./partial.ts";
import { agentEnded, agentStarted, compacted, denied, initial, notice, retrying } from "./side-frames.ts";
import { toolUseResult } from "./tool-use-result.ts";
import { type FactsOf, Totals, wireUsage } from "./totals.ts";
import { type Ending, endingOf, resultOf, TurnFigures } from "./turn.ts";

export interface StreamJsonOptions {
  readonly sessionId: string;
  readonly cwd: string;
  readonly version: string;
  readonly mode: () => Mode;
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly factsOf: FactsOf;
  /** What the conversation held before: what has been sent frozen is in it. */
  readonly past: readonly AgentEvent[];
  /** What the next turn will ask. */
  readonly choice: () => { readonly model: string; readonly effort: string };
  /** Who brings tools from outside. Default: nobody. */
  readonly servers?: () => readonly ToolServer[];
  /** Kinds of agents that can be started, and what of their descriptions does not count. Default: none. */
  readonly agents?: () => { readonly names: readonly string[]; readonly problems: readonly string[] };
  /** Replies are told while they are written, too. */
  readonly includesPartial: boolean;
  /** What the caller calls a message of theirs, by its place in the log; their messages come back when this is set. */
  readonly uuidOf?: (seq: number) => string | undefined;
  /** What a structured answer was asked for: the answer, as far as there is one, and whether the model will be asked again. */
  readonly structured: () =>
    | { readonly answer: { readonly value: unknown } | undefined; readonly asksAgain: boolean }
    | undefined;
}

/** What is part of a turn, so that the first of it begins one. */
const OF_A_TURN = new Set<AgentEvent["type"]>([
  ...(["user", "prefix", "assistant", "partial", "finished", "agent.started", "compacted"] as const),
  ...(["permission.asked", "permission.decided", "question.asked", "tool.started", "tool.finished"] as const),
]);

/**
 * A conversation as one JSON object a line, in the shape programs that drive coding agents already read. Whole messages once,
 * deltas when they are wanted, never a growing copy. A fold: it is given every event of the session, in order.
 */
export class StreamJson {
  readonly #options: StreamJsonOptions;
  readonly #totals: Totals;
  readonly #partial: PartialMessages;
  readonly #calls = new Map<string, { readonly name: string; readonly input: unknown }>();
  readonly #reasons = new Map<string, string>();
  #prefix: EventOf<"prefix"> | undefined;
  #turn: TurnFigures | undefined;

  constructor(options: StreamJsonOptions) {
    this.#options = options;
    this.#totals = new Totals(options.factsOf);
    this.#partial = new PartialMessages(options.newId, () => this.#model);
    for (const event of options.past) {
      if (event.type === "prefix" && event.agentId === MAIN) this.#prefix = event;
      if (event.type === "assistant") this.#remember(event.content);
    }
  }

  /** What a call asks for, as the model wrote it. */
  call(callId: string): { readonly name: string; readonly input: unknown } | undefined {
    return this.#calls.get(callId);
  }

  /** US dollars of all that was asked for since the program began. */
  get dollars(): number {
    return this.#totals.dollars;
  }

  get modelUsage(): Record<string, unknown> {
    return this.#totals.byModel;
  }

  /** The frames this event gives rise to; many give none. */
  frames(event: AgentEvent): Frame[] {
    const first = this.#begin(event);
    return [...first, ...this.#framesOf(event)];
  }

  /** The frames of what is only shown while it happens. */
  live(event: LiveEvent): Frame[] {
    if (event.type === "retry") return [this.frame("system", retrying(event, this.#options.now()))];
    if (!this.#options.includesPartial) return [];
    const frames = this.#partial.live(event).map((body) => this.frame("stream_event", { ...body }));
    return frames.length > 0 ? [...this.#announce(), ...frames] : [];
  }

  frame(type: string, body: Record<string, unknown>): Frame {
    return { type, ...body, session_id: this.#options.sessionId, uuid: this.#options.newId() };
  }

  #begin(event: AgentEvent): Frame[] {
    if (!OF_A_TURN.has(event.type)) return [];
    this.#turn ??= new TurnFigures(event.at);
    if (event.type === "prefix") {
      if (event.agentId === MAIN) this.#prefix = event;
      return event.agentId === MAIN ? this.#announce() : [];
    }
    // What is asked of another model begins anew, and says so itself.
    const { model, effort } = this.#options.choice();
    const isSame = this.#prefix?.model === model && (this.#prefix.effort ?? "") === effort;
    return event.type !== "user" || isSame ? this.#announce() : [];
  }

  /** `system/init`, once a turn. */
  #announce(): Frame[] {
    if (!this.#turn || this.#turn.isAnnounced) return [];
    this.#turn.isAnnounced = true;
    const { cwd, version, mode, choice, agents, servers } = this.#options;
    const { names = [], problems = [] } = agents?.() ?? {};
    const { model, effort } = choice();
    const init = initial(
      {
        ...{ cwd, version, effort, mode: mode(), agents: names, agentProblems: problems },
        servers: servers?.() ?? [],
        model: this.#prefix?.model ?? model,
      },
      this.#prefix,
    );
    return [this.frame("system", init)];
  }

  #framesOf(event: AgentEvent): Frame[] {
    switch (event.type) {
      case "user":
        return this.#user(event);
      case "assistant":
        return this.#assistant(event);
      case "partial":
        return this.#cutOff(event);
      case "classified":
      case "spent":
        this.#totals.add(event.model, event.usage);
        return [];
      case "compacted":
        if (event.usage) this.#totals.add(this.#model, event.usage);
        return event.agentId === MAIN ? [this.frame("system", compacted(event))] : [];
      case "tool.finished":
        return [this.#toolResult(event)];
      case "permission.asked":
        // The run ends with it, where nobody is there to approve it.
        if (event.detail.kind === "plan" && this.#turn) this.#turn.text = event.detail.markdown;
        return [];
      case "permission.decided":
        return this.#decided(event);
      case "agent.started":
        return [this.frame("system", agentStarted(event))];
      case "mode":
        // What it begins with stands in the first `init`.
        return this.#prefix
          ? [this.frame("system", { subtype: "status", status: null, permissionMode: WIRE_MODE[event.mode] })]
          : [];
      case "notice":
        return [this.frame("system", notice(event))];
      case "finished":
        return event.agentId === MAIN ? this.#end(event) : [this.frame("system", agentEnded(event))];
      default:
        return [];
    }
  }

  get #model(): string {
    return (this.#prefix ?? this.#options.choice()).model;
  }

  /** Who answers knows what they said; what others decide is told. */
  #decided(event: EventOf<"permission.decided">): Frame[] {
    // A call that the caller changed is decided about twice.
    if (event.verdict === "allow") this.#reasons.delete(event.callId);
    else this.#reasons.set(event.callId, event.feedback ?? event.because);
    if (event.verdict === "allow") return [];
    if (event.by === "user") return [];
    return [this.frame("system", denied(event, this.#calls.get(event.callId)?.name ?? ""))];
  }

  #user({ agentId, content, origin, seq }: EventOf<"user">): Frame[] {
    if (agentId !== MAIN) return [];
    const message = { role: "user", content };
    if (origin === "task")
      return [
        this.frame("user", {
          ...{ message, parent_tool_use_id: null, isSynthetic: true, origin: { kind: "task-notification" } },
        }),
      ];
    const { uuidOf } = this.#options;
    if (!uuidOf) return [];
    const frame = this.frame("user", { message, parent_tool_use_id: null, isReplay: true });
    return [{ ...frame, uuid: uuidOf(seq) ?? frame["uuid"] }];
  }

  #remember(content: readonly Block[]): void {
    for (const block of content) {
      if (isToolUse(block)) this.#calls.set(block.id, { name: block.name, input: block.input });
    }
  }

  /** One frame a block, of one message: what reads the stream puts them together by its id. */
  #assistant(event: EventOf<"assistant">): Frame[] {
    const { agentId, content, model, stopReason, usage } = event;
    if (agentId === MAIN) this.#turn?.reply(event, plainText(content));
    this.#totals.add(model, usage);
    this.#remember(content);
    const id = this.#partial.messageId(agentId) ?? event.messageId ?? `msg_${event.seq}`;
    const ended = this.#partial.end(agentId, stopReason, usage);
    const blocks = content.length > 0 ? content.map((block) => [block]) : [[]];
    return [
      ...blocks.map((some) => this.#message(agentId, { id, model, content: some, usage: wireUsage(usage) })),
      ...ended.map((body) => this.frame("stream_event", { ...body })),
    ];
  }

  #message(agentId: string, message: Record<string, unknown>, besides: Record<string, unknown> = {}): Frame {
    const fixed = { type: "message", role: "assistant", stop_reason: null, stop_sequence: null };
    return this.frame("assistant", {
      message: { ...fixed, ...message },
      parent_tool_use_id: parentCallOf(agentId) ?? null,
      ...(agentId !== MAIN && { agent_id: agentId }),
      ...besides,
    });
  }

  #cutOff({ agentId, text: said, seq }: EventOf<"partial">): Frame[] {
    const id = this.#partial.messageId(agentId) ?? `msg_${seq}`;
    const ended = this.#partial.end(agentId, null).map((body) => this.frame("stream_event", { ...body }));
    if (said === "") return ended;
    const message = { id, model: this.#model, content: [text(said)], usage: {} };
    return [...ended, this.#message(agentId, message, { aborted: true })];
  }

  #toolResult(event: EventOf<"tool.finished">): Frame {
    const { agentId, callId, content, isError, outcome } = event;
    const call = this.#calls.get(callId);
    if (outcome === "denied" || this.#reasons.has(callId))
      this.#turn?.denials.push({
        tool_name: call?.name ?? "",
        tool_use_id: callId,
        tool_input: call?.input ?? {},
        reason: this.#reasons.get(callId) ?? plainText(content).split("\n", 1)[0] ?? "",
      });
    if (outcome === "interrupted" && this.#turn) this.#turn.wasInTool = true;
    const block = { type: "tool_result", tool_use_id: callId, content, ...(isError && { is_error: true }) };
    const result = toolUseResult(event);
    return this.frame("user", {
      message: { role: "user", content: isToolResult(block) ? [block] : [] },
      parent_tool_use_id: parentCallOf(agentId) ?? null,
      ...(result !== undefined && { tool_use_result: result }),
    });
  }

  #end(event: EventOf<"finished">): Frame[] {
    const { outcome, error } = event;
    const frames = this.#partial
      .end(MAIN, null)
      .map((body): Frame => this.frame("stream_event", { ...body }));
    if (outcome === "cancelled") {
      const message = { role: "user", content: [text("[Request interrupted by user]")] };
      frames.push(this.frame("user", { message, parent_tool_use_id: null, isSynthetic: true }));
    }
    if (error) {
      const message = {
        id: `msg_${event.seq}`,
        model: "<synthetic>",
        content: [text(error.message)],
        usage: {},
      };
      frames.push(this.#message(MAIN, message, { error: wireError(error.kind) }));
    }
    const structured = this.#options.structured();
    const lacksAnswer = outcome === "done" && structured !== undefined && !structured.answer;
    // What comes next belongs to the same turn.
    if (lacksAnswer && structured.asksAgain) return frames;
    const ending = lacksAnswer ? NO_ANSWER : endingOf(event, this.#turn?.wasInTool ?? false);
    return [...frames, this.#result(event, ending)];
  }

  #result({ outcome, error, at }: EventOf<"finished">, ending: Ending): Frame {
    const turn = this.#turn ?? new TurnFigures(at);
    this.#turn = undefined;
    const words = error ? `${asSentence(error.message)} ${error.hint}` : outcome;
    const body = resultOf(turn, ending, { words, at, answer: this.#options.structured()?.answer });
    return this.frame("result", {
      ...body,
      total_cost_usd: this.#totals.dollars,
      modelUsage: this.#totals.byModel,
    });
  }
}

const NO_ANSWER: Ending = {
  subtype: "error_max_structured_output_retries",
  terminal_reason: "structured_output_retry_exhausted",
};
