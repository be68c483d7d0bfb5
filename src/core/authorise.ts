import { decide, type PermissionDecision } from "./access.ts";
import { untilAborted } from "./async.ts";
import type { Detail } from "./detail.ts";
import { AgentError } from "./errors.ts";
import { canonicalJson, sha256 } from "./hash.ts";
import type { ToolUseBlock } from "./message.ts";
import type { PreparedCall, PreviewContext } from "./tool.ts";
import type { CallScope } from "./tool-calls.ts";

/**
 * Resolves when the call may run, with what the user was shown if they were asked. Rejects with `denied`, or with
 * whatever makes the call impossible, found before anybody is asked: a card for an impossible edit helps nobody.
 */
export async function authorise(
  call: ToolUseBlock,
  prepared: PreparedCall,
  context: PreviewContext,
  scope: CallScope,
): Promise<Detail | undefined> {
  const { agent, env } = scope;
  const decision = decide(prepared.accesses, agent.policy);
  if (decision.verdict === "ask") return askUser(call, prepared, context, scope, decision);
  if (prepared.accesses.length > 0) {
    env.session.append(agent.id, {
      type: "permission.decided",
      callId: call.id,
      verdict: decision.verdict,
      by: "rule",
      because: decision.because,
      hash: "",
    });
  }
  if (decision.verdict === "deny") throw new AgentError("denied", `Not allowed: ${decision.because}.`);
  return undefined;
}

async function askUser(
  call: ToolUseBlock,
  prepared: PreparedCall,
  context: PreviewContext,
  { agent, env, signal }: CallScope,
  decision: PermissionDecision,
): Promise<Detail> {
  const { access, because } = decision;
  const { title } = prepared;
  const detail = await prepared.preview(context);
  const hash = await hashOf(call, prepared, detail);
  const suggestions = [...prepared.suggestions];
  env.session.append(agent.id, {
    type: "permission.asked",
    callId: call.id,
    name: call.name,
    title,
    access,
    because,
    detail,
    hash,
    suggestions,
  });
  const answer = await untilAborted(
    env.person.permission({ callId: call.id, agentId: agent.id, title, because, hash }, signal),
    signal,
  );
  const scope = answer?.verdict === "allow" && suggestions.length > 0 ? answer.scope : "once";
  env.session.append(agent.id, {
    type: "permission.decided",
    callId: call.id,
    verdict: answer?.verdict ?? "deny",
    by: answer ? "user" : "nobody",
    because: answer ? "the user decided" : "nobody is there to be asked",
    hash,
    scope,
    ...(answer?.feedback !== undefined && { feedback: answer.feedback }),
  });
  if (!answer)
    throw new AgentError("denied", `This needs permission (${because}), and nobody is there to give it.`);
  if (answer.verdict === "deny") {
    throw new AgentError(
      "denied",
      answer.feedback ? `The user declined and said: ${answer.feedback}` : "The user declined this call.",
    );
  }
  if (scope !== "once") await env.remember(scope, suggestions);
  // What is approved is what runs: the world may have moved while the card was on screen.
  if ((await hashOf(call, prepared, await prepared.preview(context))) !== hash) {
    throw new AgentError("stale", "What this would change is no longer what the user approved.");
  }
  return detail;
}

const hashOf = ({ name, input }: ToolUseBlock, { accesses }: PreparedCall, detail: Detail): Promise<string> =>
  sha256(canonicalJson({ name, input, accesses, detail }));
