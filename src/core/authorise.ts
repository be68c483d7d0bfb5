import { decide, type PermissionDecision } from "./access.ts";
import { type Approval, type Authorised, bindingOf, type Gate } from "./approval.ts";
import { untilAborted } from "./async.ts";
import { ChangedCall } from "./changed-call.ts";
import { AgentError } from "./errors.ts";
import { canonicalJson, sha256 } from "./hash.ts";
import { grantFor, laterNumber, putOff } from "./later-grants.ts";
import type { ToolUseBlock } from "./message.ts";
import { offeredRules, type RulesCheck, rulesGiven } from "./offered-rules.ts";
import type { PermissionAnswer, PermissionQuestion } from "./ports.ts";
import type { PreparedCall, Preview, PreviewContext } from "./tool.ts";
import type { CallScope } from "./tool-calls.ts";
import { verdictOf } from "./verdict-of.ts";

type DecisionScope = CallScope & { readonly gate: Gate };
type LogScope = Pick<CallScope, "agent" | "env">;

/**
 * The one place where a call is let through: resolves to what the gate issued for exactly this call. Rejects with `denied`,
 * or with whatever makes the call impossible, found before anybody is asked: a card for an impossible edit helps nobody.
 */
export async function authorise(
  call: ToolUseBlock,
  prepared: PreparedCall,
  context: PreviewContext,
  scope: DecisionScope,
): Promise<Approval> {
  const { agent, env, gate } = scope;
  // Taken now: whatever becomes of the call while somebody thinks about it is not what they were asked about.
  const binding = bindingOf(call, prepared);
  const decision = decide(prepared.accesses, agent.policy);
  if (decision.verdict === "ask")
    return gate.issue(binding, await askUser(call, prepared, context, scope, decision));
  if (prepared.accesses.length > 0) {
    env.session.append(agent.id, {
      type: "permission.decided",
      callId: call.id,
      verdict: decision.verdict,
      by: "rule",
      because: decision.because,
      hash: await sha256(binding),
    });
  }
  if (decision.verdict === "deny") throw new AgentError("denied", `Not allowed: ${decision.because}.`);
  return gate.issue(binding, decision.isConfined ? { isConfined: true } : {});
}

async function askUser(
  call: ToolUseBlock,
  prepared: PreparedCall,
  context: PreviewContext,
  { agent, env, signal, given }: CallScope,
  decision: PermissionDecision,
): Promise<Authorised> {
  const { access, because } = decision;
  const { title } = prepared;
  const preview = await prepared.preview(context);
  const { detail, change } = preview;
  const hash = await hashOf(call, prepared, preview);
  const granted = spendGrant(call, hash, { agent, env });
  if (granted) return { detail, approved: granted };
  const offered = await offeredRules(prepared, agent, env);
  const [suggestions = [], ...wider] = offered.map((rules) => [...rules]);
  await keepTexts(preview, env);
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
    ...(wider.length > 0 && { wider }),
    ...(given && { input: call.input }),
  });
  // Nothing can be done about a plan but wait for it.
  const mayWait = detail.kind !== "plan";
  const checkRules = rulesCheck(prepared, offered, env);
  const question = { callId: call.id, agentId: agent.id, title, because, hash, checkRules, mayWait };
  const answer = given ?? (await answerTo(question, call, { agent, env, signal }));
  const verdict = verdictOf(answer, change, env);
  const rules = verdict.kind === "no" ? [] : await rulesGiven(answer, offered, prepared.accesses, env);
  const scope = verdict.kind === "no" || rules.length === 0 ? "once" : verdict.scope;
  const amended = verdict.kind === "amended" ? await env.host.blobs.put(verdict.change.after) : undefined;
  env.session.append(agent.id, {
    type: "permission.decided",
    ...{ callId: call.id, verdict: verdict.kind === "no" ? "deny" : "allow", hash, scope },
    ...saidBy(answer),
    ...(amended !== undefined && { amended }),
  });
  if (verdict.kind === "no") throw new AgentError("denied", answer ? verdict.why : alone(because));
  if (scope !== "once") await env.remember(scope, rules);
  const approved = wordsOf(answer);
  if (verdict.kind === "amended") return { accepted: verdict.change, approved };
  return { ...unlessMoved(preview, (await hashNow(call, prepared, context)) === hash), approved };
}

