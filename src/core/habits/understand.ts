import type { Agent, Environment } from "../agent.ts";
import { findLast } from "../conversation.ts";
import { AgentError } from "../errors.ts";
import type { ToolUseBlock } from "../message.ts";
import type { PreparedCall, Tool } from "../tool.ts";
import { isSecond } from "./distinct-ids.ts";
import { type ReadCall, readCall } from "./read-call.ts";
import { isFields } from "./repair-input.ts";

/** Throws AgentError when the call cannot be run. */
type Prepare = (call: ToolUseBlock, tool: Tool, input: unknown) => PreparedCall;

/** Reads the calls of a reply, and tells the model once what was taken for what. */
export function understand(
  calls: readonly ToolUseBlock[],
  { agent, env }: { readonly agent: Agent; readonly env: Environment },
  prepare: Prepare,
): ReadCall[] {
  const cut = emptyAtTheCut(env, agent.id);
  const read = calls.map((call): ReadCall => {
    const refusal = isSecond(call) ? TWICE : call.id === cut ? CUT : undefined;
    if (refusal === undefined)
      return readCall(call, agent.tools, (tool, input) => prepare(call, tool, input));
    return { call, prepared: new AgentError("invalid_input", refusal), repairs: [] };
  });
  tell(read, agent.id, env);
  return read;
}

const TWICE = "Your reply used one id for two calls, so only the first of them was run.";
const CUT = "Your reply was cut at its limit before this call had any arguments, so nothing was run.";

/** A call that was cut before its arguments began looks like one without any, which may mean everything. */
function emptyAtTheCut({ session }: Environment, agentId: string): string | undefined {
  const reply = findLast(session.events, agentId, "assistant");
  if (reply?.stopReason !== "max_tokens") return undefined;
  const last = reply.content.at(-1);
  const isEmpty =
    last?.type === "tool_use" && isFields(last["input"]) && Object.keys(last["input"]).length === 0;
  return isEmpty && typeof last["id"] === "string" ? last["id"] : undefined;
}

const MAX_TOLD = 6;

function tell(read: readonly ReadCall[], agentId: string, { session }: Environment): void {
  const found = new Set(
    read.flatMap(({ call, repairs }) => repairs.map((repair) => `${call.name}: ${repair}`)),
  );
  if (found.size === 0) return;
  // All of the log, but only when there is something to tell.
  for (const event of session.events) {
    if (event.type !== "reminder" || event.agentId !== agentId || event.habit?.id !== "repaired") continue;
    for (const about of event.habit.about) found.delete(about);
  }
  const about = [...found].slice(0, MAX_TOLD);
  if (about.length === 0) return;
  const text = `Calls that did not fit were taken as they were meant (${about.join("; ")}). Use your tools' own names and types from now on.`;
  session.append(agentId, { type: "reminder", text, habit: { id: "repaired", about } });
}
