import { type Access, decide, isWithin, narrow, type PermissionDecision, policyFromRules } from "./access.ts";
import type { Agent, Environment, TextComparison } from "./agent.ts";
import { bindingOf, Gate } from "./approval.ts";
import { lateQuestions } from "./ask-during.ts";
import { untilAborted } from "./async.ts";
import { authorise } from "./authorise.ts";
import { inBatches } from "./call-batches.ts";
import { isFinished, wasStarted } from "./call-facts.ts";
import { ChangedCall, changedNote } from "./changed-call.ts";
import { editRecorder } from "./edit-recorder.ts";
import { AgentError, toAgentError } from "./errors.ts";
import type { EventOf } from "./event.ts";
import { withoutTooMany } from "./habits/many-images.ts";
import { understand } from "./habits/understand.ts";
import { heldFile, lastSeen } from "./last-seen.ts";
import { lineageOf } from "./lineage.ts";
import type { ChildTask } from "./loop.ts";
import { type Block, type ToolUseBlock, text } from "./message.ts";
import { Patience } from "./patience.ts";
import type { PermissionAnswer } from "./ports.ts";
import { ReplyRoom } from "./reply-room.ts";
import { sandboxedShell } from "./sandboxed-shell.ts";
import { scopeHost } from "./scoped-host.ts";
import { shapeOutput } from "./shape-output.ts";
import { mindingSharedFiles } from "./shared-files.ts";
import type { Place, PreparedCall, Tool, ToolContext, ToolOutput } from "./tool.ts";
import { sourceOf } from "./untrusted.ts";

export interface CallScope {
  readonly agent: Agent;
  readonly env: Environment & TextComparison;
  readonly signal: AbortSignal;
  readonly spawn: (task: ChildTask) => Promise<string>;
  /** What the results of the reply share. */
  readonly room?: ReplyRoom;
  /** The person's answer, when they changed the call and have answered for it with that. */
  readonly given?: PermissionAnswer;
}
type Prepared = PreparedCall | AgentError;
type Result = Omit<EventOf<"tool.finished">, "type" | "callId" | "seq" | "at" | "agentId">;

/**
 * Runs a reply's open calls in order; neighbours that only read run side by side. Every call gets exactly one
 * `tool.finished`, whatever is cancelled when; one that fails never cancels the others. Rejects only when aborted.
 */
export async function runToolCalls(calls: readonly ToolUseBlock[], given: CallScope): Promise<void> {
  // Nothing is told to anybody, or brought back, before it can be looked through.
  await given.env.secrets?.ready();
  // What was understood is what is decided on, shown and run.
  const prepared = understand(calls, given, preparing(given.env));
  const sharing = { ...given, room: new ReplyRoom() };
  const look = (items: readonly { readonly call: ToolUseBlock }[]): Promise<CallScope> =>
    lookedAt(
      items.map(({ call }) => call),
      sharing,
    );
  const scope = await look(prepared);
  for (const [at, batch] of inBatches(prepared).entries()) {
    // What ran meanwhile may have put links where rules were told that there are none.
    const now = at === 0 ? scope : await look(batch);
    // All of them come to an end before the turn may: one that went on would answer a call that was asked again.
    const ended = await Promise.allSettled(batch.map((item) => runOne(item.call, item.prepared, now)));
    for (const end of ended) if (end.status === "rejected") throw end.reason;
  }
  scope.signal.throwIfAborted();
}

/** When what the rules have to know cannot be found out, none of them can be trusted to have said no: everything asks. */
async function lookedAt(calls: readonly ToolUseBlock[], scope: CallScope): Promise<CallScope> {
  const { agent, env, signal } = scope;
  if (!env.beforeCalls) return scope;
  try {
    await untilAborted(env.beforeCalls(calls, signal), signal);
    return scope;
  } catch {
    // Also when it was stopped: each call then says for itself that it did not begin.
    const source = "what the rules need to know could not be found out";
    const everything = policyFromRules([{ verdict: "ask", kind: "any", matches: () => true, source }]);
    return { ...scope, agent: { ...agent, policy: narrow(agent.policy, everything) } };
  }
}

const preparing =
  (env: Environment) =>
  ({ id }: ToolUseBlock, tool: Tool, input: unknown): PreparedCall => {
    if (!tool.isResumable && wasStarted(id, env)) {
      throw new AgentError(
        "failed",
        "Plumb was closed while this ran. It may or may not have taken effect; look before you repeat it.",
      );
    }
    return tool.prepare(input, placeOf(env));
  };