const wordsOf = (answer: PermissionAnswer | undefined) =>
  answer?.feedback === undefined ? {} : { feedback: answer.feedback };

const rulesCheck =
  ({ accesses }: PreparedCall, offered: readonly (readonly string[])[], { cardRules }: CallScope["env"]) =>
  async (rules: readonly string[]): Promise<RulesCheck> =>
    (await cardRules?.check(accesses, rules, offered)) ?? { rules: [], problem: "No rule can be given." };

/**
 * Rejects when the person is away: then the question waits in their queue, and nothing else does. Rejects with `ChangedCall`
 * when they allowed another call in place of this one, which then does not run.
 */
async function answerTo(
  question: PermissionQuestion,
  call: ToolUseBlock,
  { agent, env, signal }: Omit<CallScope, "spawn">,
): Promise<PermissionAnswer | undefined> {
  const answer = await untilAborted(env.person.permission(question, signal), signal);
  if (answer?.isLater) return putOffCall(call, question.hash, { agent, env });
  if (answer?.verdict !== "allow" || answer.input === undefined) return answer;
  env.session.append(agent.id, {
    type: "permission.decided",
    ...{ callId: call.id, verdict: "deny", by: "user", hash: question.hash, scope: "once" },
    because: "the user changed the call",
  });
  throw new ChangedCall(answer);
}

/** Who decided, and what they said. */
function saidBy(answer: PermissionAnswer | undefined) {
  if (!answer) return { by: "nobody" as const, because: "nobody is there to be asked" };
  const { feedback } = answer;
  return { by: "user" as const, because: "the user decided", ...(feedback !== undefined && { feedback }) };
}

/** Under the hashes that the card names: whoever shows it can show the texts, also after a restart. */
async function keepTexts({ change }: Preview, { host }: CallScope["env"]): Promise<void> {
  if (change) await Promise.all([host.blobs.put(change.before ?? ""), host.blobs.put(change.after)]);
}

/** The person was away, has allowed exactly this since, and it has not run: now it does, once. */
function spendGrant(call: ToolUseBlock, hash: string, { agent, env }: LogScope): Authorised["approved"] {
  const grant = grantFor(env.session.events, hash, env.host.clock.now());
  if (!grant) return undefined;
  env.session.append(agent.id, {
    type: "permission.decided",
    ...{ callId: call.id, verdict: "allow", by: "user", hash, scope: "once", grant: grant.callId },
    because: `you allowed it when you came back (question ${grant.number})`,
  });
  return grant.feedback === undefined ? {} : { feedback: grant.feedback };
}

function putOffCall(call: ToolUseBlock, hash: string, { agent, env }: LogScope): never {
  const { number, isNew } = laterNumber(env.session.events, hash);
  env.session.append(agent.id, {
    type: "permission.decided",
    ...{ callId: call.id, verdict: "deny", by: "nobody", hash, scope: "once" },
    because: "you were away",
    ...(isNew && { later: number }),
  });
  throw new AgentError("denied", putOff(number, isNew));
}

/** What is approved is what runs: the world may have moved while the card was on screen. */
function unlessMoved({ detail, change }: Preview, isSame: boolean): Authorised {
  if (isSame) return { detail };
  if (change) return { detail, accepted: { ...change, proposed: change.after } };
  throw new AgentError("stale", "What this would change is no longer what the user approved.");
}

const alone = (because: string): string =>
  `This needs permission (${because}), and nobody is there to give it.`;

/** Undefined when the call has become impossible. */
async function hashNow(
  call: ToolUseBlock,
  prepared: PreparedCall,
  context: PreviewContext,
): Promise<string | undefined> {
  try {
    return await hashOf(call, prepared, await prepared.preview(context));
  } catch (thrown) {
    if (thrown instanceof AgentError && !context.signal.aborted) return undefined;
    throw thrown;
  }
}

const hashOf = (
  { name, input }: ToolUseBlock,
  { accesses }: PreparedCall,
  { detail }: Preview,
): Promise<string> => sha256(canonicalJson({ name, input, accesses, detail }));
