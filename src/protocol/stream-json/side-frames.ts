import { type EventOf, MAIN, parentCallOf } from "../../core/event.ts";
import type { LiveEvent } from "../../core/live-event.ts";
import type { Mode } from "../../core/mode.ts";
import type { ToolServer } from "../../core/tool-source.ts";
import { WIRE_MODE, wireError, wireServer } from "./frame.ts";

/** Bodies of `system` frames: what goes on beside messages. */
type Body = Record<string, unknown> & { readonly subtype: string };

export const agentStarted = ({
  agentId,
  name,
  description,
  parentCallId,
}: EventOf<"agent.started">): Body => ({
  ...{ subtype: "task_started", task_id: agentId, tool_use_id: parentCallId, description },
  ...{ task_type: "local_agent", subagent_type: name },
});

export function agentEnded({ agentId, outcome, error }: EventOf<"finished">): Body {
  const status = outcome === "done" ? "completed" : outcome === "cancelled" ? "stopped" : "failed";
  return {
    ...{ subtype: "task_notification", task_id: agentId, tool_use_id: parentCallOf(agentId), status },
    ...{ output_file: "", summary: error?.message ?? outcome },
  };
}

export const retrying = (event: Extract<LiveEvent, { type: "retry" }>, nowMs: number): Body => ({
  subtype: "api_retry",
  attempt: event.attempt,
  max_retries: event.maxAttempts,
  retry_delay_ms: Math.max(0, event.atMs - nowMs),
  error_status: null,
  error: wireError(event.kind ?? ""),
});

export function compacted({ tokensBefore = 0, tokensAfter, focus }: EventOf<"compacted">): Body {
  const trigger = focus === undefined ? "auto" : "manual";
  const post = tokensAfter === undefined ? {} : { post_tokens: tokensAfter };
  return { subtype: "compact_boundary", compact_metadata: { trigger, pre_tokens: tokensBefore, ...post } };
}

export function denied(
  { callId, agentId, by, because }: EventOf<"permission.decided">,
  toolName: string,
): Body {
  return {
    ...{ subtype: "permission_denied", tool_name: toolName, tool_use_id: callId },
    ...(agentId !== MAIN && { agent_id: agentId }),
    decision_reason_type: by === "rule" ? "rule" : "other",
    decision_reason: because,
    message: by === "rule" ? `Not allowed: ${because}.` : "Nobody is there to allow it.",
  };
}

export const notice = ({ kind, text }: EventOf<"notice">): Body => ({
  ...{ subtype: "informational", content: text },
  level: kind === "warning" || kind === "retry" ? "warning" : "notice",
});

interface Facts {
  readonly cwd: string;
  readonly version: string;
  readonly model: string;
  readonly effort: string;
  readonly mode: Mode;
  /** Kinds of agents that can be started. */
  readonly agents: readonly string[];
  /** What of their descriptions does not count, in sentences. */
  readonly agentProblems: readonly string[];
  readonly servers: readonly ToolServer[];
}

/** What a turn begins with. */
export const initial = (
  { cwd, version, model, effort, mode, agents, agentProblems, servers }: Facts,
  prefix: EventOf<"prefix"> | undefined,
): Body => ({
  subtype: "init",
  ...{
    cwd,
    model,
    tools: (prefix?.tools ?? []).map(({ name }) => name),
    mcp_servers: servers.map(wireServer),
  },
  permissionMode: WIRE_MODE[mode],
  ...{ slash_commands: [], agents, skills: [], plugins: [], output_style: "default" },
  apiKeySource: "ANTHROPIC_API_KEY",
  ...{ claude_code_version: "0", plumb_version: version, capabilities: [] },
  ...(effort !== "" && { effort }),
  ...(agentProblems.length > 0 && { agent_errors: agentProblems }),
  ...(servers.some(({ problem }) => problem !== undefined) && {
    mcp_server_errors: servers.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [{ name, error: problem }],
    ),
  }),
});