const placeOf = ({ cwd, roots, readable, host }: Environment): Place => ({
  cwd,
  roots,
  readable,
  paths: host.paths,
});

async function runOne(call: ToolUseBlock, prepared: Prepared, scope: CallScope): Promise<void> {
  const { agent, env, signal } = scope;
  const finish = (found: Result): void => {
    const result = withoutTooMany(found, agent.id, env.session.events);
    const content = scope.given ? [changedNote(call.input), ...result.content] : result.content;
    env.session.append(agent.id, { type: "tool.finished", callId: call.id, ...result, content });
  };
  try {
    signal.throwIfAborted();
    if (prepared instanceof AgentError) throw prepared;
    const accesses = (await Promise.all(prepared.accesses.map((access) => canonicalise(access, env)))).flat();
    const policy = await mindingSharedFiles(agent.policy, accesses, env.host.fs);
    finish(await run(call, { ...prepared, accesses }, { ...scope, agent: { ...agent, policy } }));
  } catch (thrown) {
    // Thrown by somebody who listens: the result is in the log already, and there is exactly one.
    if (isFinished(call.id, env)) throw thrown;
    if (thrown instanceof ChangedCall) await runChanged({ ...call, input: thrown.input }, thrown, scope);
    else finish(failure(call, thrown, scope));
  }
}

/** From the beginning, as any call; only that the person is not asked a second time. */
async function runChanged(call: ToolUseBlock, { answer }: ChangedCall, before: CallScope): Promise<void> {
  const scope = { ...(await lookedAt([call], before)), given: answer };
  for (const changed of understand([call], scope, preparing(scope.env)))
    await runOne(changed.call, changed.prepared, scope);
}

/**
 * Judge the place a path leads to, and the way there: links and `..` must not smuggle anything past a rule, and a
 * rule about the link itself counts too.
 */
async function canonicalise(access: Access, { host, refusePath }: Environment): Promise<Access[]> {
  if (access.kind !== "read" && access.kind !== "write") return [access];
  const refused = refusePath(access.target, access.kind);
  if (refused !== undefined)
    throw new AgentError("denied", `${JSON.stringify(access.target)} is refused: ${refused}.`);
  const target = await host.fs.canonical(access.target);
  return target === access.target ? [access] : [access, { ...access, target }];
}

async function run(call: ToolUseBlock, prepared: PreparedCall, scope: CallScope): Promise<Result> {
  const { agent, env, signal } = scope;
  const children: Promise<unknown>[] = [];
  const spawn: CallScope["spawn"] = (task) => {
    const child = scope.spawn(task);
    children.push(child.catch(() => undefined));
    return child;
  };
  const gate = new Gate(() => env.host.clock.now());
  const patience = new Patience();
  const context = contextOf(call, prepared, { ...scope, spawn }, { gate, patience });
  const policy = (await env.judgeContent?.(agent.policy, prepared, context)) ?? agent.policy;
  const approval = await authorise(call, prepared, context, { ...scope, agent: { ...agent, policy }, gate });
  // Stopped while its paths were looked up: what has not begun does not begin.
  signal.throwIfAborted();
  const shell = sandboxedShell(context.host.shell, {
    isConfined: approval.isConfined === true,
    title: prepared.title,
    ask: lateQuestions(call, { ...scope, spawn }, patience),
    allows: (access) => decide([access], agent.policy).verdict === "allow",
  });
  const placed = { ...context, host: { ...context.host, shell } };
  const { detail, accepted, approved } = approval;
  const allowed = { ...(accepted && { accepted }), ...(approved && { approved }) };
  env.session.append(agent.id, {
    type: "tool.started",
    callId: call.id,
    name: call.name,
    title: prepared.title,
    accesses: [...prepared.accesses],
    ...(detail && { detail }),
  });
  try {
    const output = await gate.run(approval, bindingOf(call, prepared), () =>
      execute(prepared, { ...placed, ...allowed }, scope),
    );
    const isError = output.isError ?? false;
    const { content, seen } = await shapeOutput(output, prepared, env, scope.room ?? new ReplyRoom());
    const sameAs = scope.given || seen ? undefined : await repeated(call, { content, isError }, scope);
    return {
      isError,
      content,
      ...(sameAs !== undefined && { sameAs }),
      ...(prepared.brings !== "own words" && {
        source: sourceOf(call.name, prepared.accesses, placeOf(env)),
      }),
      outcome: output.isError ? "failed" : "done",
      ...(output.detail && { detail: output.detail }),
      ...(seen && { seen }),
      ...(output.problems?.length && { problems: [...output.problems] }),
    };
  } finally {
    // A sub-agent answers its own calls when it is stopped; its parent's call ends after that, or nobody would wait for it.
    await Promise.all(children);
  }
}

