import { type AgentEvent, type EventOf, type Mode, parentCallOf } from "../core/event.ts";
import { isToolResult, plainText, type Usage } from "../core/message.ts";

/**
 * One JSON object a line, in the shape programs that drive coding agents already read: `system/init`, `assistant`,
 * `user` and `result` frames. Whole messages once, never a growing copy per delta.
 */
export interface StreamJsonOptions {
  readonly sessionId: string;
  readonly cwd: string;
  readonly version: string;
  readonly mode: Mode;
  readonly newId: () => string;
}
type Frame = Record<string, unknown> & { type: string };

const PERMISSION_MODE: Record<Mode, string> = {
  ask: "default",
  acceptEdits: "acceptEdits",
  plan: "plan",
  auto: "auto",
  dontAsk: "dontAsk",
  bypass: "bypassPermissions",
};

export class StreamJson {
  readonly #options: StreamJsonOptions;
  readonly #calls = new Map<string, { name: string; input: unknown }>();
  readonly #denials: { tool_name: string; tool_use_id: string; tool_input: unknown }[] = [];
  #usage = wireUsage({ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 });
  #turns = 0;
  #startedAt: number | undefined;
  #text = "";
  #stopReason = "";

  constructor(options: StreamJsonOptions) {
    this.#options = options;
  }

  /** The frames this event gives rise to; most give none. */
  frames(event: AgentEvent): Frame[] {
    this.#startedAt ??= event.at;
    switch (event.type) {
      case "prefix":
        return event.agentId === "main" ? [this.#init(event)] : [];
      case "assistant":
        return [this.#assistant(event)];
      case "tool.finished":
        return [this.#toolResult(event)];
      case "permission.asked":
        // The run ends with it, where nobody is there to approve it.
        if (event.detail.kind === "plan") this.#text = event.detail.markdown;
        return [];
      case "notice":
        return [this.#frame("system", { subtype: "informational", content: event.text, level: "notice" })];
      case "finished":
        return event.agentId === "main" ? [this.#result(event)] : [];
      default:
        return [];
    }
  }

  #frame(type: string, body: Record<string, unknown>): Frame {
    return { type, ...body, session_id: this.#options.sessionId, uuid: this.#options.newId() };
  }

  #init({ model, tools }: EventOf<"prefix">): Frame {
    const { cwd, version, mode } = this.#options;
    return this.#frame("system", {
      subtype: "init",
      cwd,
      model,
      tools: tools.map((tool) => tool.name),
      mcp_servers: [],
      permissionMode: PERMISSION_MODE[mode],
      slash_commands: [],
      output_style: "default",
      skills: [],
      plugins: [],
      plumb_version: version,
    });
  }

  #assistant(event: EventOf<"assistant">): Frame {
    const { agentId, content, model, stopReason, usage } = event;
    if (agentId === "main") {
      this.#turns += 1;
      this.#text = plainText(content);
      this.#stopReason = stopReason;
      this.#usage = addWireUsage(this.#usage, wireUsage(usage));
    }
    for (const block of content) {
      if (typeof block["id"] === "string" && typeof block["name"] === "string") {
        this.#calls.set(block["id"], { name: block["name"], input: block["input"] });
      }
    }
    const message = {
      id: `msg_${event.seq}`,
      type: "message",
      role: "assistant",
      model,
      content,
      stop_reason: stopReason,
      usage: wireUsage(usage),
    };
    return this.#frame("assistant", { message, parent_tool_use_id: parentCallOf(agentId) ?? null });
  }

  #toolResult(event: EventOf<"tool.finished">): Frame {
    const { agentId, callId, content, isError, outcome, detail } = event;
    if (outcome === "denied") {
      const call = this.#calls.get(callId);
      this.#denials.push({ tool_name: call?.name ?? "", tool_use_id: callId, tool_input: call?.input ?? {} });
    }
    const block = { type: "tool_result", tool_use_id: callId, content, ...(isError && { is_error: true }) };
    const message = { role: "user", content: isToolResult(block) ? [block] : [] };
    return this.#frame("user", {
      message,
      parent_tool_use_id: parentCallOf(agentId) ?? null,
      ...(detail && { tool_use_result: detail }),
    });
  }

  #result({ outcome, error, at }: EventOf<"finished">): Frame {
    const isError = outcome !== "done";
    return this.#frame("result", {
      subtype: subtypeOf(outcome),
      is_error: isError,
      ...(isError
        ? { errors: [error ? `${error.message} ${error.hint}` : outcome] }
        : { result: this.#text }),
      num_turns: this.#turns,
      duration_ms: at - (this.#startedAt ?? at),
      stop_reason: this.#stopReason,
      usage: this.#usage,
      permission_denials: this.#denials,
    });
  }
}

function subtypeOf(outcome: EventOf<"finished">["outcome"]): string {
  if (outcome === "done") return "success";
  return outcome === "step_limit" ? "error_max_turns" : "error_during_execution";
}

const wireUsage = (usage: Usage) => ({
  input_tokens: usage.inputTokens,
  output_tokens: usage.outputTokens,
  cache_read_input_tokens: usage.cacheReadTokens,
  cache_creation_input_tokens: usage.cacheWriteTokens,
});
type WireUsage = ReturnType<typeof wireUsage>;
const addWireUsage = (a: WireUsage, b: WireUsage): WireUsage => ({
  input_tokens: a.input_tokens + b.input_tokens,
  output_tokens: a.output_tokens + b.output_tokens,
  cache_read_input_tokens: a.cache_read_input_tokens + b.cache_read_input_tokens,
  cache_creation_input_tokens: a.cache_creation_input_tokens + b.cache_creation_input_tokens,
});
