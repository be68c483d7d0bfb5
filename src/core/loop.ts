import type { Agent, Environment } from "./agent.ts";
import { askModel } from "./ask-model.ts";
import { findLast, lastPrefix, openCalls, owesReply } from "./conversation.ts";
import { AgentError, toAgentError } from "./errors.ts";
import { type EventBody, MAIN, type Outcome } from "./event.ts";
import { LateWatch } from "./habits/late-watch.ts";
import { plainText, type ToolUseBlock, text } from "./message.ts";
import { isPlanWaiting } from "./plan-waiting.ts";
import type { Session } from "./session.ts";
import type { CallScope } from "./tool-calls.ts";

/**
 * Runs an agent until it has nothing left to do. The log is its only input and its only output, so resuming after
 * a crash, steering mid-turn and running a sub-agent are all just: append, then call this. Rejects only with what the log
 * was refused with: whatever else happens is in it.
 */
export async function runAgent(agent: Agent, env: Environment, signal: AbortSignal): Promise<Outcome> {
  const finish = (outcome: Outcome, error?: FinishError): Outcome => {
    env.session.append(agent.id, { type: "finished", outcome, ...(error && { error }) });
    return outcome;
  };
  try {
    beginEpoch(agent, env);
    return finish(await takeSteps(agent, env, signal));
  } catch (thrown) {
    if (signal.aborted) return finish("cancelled");
    const { kind, message, hint } = toAgentError(thrown);
    return finish("failed", { kind, message, hint });
  }
}

/** What the turn was for is there; or a plan, and nobody to approve it: who comes back reads the plan, and nothing after it. */
const isOver = (agent: Agent, { session }: Environment): boolean =>
  agent.isAnswered?.() === true || isPlanWaiting(session.events, agent.id);

async function takeSteps(begun: Agent, env: Environment, signal: AbortSignal): Promise<Outcome> {
  let agent = begun;
  const spawn = (task: ChildTask): Promise<string> => runChild(agent, task, env, signal);
  const watching = new LateWatch(agent, env);
  for (let stepsLeft = agent.maxSteps; ; ) {
    const calls = openCalls(env.session.events, agent.id);
    if (calls.length > 0) {
      await runCalls(calls, { agent, env, signal, spawn });
      if (isOver(agent, env)) return "done";
    } else if (!owesReply(env.session.events, agent.id)) {
      if (signal.aborted || !(await watching.goesOn(stepsLeft))) return "done";
    } else if (stepsLeft > 0) {
      await watching.beforeAsking(stepsLeft);
      await env.catchUp(agent, signal);
      const next = await askOr(agent, env, signal, begun.model);
      // Who has to be asked instead has not taken a step yet.
      stepsLeft -= Number(next === agent);
      agent = next;
    } else {
      return "step_limit";
    }
  }
}

/** Resolves to the same agent, or to who goes on where its model stays overloaded and another one can stand in; for this turn only. */
async function askOr(agent: Agent, env: Environment, signal: AbortSignal, first: string): Promise<Agent> {
  try {
    await askModel(agent, env, signal);
    return agent;
  } catch (thrown) {
    const next = env.fallback?.(agent.model);
    if (!next || signal.aborted || toAgentError(thrown).kind !== "overloaded") throw thrown;
    const { effort, ...rest } = agent;
    const { model, efforts } = next;
    const text = `${agent.model} stays overloaded, so ${model} goes on. The next turn begins with ${first} again.`;
    env.session.append(agent.id, { type: "notice", kind: "warning", text });
    const keepsEffort = effort !== undefined && efforts?.includes(effort) !== false;
    const other: Agent = { ...rest, model, ...(keepsEffort && { effort }) };
    beginEpoch(other, env, first);
    return other;
  }
}

/** Loaded late, like the watch: the first request of a conversation needs neither. */
async function runCalls(
  calls: readonly ToolUseBlock[],
  { env, ...scope }: Omit<CallScope, "env"> & { env: Environment },
): Promise<void> {
  const [{ runToolCalls }, comparison] = await Promise.all([import("./tool-calls.ts"), env.comparison()]);
  await runToolCalls(calls, { ...scope, env: { ...env, ...comparison } });
}

/**
 * What was sent once is sent again byte for byte; only another model or effort begins a new epoch, or another system or other
 * tools that somebody chose.
 */
function beginEpoch(agent: Agent, env: Environment, insteadOf?: string): void {
  const before = lastPrefix(env.session.events, agent.id);
  const old = before && agent.fitsPrefix?.(before) === false ? undefined : before;
  if (old && old.model === agent.model && old.effort === agent.effort) return;
  env.session.append(agent.id, {
    type: "prefix",
    model: agent.model,
    system: old?.system ?? [...agent.system],
    tools: old?.tools ?? agent.tools.map((tool) => tool.spec),
    ...aboutPrefix(agent, insteadOf),
  });
}

const aboutPrefix = ({ id, name, effort }: Agent, insteadOf: string | undefined) => ({
  ...(effort !== undefined && { effort }),
  ...(id === MAIN && name !== MAIN && { profile: name }),
  ...(insteadOf !== undefined && { insteadOf }),
});

export interface ChildTask {
  readonly callId: string;
  readonly name: string;
  readonly description: string;
  readonly prompt: string;
}

/** A sub-agent is the same loop under another id in the same log; its last words become the tool's result. */
async function runChild(
  parent: Agent,
  task: ChildTask,
  env: Environment,
  signal: AbortSignal,
): Promise<string> {
  const child = env.child(parent, task.name, `${parent.id}/${task.callId}`);
  const { session } = env;
  if (!findLast(session.events, child.id, "agent.started")) {
    const { callId: parentCallId, description } = task;
    const fork = child.forkNote === undefined ? undefined : takeOver(parent, child, session);
    const started = { type: "agent.started", name: child.name, description, parentCallId } as const;
    session.append(child.id, { ...started, ...(fork && { fork }) });
  }
  if (!findLast(session.events, child.id, "user")) {
    if (child.forkNote !== undefined) session.append(child.id, { type: "reminder", text: child.forkNote });
    session.append(child.id, { type: "user", content: [text(task.prompt)] });
  }
  const outcome = await runAgent(child, env, signal);
  signal.throwIfAborted();
  const report = plainText(findLast(session.events, child.id, "assistant")?.content ?? []);
  if (outcome === "done") return report;
  const error = findLast(session.events, child.id, "finished")?.error?.message ?? outcome;
  throw new AgentError("failed", `${child.name} did not finish: ${error}. So far: ${report || "nothing"}`);
}

/** The very bytes its parent sends, so that the cache has them already; what it may not use is refused when it is called. */
function takeOver(parent: Agent, child: Agent, session: Session): { from: string; seq: number } | undefined {
  const prefix = lastPrefix(session.events, parent.id);
  const reply = findLast(session.events, parent.id, "assistant");
  if (!prefix || !reply) return undefined;
  const { type, model, system, tools, effort } = prefix;
  session.append(child.id, { type, model, system, tools, ...(effort !== undefined && { effort }) });
  return { from: parent.id, seq: reply.seq };
}

type FinishError = Extract<EventBody, { type: "finished" }>["error"];