/** The earlier call whose result the model has before it, when this one is the same. Loaded with the first result. */
async function repeated(
  call: ToolUseBlock,
  result: Pick<Result, "content" | "isError">,
  scope: CallScope,
): Promise<string | undefined> {
  const { repeatOf } = await import("./repeated-result.ts");
  return repeatOf(call, result, scope);
}

function contextOf(
  call: ToolUseBlock,
  prepared: PreparedCall,
  { agent, env, signal, spawn }: CallScope,
  { gate, patience }: { gate: Gate; patience: Patience },
): ToolContext {
  const { session } = env;
  let decided: PermissionDecision | undefined;
  const { record, nextEditId } = editRecorder(env, agent.id, call.id);
  const host = scopeHost(env.host, prepared.accesses, {
    record,
    follow: async () =>
      (await import("./command-changes.ts")).followCommand({
        ...env,
        agentId: agent.id,
        callId: call.id,
        nextEditId,
      }),
    gate,
  });
  return {
    ...placeOf(env),
    host,
    signal,
    deadline: (ms) => patience.deadline(ms),
    callId: call.id,
    seen: (path) => lastSeen(path, agent.id, session.events),
    held: (path) => heldFile(path, agent.id, session.events),
    transcript: () => lineageOf(session.events, agent.id),
    hide: (shown) => env.secrets?.hide(shown) ?? shown,
    report: (progress) =>
      session.broadcast({ type: "progress", agentId: agent.id, callId: call.id, text: progress }),
    restore: (written, held) => env.secrets?.restore(written, held) ?? written,
    spawn: (name, description, prompt) => spawn({ callId: call.id, name, description, prompt }),
    mayMeet(path, kind = "read") {
      decided ??= decide(prepared.accesses, agent.policy);
      return isWithin(decided, { kind, target: path }, agent.policy);
    },
    notify: (later) => env.notify(agent.id, later),
    async ask(questions) {
      if (env.person.isAway) throw new AgentError("denied", AWAY);
      session.append(agent.id, { type: "question.asked", callId: call.id, questions: [...questions] });
      const answers = await env.person.answers(call.id, questions, signal);
      if (!answers) throw new AgentError("denied", env.person.isAway ? AWAY : "Nobody is there to answer.");
      session.append(agent.id, { type: "question.answered", callId: call.id, answers: [...answers] });
      return answers;
    },
  };
}

const AWAY =
  "The user is away and cannot answer now. Go on with what does not depend on it; when nothing is left, end your turn with this question.";

/** Starts the clock only now: time spent waiting for the user does not count against the tool. */
async function execute(
  prepared: PreparedCall,
  context: ToolContext,
  { signal }: CallScope,
): Promise<ToolOutput> {
  if (prepared.timeoutMs === 0) return untilAborted(prepared.run(context), signal);
  const deadline = context.deadline(prepared.timeoutMs);
  const either = AbortSignal.any([signal, deadline]);
  try {
    return await untilAborted(prepared.run({ ...context, signal: either }), either);
  } catch (thrown) {
    if (deadline.aborted && !signal.aborted) {
      throw new AgentError("timeout", `Stopped after ${prepared.timeoutMs / 1000} s.`, { cause: thrown });
    }
    throw thrown;
  }
}

function failure(call: ToolUseBlock, thrown: unknown, { env, signal }: CallScope): Result {
  const say = (value: string): Block[] => [text(value)];
  if (signal.aborted) {
    const ran = wasStarted(call.id, env);
    const words = ran
      ? "Stopped by the user while it ran; it may have taken effect in part."
      : "Stopped by the user before it ran.";
    return { isError: true, content: say(words), outcome: "interrupted" };
  }
  const error = toAgentError(thrown);
  return {
    isError: true,
    content: say(`${error.message}\n${error.hint}`),
    errorKind: error.kind,
    outcome: error.kind === "denied" ? "denied" : "failed",
  };
}
